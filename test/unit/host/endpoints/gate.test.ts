import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatQuery } from '../../../../src/core/chat/types.ts';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { MadeUpGate, madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';

const query: ChatQuery = {
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Why is SECRET1 here, and SECRET2?' },
    {
      role: 'assistant',
      content: '',
      reasoning: 'It has SECRET1.',
      toolCalls: [{ id: 'a', name: 'search', arguments: '{"text":"SECRET3"}' }],
    },
  ],
  ...{ tools: [], maxTokens: 1000, temperature: 0, seed: 0, thinking: false },
  ...{ answerStart: 'SECRET4', expected: 'const a = SECRET5;' },
};
const place = { path: 'src/a.ts', startLine: 3, endLine: 9 };

function clear(
  world: MadeUpGate,
  endpoint: Endpoint = madeUpEndpoint(),
  signal = new AbortController().signal,
) {
  return world.gate.clear({ endpoint, model: 'large', purpose: 'chat', query, places: [place] }, signal);
}

function forbidden(sentence: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof EndpointError);
    assert.equal(error.code, 'forbidden');
    assert.match(error.message, sentence);
    return true;
  };
}

describe('the gate', () => {
  it('lets what stays on this machine pass as it is, unasked', async () => {
    const world = new MadeUpGate();
    world.trusted = false;
    world.deny = ['src'];
    const cleared = await clear(world, madeUpEndpoint({ class: 'local' }));
    assert.equal(cleared.query, query);
    assert.equal(cleared.redactor, null);
    assert.deepEqual(world.shown, []);
    assert.equal(cleared.about.redactions, 0);
  });

  it('shows what would leave, without secrets, word for word what then leaves', async () => {
    const world = new MadeUpGate();
    const cleared = await clear(world, madeUpEndpoint({ price: { input: 10, output: 100 } }));
    const text = JSON.stringify(cleared.query);
    assert.doesNotMatch(text, /SECRET/);
    const [shown] = world.shown;
    assert.deepEqual(shown?.redactions, [{ label: 'made-up key', count: 5, placeholders: [] }]);
    assert.deepEqual(
      shown?.messages.map((message) => message.text),
      [
        'Be short.',
        'Why is HELD_1_ here, and HELD_2_?',
        'It has HELD_1_.\nsearch{"text":"HELD_3_"}',
        'HELD_4_',
      ],
    );
    assert.deepEqual(shown?.places, [place]);
    assert.equal(cleared.about.redactions, 5);
    assert.equal(cleared.about.tokens, shown?.tokens);
    assert.equal(shown?.cost?.least, (10 * (shown?.tokens ?? 0)) / 1e6);
    assert.equal(shown?.cost?.most, (10 * (shown?.tokens ?? 0) + 100 * 1000) / 1e6);
  });

  it('asks each time until somebody says always, and remembers that', async () => {
    const world = new MadeUpGate();
    await clear(world);
    await clear(world);
    assert.equal(world.shown.length, 2);
    world.answer = 'always';
    await clear(world);
    assert.equal(world.gate.granted(madeUpEndpoint()), true);
    await clear(world);
    assert.equal(world.shown.length, 3);
  });

  it('sends nothing where it is refused, and never asks again after never', async () => {
    const world = new MadeUpGate();
    world.answer = 'cancelled';
    await assert.rejects(clear(world), forbidden(/^Nothing was sent to Cloud\.$/));
    world.answer = 'never';
    await assert.rejects(clear(world), forbidden(/nothing of this workspace will be/));
    await assert.rejects(clear(world), forbidden(/Revoke Consents/));
    assert.equal(world.shown.length, 2);
  });

  it('sends nothing from a workspace that is not trusted, whatever was agreed', async () => {
    const world = new MadeUpGate();
    world.stored.set('Cloud', 'always');
    world.trusted = false;
    await assert.rejects(clear(world), forbidden(/not trusted/));
    assert.throws(() => world.gate.check(madeUpEndpoint()), forbidden(/not trusted/));
    assert.deepEqual(world.shown, []);
  });

  it('asks nobody while Hearth is offline, servers on this machine neither', async () => {
    const world = new MadeUpGate();
    world.stored.set('Cloud', 'always');
    world.offline = 'go online.';
    const sentence = /^Cloud is not asked, because Hearth is offline: go online\.$/;
    await assert.rejects(clear(world), forbidden(sentence));
    assert.throws(() => world.gate.check(madeUpEndpoint({ class: 'local' })), forbidden(sentence));
    assert.deepEqual(world.shown, []);
  });

  it('sends nothing where trust is withdrawn while the preview is looked at', async () => {
    const world = new MadeUpGate();
    const { redactor } = world;
    world.redactor = {
      ...redactor,
      redact: (text) => {
        world.trusted = false;
        return redactor.redact(text);
      },
    };
    await assert.rejects(clear(world), forbidden(/not trusted/));
  });

  it('keeps what is on the deny list, and names it', async () => {
    const world = new MadeUpGate();
    world.deny = ['src/*.ts'];
    world.stored.set('Cloud', 'always');
    await assert.rejects(
      clear(world),
      forbidden(/src\/a\.ts, which the deny list \(hearth\.routing\.deny\) keeps/),
    );
    world.deny = ['x'.repeat(400)];
    await assert.rejects(clear(world), forbidden(/can't be read/));
  });

  it('sends nothing that the redactor can’t vouch for', async () => {
    const world = new MadeUpGate();
    const error = new EndpointError('forbidden', 'The text can’t be looked through.');
    world.redactor = { ...world.redactor, redact: () => Promise.reject(error) };
    await assert.rejects(clear(world), error);
    assert.deepEqual(world.shown, []);
  });

  it('sends nothing after it was stopped', async () => {
    const world = new MadeUpGate();
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(clear(world, madeUpEndpoint(), controller.signal), { code: 'cancelled' });
  });
});
