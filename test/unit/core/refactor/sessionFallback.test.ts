/** A refactor whose endpoint gives nothing: when the local model works in its place, and what is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatModel } from '../../../../src/core/chat/ports.ts';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import { describedModel, says, ScriptedModel, type Said } from '../../../support/chatPorts.ts';
import { broken, changes, fails, shop, shorter, simplify } from '../../../support/refactorScene.ts';

const error = (code: EndpointErrorCode): EndpointError => new EndpointError(code, 'Company is gone.');
const told = 'Company is gone. So the local model was asked.';

/** A refactor by an endpoint that answers from a script, with the local model behind it. */
function behind(script: readonly Said[], local: readonly Said[], { chosen = false } = {}) {
  const made = shop(local);
  const endpoint = Object.assign(new ScriptedModel(), { route: 'Company', script: [...script] });
  endpoint.description = { ...describedModel, name: 'Large' };
  const { ports } = made;
  made.ports = { ...ports, model: endpoint, fallback: { parts: ports, chosen } };
  return Object.assign(made, { endpoint });
}

/** The endpoint fails with this as soon as it is asked what it is. */
function failsToDescribe(endpoint: ChatModel, code: EndpointErrorCode): void {
  endpoint.describe = () => Promise.reject(error(code));
}

describe('a refactor by an endpoint', () => {
  it('is its own where it answers', async () => {
    const made = behind([says(shorter)], []);
    const { route, model, instead } = await made.run(simplify(made));
    assert.deepEqual([route, model, instead], ['Company', 'Large', null]);
    assert.equal(made.model.asked.length, 0);
  });

  for (const code of ['unreachable', 'server', 'broken'] as const) {
    it(`is the local model's where nobody is there: ${code}`, async () => {
      const made = behind([], [says(shorter)]);
      failsToDescribe(made.endpoint, code);
      const result = await made.run(simplify(made));
      assert.equal(changes(result).length, 1);
      assert.deepEqual([result.route, result.model, result.instead], ['local', 'Made-up 1B', told]);
      assert.deepEqual(made.states, ['waiting', 'writing', 'checking', 'ready']);
    });

    it(`is the local model's where it fails when it is asked, though it was there before: ${code}`, async () => {
      const made = behind([{ events: [], error: error(code) }], [says(shorter)]);
      const result = await made.run(simplify(made));
      assert.equal(changes(result).length, 1);
      assert.deepEqual([result.route, result.instead, result.rounds], ['local', told, 1]);
      assert.equal(made.endpoint.asked.length, 1);
    });

    it(`is not begun again once it has text: ${code}`, async () => {
      const made = behind([{ ...says('export function'), error: error(code) }], [says(shorter)]);
      const failed = fails(await made.run(simplify(made)));
      assert.deepEqual([failed.reason, failed.message], ['engine', 'Company is gone.']);
      assert.equal(made.model.asked.length, 0);
    });
  }

  it('is not begun again where its repair fails', async () => {
    const made = behind([says(broken), { events: [], error: error('unreachable') }], [says(shorter)]);
    assert.equal(fails(await made.run(simplify(made))).message, 'Company is gone.');
    assert.equal(made.model.asked.length, 0);
  });

  it('is the local model’s where nothing may be sent there and nobody chose it', async () => {
    const made = behind([], [says(shorter)]);
    failsToDescribe(made.endpoint, 'forbidden');
    assert.equal((await made.run(simplify(made))).instead, told);
    const chosen = behind([], [says(shorter)], { chosen: true });
    failsToDescribe(chosen.endpoint, 'forbidden');
    const failed = fails(await chosen.run(simplify(chosen)));
    assert.deepEqual([failed.reason, failed.message], ['not-sent', 'Company is gone.']);
  });

  it('is nobody else’s where a person did not agree', async () => {
    const made = behind([{ events: [], error: error('forbidden') }], [says(shorter)]);
    assert.equal(fails(await made.run(simplify(made))).reason, 'not-sent');
    assert.equal(made.model.asked.length, 0);
  });

  it('says both reasons where neither gives anything, and keeps the kind of the second', async () => {
    const cases = [
      [{ code: 'no-chat-model', message: 'None is chosen.' }, 'No model of this machine can answer instead:'],
      [{ code: 'engine', message: 'It is damaged.' }, 'The local model gave no answer either:'],
    ] as const;
    for (const [description, words] of cases) {
      const made = behind([], []);
      failsToDescribe(made.endpoint, 'unreachable');
      made.model.description = description;
      const result = await made.run(simplify(made));
      const { reason, message } = fails(result);
      assert.equal(reason, description.code);
      assert.equal(message, `Company is gone. ${words} ${description.message}`);
      assert.equal(result.model, null);
    }
  });

  it('says why the local model was asked where its answer is refused', async () => {
    const made = behind([], [says(broken), says(broken)]);
    failsToDescribe(made.endpoint, 'unreachable');
    const { reason, message, judgement } = fails(await made.run(simplify(made)));
    assert.equal(reason, 'check');
    assert.ok(message.startsWith(`${told} `));
    assert.ok(judgement?.diff);
  });

  it('is stopped where the user stops it, and nobody else is asked', async () => {
    const made = behind([], [says(shorter)]);
    made.endpoint.describe = () => {
      made.task.send('cancel');
      return Promise.reject(error('unreachable'));
    };
    assert.equal((await made.run(simplify(made))).outcome.kind, 'stopped');
    assert.equal(made.model.asked.length, 0);
  });

  it('gives the local model the whole workspace', async () => {
    const made = behind([], [says(shorter)]);
    failsToDescribe(made.endpoint, 'unreachable');
    const nothing = { findSymbols: () => Promise.resolve([]), references: () => Promise.resolve([]) };
    made.ports = { ...made.ports, workspace: { ...made.ports.workspace, ...nothing } };
    await made.run(simplify(made));
    assert.match(made.asked(0), /src\/cart\.ts:4/);
  });
});

