import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent, ChatQuery } from '../../../../src/core/chat/types.ts';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import { endpointChatModel } from '../../../../src/host/endpoints/endpointChatModel.ts';
import { says, type Said } from '../../../support/chatPorts.ts';
import {
  MadeUpGate,
  ScriptedEndpoint,
  madeUpAbility,
  madeUpEndpoint,
} from '../../../support/scriptedEndpoint.ts';

const query: ChatQuery = {
  messages: [{ role: 'user', content: 'What is SECRET1?' }],
  ...{ tools: [], maxTokens: 100, temperature: 0, seed: 0, thinking: false },
};
const signal = new AbortController().signal;

function pieces(...texts: string[]): Said {
  return { events: texts.map((text) => ({ kind: 'text', text })) };
}

function world(client = new ScriptedEndpoint()) {
  const gate = new MadeUpGate();
  return { client, gate, model: endpointChatModel(client, gate.gate) };
}

describe('an endpoint as a model that chats', () => {
  it('says what it is, with the smaller of the two windows', async () => {
    const { model } = world(new ScriptedEndpoint(madeUpEndpoint({ contextTokens: 4096 })));
    const description = await model.describe(signal);
    assert.ok(!('code' in description));
    // Where tokens are estimated, there may be some more.
    assert.equal(description.contextTokens, 3686);
    assert.equal(description.prefill, false);
    assert.equal(model.route, 'Cloud');
  });

  it('takes a small window for granted where nobody says one', async () => {
    const { client, model } = world();
    client.can = { ...madeUpAbility, contextTokens: null };
    const description = await model.describe(signal);
    assert.equal('code' in description ? 0 : description.contextTokens, 7372);
  });

  it('has the whole window where the server itself counts', async () => {
    for (const [where, window] of [
      ['local', 32_768],
      ['own-network', 29_491],
    ] as const) {
      const { client, model } = world(new ScriptedEndpoint(madeUpEndpoint({ class: where })));
      client.can = { ...madeUpAbility, counts: true };
      const description = await model.describe(signal);
      assert.equal('code' in description ? 0 : description.contextTokens, window, where);
    }
  });

  it('offers tools only where not every call has to be agreed to', async () => {
    const { gate, model } = world();
    const asked = await model.describe(signal);
    assert.equal('code' in asked || asked.tools, false);
    gate.stored.set('Cloud', 'always');
    const granted = await model.describe(signal);
    assert.equal('code' in granted || granted.tools, true);
  });

  it('rejects where nobody is there, and says why there is no model where one is', async () => {
    const { client, model } = world();
    let forgotten = 0;
    client.forget = () => void (forgotten += 1);
    client.failure = new EndpointError('unreachable', 'Cloud can’t be reached.');
    await assert.rejects(model.describe(signal), client.failure);
    client.failure = new EndpointError('unauthorized', 'Cloud refuses the key.');
    assert.deepEqual(await model.describe(signal), { code: 'engine', message: 'Cloud refuses the key.' });
    client.failure = null;
    client.can = { ...madeUpAbility, chat: false };
    const none = await model.describe(signal);
    assert.match('code' in none ? none.message : '', /large of Cloud does not chat/);
    // Another model may be loaded there by the next question.
    assert.equal(forgotten, 1);
  });

  it('asks nothing of an endpoint to which nothing may be sent', async () => {
    const { client, gate, model } = world();
    client.failure = new Error('It was asked.');
    gate.trusted = false;
    await assert.rejects(model.describe(signal), /not trusted/);
  });

  it('sends what the gate let pass, and puts the secrets back into what comes', async () => {
    const { client, model } = world(new ScriptedEndpoint(madeUpEndpoint({ price: { input: 1, output: 2 } })));
    client.model.script = [pieces('It is HELD_', '1_, no more.')];
    await model.describe(signal);
    const events: ChatEvent[] = [];
    const places = [{ path: 'a.ts', startLine: 1, endLine: 2 }];
    const answer = await model.answer(query, { signal, places, onEvent: (event) => events.push(event) });
    assert.equal(client.asked[0]?.messages[0]?.content, 'What is HELD_1_?');
    assert.equal(answer.text, 'It is SECRET1, no more.');
    const text = events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
    assert.equal(text, 'It is SECRET1, no more.');
    const { tokens } = answer;
    assert.deepEqual(answer.sent, {
      redactions: 1,
      dollars: (tokens.prompt + 2 * tokens.generated) / 1e6,
    });
    assert.deepEqual(client.calls[0]?.about.places, places);
    assert.equal(client.calls[0]?.about.endpoint, 'Cloud');
  });

  it('says what left before a failure, and what that costs', async () => {
    const priced = madeUpEndpoint({ price: { input: 1000, output: 2000 } });
    const failedWith = async (error: EndpointError, text = '', endpoint = priced) => {
      const { client, model } = world(new ScriptedEndpoint(endpoint));
      client.model.script = [{ ...pieces(...(text === '' ? [] : [text])), error }];
      await model.describe(signal);
      await assert.rejects(model.answer(query, { signal, onEvent: () => undefined }), error);
      return { sent: error.sent, tokens: client.calls[0]?.about.tokens ?? 0 };
    };
    const broken = await failedWith(new EndpointError('broken', 'Cloud broke off.'), 'x'.repeat(36));
    assert.ok(broken.tokens > 0);
    assert.deepEqual(broken.sent, { redactions: 1, dollars: (broken.tokens + 2 * 10) / 1000 });
    const stopped = await failedWith(new EndpointError('cancelled', 'It was stopped.'));
    assert.deepEqual(stopped.sent, { redactions: 1, dollars: stopped.tokens / 1000 });
    const busy = await failedWith(new EndpointError('rate-limited', 'Cloud is busy.', { status: 429 }));
    assert.deepEqual(busy.sent, { redactions: 1, dollars: 0 });
    const gone = await failedWith(new EndpointError('unreachable', 'Cloud can’t be reached.'));
    assert.equal(gone.sent, undefined);
    const here = await failedWith(
      new EndpointError('broken', 'Box broke off.'),
      'x',
      madeUpEndpoint({ class: 'local' }),
    );
    assert.equal(here.sent, undefined);
  });

  it('puts the secrets back into calls of tools, in order with the text', async () => {
    const { client, gate, model } = world();
    gate.stored.set('Cloud', 'always');
    const call = { id: '1', name: 'search', arguments: '{"text":"HELD_1_"}' };
    client.model.script = [
      {
        events: [
          { kind: 'text', text: 'Look: HELD_2_' },
          { kind: 'tool-call', call },
        ],
      },
    ];
    await model.describe(signal);
    const events: ChatEvent[] = [];
    const answer = await model.answer(query, { signal, onEvent: (event) => events.push(event) });
    assert.deepEqual(events.slice(1), [
      { kind: 'text', text: 'Look: SECRET2' },
      { kind: 'tool-call', call: { ...call, arguments: '{"text":"SECRET1"}' } },
    ]);
    assert.equal(answer.toolCalls[0]?.arguments, '{"text":"SECRET1"}');
  });

  it('says nothing of what was sent where nothing left this machine', async () => {
    const { client, model } = world(new ScriptedEndpoint(madeUpEndpoint({ class: 'local' })));
    client.model.script = [says('Yes.')];
    const answer = await model.answer(query, { signal, onEvent: () => undefined });
    assert.equal(answer.sent, undefined);
    assert.equal(client.asked[0], query);
  });

  it('counts by estimate, and never by a request before anybody agreed', async () => {
    const { client, model } = world();
    client.can = { ...madeUpAbility, counts: true };
    client.counts = () => assert.fail('The text left.');
    await model.describe(signal);
    assert.deepEqual(await model.countTexts(['x'.repeat(36), '']), [10, 0]);
    assert.ok((await model.countPrompt(query.messages, [])) > 4);
  });

  it('lets a server on this machine count', async () => {
    const { client, model } = world(new ScriptedEndpoint(madeUpEndpoint({ class: 'local' })));
    client.can = { ...madeUpAbility, counts: true };
    client.counts = (texts) => texts.map(() => 7);
    await model.describe(signal);
    assert.deepEqual(await model.countTexts(['a', 'b']), [7, 7]);
  });
});
