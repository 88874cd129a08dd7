import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Engines } from '../../../../src/engine/engines.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import type { LoadSettings } from '../../../../src/engine/loadOptions.ts';
import type { ChatAbility } from '../../../../src/engine/protocol.ts';
import { localChatModel } from '../../../../src/host/chat/localChatModel.ts';
import { FakeEngine, loadedModel, settingsOf, settle } from '../../../support/fakeEngine.ts';

const { signal } = new AbortController();
const bare: ChatAbility = { template: 'plain', limitation: 'It has none.', tools: false, thinking: false };

/** A chat model over fake processes; completion uses `/a.gguf`. */
function world({
  chat = null,
  starter = '/starter.gguf',
}: { chat?: LoadSettings | null; starter?: string } = {}) {
  const fake = new FakeEngine();
  const engines = new Engines({
    completion: fake.options(),
    chat: fake.options(),
    chatSettings: () => chat,
    timers: fake.timers,
    memoryPressure: () => Promise.resolve(false),
  });
  return { fake, engines, model: localChatModel(engines, { starterPath: starter }) };
}

/** Lets the first process load a model with these abilities. */
async function load(fake: FakeEngine, ability: Partial<ChatAbility> = {}): Promise<void> {
  await settle();
  const model = loadedModel(fake.process(0).modelPath);
  fake
    .process(0)
    .last('load')
    .answer({ ...model, chat: { ...model.chat, ...ability } });
  await settle();
}

describe('the model on this machine that chats', () => {
  it('is not the starter: nothing is loaded for that', async () => {
    const { fake, model } = world({ starter: '/x/../a.gguf' });
    const said = await model.describe(signal);
    assert.deepEqual('code' in said && said.code, 'no-chat-model');
    assert.match('message' in said ? said.message : '', /starter model only completes.*hearth\.model\.chat/);
    assert.equal(fake.processes.length, 0);
    const chosen = world({ chat: settingsOf('/starter.gguf') });
    assert.ok('code' in (await chosen.model.describe(signal)));
  });

  it('is the completion model where that has a template, with the window that there is', async () => {
    const { fake, model } = world();
    const asked = model.describe(signal);
    await load(fake, { tools: true });
    fake.process(0).last('prepareChat').answer({ contextTokens: 2048 });
    assert.deepEqual(await asked, {
      name: '/a.gguf',
      fingerprint: '/a.gguf',
      contextTokens: 2048,
      template: 'model',
      limitation: null,
      tools: true,
      thinking: false,
    });
  });

  it('is not a completion model that was not made for it, which takes no memory for a conversation', async () => {
    const { fake, model } = world();
    const asked = model.describe(signal);
    await load(fake, bare);
    const said = await asked;
    assert.equal('code' in said && said.code, 'no-chat-model');
    assert.ok(fake.process(0).asked.every(({ method }) => method !== 'prepareChat'));
  });

  it('is any model that was chosen for chat, whatever its limits', async () => {
    const { fake, model } = world({ chat: settingsOf('/base.gguf') });
    const asked = model.describe(signal);
    await load(fake, bare);
    fake.process(0).last('prepareChat').answer({ contextTokens: 8192 });
    const said = await asked;
    assert.deepEqual('limitation' in said && [said.name, said.limitation], ['/base.gguf', 'It has none.']);
    assert.equal((fake.process(0).last('load').params as LoadSettings).contextTokens, 256);
  });

  it('says why it can’t be loaded, and throws when nobody waits any more', async () => {
    const { fake, model } = world();
    const asked = model.describe(signal);
    await settle();
    fake.process(0).last('load').fail(new EngineError('model-invalid', 'It is damaged: get another.'));
    assert.deepEqual(await asked, { code: 'engine', message: 'It is damaged: get another.' });
    const gone = AbortSignal.abort();
    await assert.rejects(world().model.describe(gone), { code: 'cancelled' });
  });

  it('waits for the new start after a crash, and no longer', async () => {
    const { fake, model } = world();
    const before = model.describe(signal);
    await load(fake);
    fake.process(0).last('prepareChat').answer({ contextTokens: 2048 });
    await before;
    fake.process(0).crash();
    await settle();
    const again = model.describe(signal);
    const stopped = new AbortController();
    const unwanted = model.describe(stopped.signal);
    await settle();
    assert.equal(fake.processes.length, 1);
    stopped.abort();
    await assert.rejects(unwanted, { code: 'cancelled' });
    await fake.timers.pass(500);
    await fake.load(1);
    fake.process(1).last('prepareChat').answer({ contextTokens: 1024 });
    const said = await again;
    assert.equal('contextTokens' in said && said.contextTokens, 1024);
    fake.process(1).crash();
    await settle();
    const third = model.describe(signal);
    await fake.timers.pass(2000);
    await settle();
    fake.process(2).crash();
    assert.deepEqual(await third, { code: 'engine', message: 'The engine ended unexpectedly.' });
    // Now nothing starts by itself any more: the reason is said at once.
    assert.deepEqual(await model.describe(signal), {
      code: 'engine',
      message: 'The engine ended unexpectedly.',
    });
  });

  it('counts and answers through the process that has it', async () => {
    const { fake, model } = world();
    const described = model.describe(signal);
    await load(fake);
    fake.process(0).last('prepareChat').answer({ contextTokens: 2048 });
    await described;
    const messages = [{ role: 'user', content: 'A?' }] as const;
    const counted = model.countPrompt(messages, []);
    const texts = model.countTexts(['a', 'b']);
    await settle();
    fake.process(0).last('countChat').answer({ tokens: 12 });
    fake
      .process(0)
      .last('countTokens')
      .answer({ counts: [1, 2] });
    assert.deepEqual([await counted, await texts], [12, [1, 2]]);
    const events: unknown[] = [];
    const query = { messages, tools: [], maxTokens: 10, temperature: 0, seed: 0, thinking: false };
    const answered = model.answer(query, { signal, onEvent: (event) => events.push(event) });
    await settle();
    const { options, params } = fake.process(0).last('chat');
    assert.deepEqual([params, options.priority, options.deadlineMs], [query, 'chat', 0]);
    options.onEvent?.({ kind: 'text', text: 'Hi' });
    fake.process(0).crash();
    await assert.rejects(answered, { code: 'crashed' });
    assert.deepEqual(events, [{ kind: 'text', text: 'Hi' }]);
  });
});