describe('the limits of a refactor by an endpoint', () => {
  it('are its own, with room for thoughts', async () => {
    const made = behind([says(shorter)], []);
    const settings = { contextTokens: 200, maxTokens: 2048, temperature: 0 };
    made.ports = { ...made.ports, settings };
    made.endpoint.description = { ...describedModel, contextTokens: 100_000, thinking: false };
    assert.equal(changes(await made.run(simplify(made))).length, 1);
    const [plain] = made.endpoint.asked;
    const thinks = behind([says(shorter)], []);
    thinks.ports = { ...thinks.ports, settings };
    thinks.endpoint.description = { ...describedModel, contextTokens: 100_000 };
    await thinks.run(simplify(thinks));
    const [thinking] = thinks.endpoint.asked;
    assert.equal(thinking?.maxTokens, (plain?.maxTokens ?? 0) + 4096);
  });

  it('are named by its own setting where they are too small', async () => {
    const made = behind([says(broken, 'window-full')], []);
    assert.match(
      fails(await made.run(simplify(made))).message,
      /contextTokens of Company in hearth\.endpoints/,
    );
    const small = behind([], []);
    small.endpoint.description = { ...describedModel, contextTokens: 200 };
    const { reason, message } = fails(await small.run(simplify(small)));
    assert.equal(reason, 'too-long');
    assert.match(message, /contextTokens of Company in hearth\.endpoints/);
  });
});

describe('what a refactor sent away', () => {
  it('comes with its result, all rounds together, also where one failed', async () => {
    const made = behind([says(broken), says(shorter)], []);
    const answer = made.endpoint.answer.bind(made.endpoint);
    made.endpoint.answer = async (query, call) => ({
      ...(await answer(query, call)),
      sent: { redactions: 1, dollars: 0.25 },
    });
    assert.deepEqual((await made.run(simplify(made))).sent, { redactions: 1, dollars: 0.5 });
    const gone = Object.assign(error('broken'), { sent: { redactions: 2, dollars: 0.125 } });
    const fails = behind([{ ...says('export'), error: gone }], []);
    assert.deepEqual((await fails.run(simplify(fails))).sent, gone.sent);
  });
});
