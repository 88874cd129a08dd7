import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Engines } from '../../../../src/engine/engines.ts';
import type { LoadSettings } from '../../../../src/engine/loadOptions.ts';
import { modelDefaults, type LoadedModel } from '../../../../src/engine/protocol.ts';
import { chooseModel } from '../../../../src/host/server/chooseModel.ts';
import { offeredModels } from '../../../../src/host/server/offeredModels.ts';
import { FakeEngine, loadedModel, settingsOf, settle } from '../../../support/fakeEngine.ts';

const { signal } = new AbortController();

/** Models over fake processes; completion uses `/models/a.gguf`. */
function world({
  chat = null,
  starter = '/starter.gguf',
}: { chat?: LoadSettings | null; starter?: string } = {}) {
  const fake = new FakeEngine();
  fake.settings = settingsOf('/models/a.gguf');
  const engines = new Engines({
    completion: fake.options(),
    chat: fake.options(),
    chatSettings: () => chat,
    timers: fake.timers,
    memoryPressure: () => Promise.resolve(false),
  });
  const models = offeredModels({
    engines,
    completionPath: () => '/models/a.gguf',
    chatContextTokens: () => 8192,
    starterPath: starter,
  });
  return { fake, engines, models };
}

describe('the models that are offered', () => {
  it('are those that are configured, by their files’ names', () => {
    const { models } = world({ chat: settingsOf('/models/B.GGUF') });
    assert.deepEqual(models.list(), [
      { id: 'a', roles: ['completion'], facts: null, loaded: false },
      { id: 'B', roles: ['chat'], facts: null, loaded: false },
    ]);
  });

  it('are one where both roles have the same', () => {
    for (const chat of [null, settingsOf('/models/../models/a.gguf')])
      assert.deepEqual(world({ chat }).models.list(), [
        { id: 'a', roles: ['completion', 'chat'], facts: null, loaded: false },
      ]);
  });

  it('do not chat where it is the starter', () => {
    const { models } = world({ starter: '/models/a.gguf' });
    assert.deepEqual(models.list()[0]?.roles, ['completion']);
    assert.throws(() => models.checkChat('chat', loadedModel('Starter')), { status: 400 });
  });

  it('chat where they were made or chosen for it', () => {
    const bare: LoadedModel = {
      ...loadedModel('Bare'),
      chat: { ...loadedModel('').chat, template: 'plain' },
    };
    assert.throws(() => world().models.checkChat('chat', bare), {
      message: /^The model Bare only completes code: choose a model for chat/,
    });
    const { models } = world({ chat: settingsOf('/models/b.gguf') });
    models.checkChat('chat', bare);
    assert.throws(() => models.checkChat('completion', bare));
    models.checkChat('completion', loadedModel('Made for it'));
  });

  it('are loaded by the first request, and known from then on, in memory or not', async () => {
    const { fake, engines, models } = world();
    const loading = models.load('completion', signal);
    await fake.load(0);
    assert.equal((await loading).name, '/models/a.gguf');
    assert.deepEqual(
      models.list().map(({ facts, loaded }) => [facts?.name, loaded]),
      [['/models/a.gguf', true]],
    );
    await engines.completion.unload('idle');
    assert.deepEqual(
      models.list().map(({ facts, loaded }) => [facts?.name, loaded]),
      [['/models/a.gguf', false]],
    );
  });

  it('have the window that is set, and no more than they were trained for', () => {
    const { models } = world();
    assert.equal(models.contextTokens({ ...loadedModel('a'), trainedTokens: 4096 }), 4096);
    assert.equal(models.contextTokens({ ...loadedModel('a'), trainedTokens: 100_000 }), 8192);
  });

  it('are asked with the least of the priorities that somebody waits for, and without a deadline', async () => {
    const { fake, models } = world();
    const loading = models.load('completion', signal);
    await fake.load(0);
    await loading;
    const query = { messages: [], tools: [], maxTokens: 1, temperature: 0, seed: 1, thinking: false };
    const texts = { repository: null, path: null, segments: [], prefix: 'a', suffix: '' };
    const params = { ...texts, ...modelDefaults, maxTokens: 1, stop: null };
    const asked = [
      models.chat('chat', query, { signal, onEvent: () => undefined }),
      models.complete('completion', params, { signal, onText: () => undefined }),
      models.embed('completion', ['a'], { signal }),
    ];
    await settle();
    for (const method of ['chat', 'complete', 'embed'] as const) {
      const { options, answer } = fake.process(0).last(method);
      assert.deepEqual([options.priority, options.deadlineMs], ['server', 0], method);
      assert.equal(options.signal, signal);
      answer({});
    }
    await Promise.all(asked);
  });
});

describe('a model’s name', () => {
  const facts = (name: string): LoadedModel => loadedModel(name);
  const models = [
    { id: 'coder', roles: ['completion'], facts: facts('Coder 1B'), loaded: true },
    { id: 'talker', roles: ['chat'], facts: null, loaded: false },
  ] as const;

  it('may be its id, its own, its role’s, or none', () => {
    const table: [
      name: string | null | undefined,
      preferred: 'completion' | 'chat',
      id: string,
      role: string,
    ][] = [
      ['coder', 'chat', 'coder', 'completion'],
      ['Coder 1B', 'completion', 'coder', 'completion'],
      ['completion', 'chat', 'coder', 'completion'],
      ['chat', 'completion', 'talker', 'chat'],
      [null, 'chat', 'talker', 'chat'],
      [undefined, 'completion', 'coder', 'completion'],
      ['', 'chat', 'talker', 'chat'],
    ];
    for (const [name, preferred, id, role] of table) {
      const chosen = chooseModel(models, name, preferred);
      assert.deepEqual([chosen.model.id, chosen.role], [id, role], String(name));
    }
  });

  it('is asked in the role that is wanted, where a model has both', () => {
    const both = [{ id: 'one', roles: ['completion', 'chat'], facts: null, loaded: true }] as const;
    assert.equal(chooseModel(both, 'one', 'chat').role, 'chat');
    assert.equal(chooseModel(both, null, 'completion').role, 'completion');
  });

  it('that nothing here has is refused', () => {
    for (const name of ['gpt', 'talker.gguf', '../a', 'Talker'])
      assert.throws(() => chooseModel(models, name, 'chat'), { status: 404, code: 'model_not_found' });
  });
});
