import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelRole } from '../../../src/core/models/roles.ts';
import { Engines } from '../../../src/engine/engines.ts';
import type { LoadSettings } from '../../../src/engine/loadOptions.ts';
import type { Priority } from '../../../src/engine/protocol.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { completion } from '../../support/engine.ts';
import { FakeEngine, settingsOf, settle } from '../../support/fakeEngine.ts';

/** Two roles on fake processes; the processes of both stand in one list, in the order they were started. */
class World {
  readonly fake = new FakeEngine();
  chatSettings: LoadSettings | null = settingsOf('/chat.gguf');
  short = false;
  looks = 0;
  readonly engines = new Engines({
    completion: this.fake.options(),
    chat: { ...this.fake.options(), idleUnloadMs: () => 300_000 },
    chatSettings: () => this.chatSettings,
    timers: this.fake.timers,
    memoryPressure: () => {
      this.looks += 1;
      return Promise.resolve(this.short);
    },
  });

  ask(priority: Priority, urgent?: AbortSignal) {
    const more = urgent === undefined ? {} : { urgent };
    return this.engines.complete(completion('█'), { priority, deadlineMs: 0, ...more });
  }

  /** Whether the model of a role was given up for want of memory. */
  unloaded(role: ModelRole): boolean {
    const { state } = this.engines.of(role);
    return state.kind === 'unloaded' && state.reason === 'memory';
  }

  async answer(process: number): Promise<void> {
    await settle();
    const connection = this.fake.process(process);
    const open = connection.asked.filter(({ method }) => method === 'complete');
    for (const { answer } of open) answer({ text: connection.modelPath });
    await settle();
  }

  /** Both models loaded: completions have process 0, chat has process 1. */
  async ready(): Promise<this> {
    const key = this.ask('keystroke');
    await this.fake.load(0);
    await this.answer(0);
    const chat = this.ask('chat');
    await this.fake.load(1);
    await this.answer(1);
    assert.deepEqual([(await key).text, (await chat).text], ['/a.gguf', '/chat.gguf']);
    for (const { told } of this.fake.processes) told.length = 0;
    return this;
  }
}

describe('the roles', () => {
  it('share one process where chat has no model of its own, or the same', async () => {
    for (const settings of [null, settingsOf('/x/../a.gguf', { contextTokens: 512 })]) {
      const world = new World();
      world.chatSettings = settings;
      assert.ok(world.engines.shared);
      const asked = (['keystroke', 'chat', 'refactor'] as const).map((priority) => world.ask(priority));
      await world.fake.load(0);
      await world.answer(0);
      await Promise.all(asked);
      assert.equal(world.fake.processes.length, 1);
      assert.deepEqual(world.fake.process(0).told, [], 'the lanes of one process need no hold');
      assert.equal(world.engines.of('chat'), world.engines.completion);
      await world.engines.stop();
    }
  });

  it('have a process each for two models; chat’s starts with its first request', async () => {
    const world = new World();
    const key = world.ask('keystroke');
    await world.fake.load(0);
    await world.answer(0);
    await key;
    assert.equal(world.fake.processes.length, 1);
    const chat = world.ask('refactor');
    await world.fake.load(1);
    await world.answer(1);
    assert.equal((await chat).text, '/chat.gguf');
    assert.notEqual(world.engines.of('chat'), world.engines.of('completion'));
    await world.engines.stop();
    assert.ok(world.fake.processes.every(({ closed }) => closed));
  });

  it('take changed settings: what is loaded is switched, what is not takes them at its start', async () => {
    const world = await new World().ready();
    await world.engines.apply();
    assert.equal(world.fake.processes.length, 2, 'nothing has changed');
    world.chatSettings = settingsOf('/talk.gguf');
    const applied = world.engines.apply();
    await settle();
    await world.engines.apply();
    assert.equal(world.fake.processes.length, 3, 'it is on its way already');
    await world.fake.load(2);
    await applied;
    assert.equal(world.fake.process(2).modelPath, '/talk.gguf');
    assert.ok(world.fake.process(1).closed && !world.fake.process(0).closed);
    world.chatSettings = null;
    await world.engines.apply();
    assert.ok(world.fake.process(2).closed, 'a model that no role has is ended');
    world.chatSettings = settingsOf('/new.gguf');
    await world.engines.apply();
    assert.equal(world.fake.processes.length, 3);
  });
});

describe('a switch that failed', () => {
  it('is of no interest any more once the settings name what is loaded again', async () => {
    const world = await new World().ready();
    world.chatSettings = settingsOf('/gone.gguf');
    const applied = assert.rejects(world.engines.apply(), { code: 'model-missing' });
    await settle();
    world.fake.process(2).last('load').fail(new EngineError('model-missing', 'It is gone.'));
    await applied;
    const client = world.engines.of('chat');
    assert.ok(client.state.kind === 'ready' && client.state.switchError !== null);
    world.chatSettings = settingsOf('/chat.gguf');
    await world.engines.apply();
    assert.ok(client.state.kind === 'ready' && client.state.switchError === null);
    await world.engines.stop();
  });
});

describe('while somebody waits at the cursor', () => {
  it('chat in another process is held, until the last of them is answered', async () => {
    const world = await new World().ready();
    const { told } = world.fake.process(1);
    const first = world.ask('keystroke');
    const second = world.ask('manual');
    await settle();
    assert.deepEqual(told, ['hold']);
    const [one, two] = world.fake.process(0).asked.slice(-2);
    one?.answer({ text: '' });
    await first;
    await settle();
    assert.deepEqual(told, ['hold']);
    two?.answer({ text: '' });
    await second;
    assert.deepEqual(told, ['hold', 'release']);
  });

  it('no work ahead holds it, unless somebody begins to wait for that', async () => {
    const world = await new World().ready();
    const { told } = world.fake.process(1);
    const raised = new AbortController();
    const ahead = ['warm-up', 'speculation'] as const;
    const asked = [...ahead.map((priority) => world.ask(priority)), world.ask('speculation', raised.signal)];
    await settle();
    assert.deepEqual(told, []);
    raised.abort();
    assert.deepEqual(told, ['hold']);
    await world.answer(0);
    await Promise.all(asked);
    assert.deepEqual(told, ['hold', 'release']);
  });

  it('chat is released after a request that failed or was cancelled', async () => {
    const world = await new World().ready();
    const controller = new AbortController();
    const asked = world.engines.complete(completion('█'), {
      priority: 'keystroke',
      deadlineMs: 0,
      signal: controller.signal,
    });
    const failed = assert.rejects(asked, { code: 'crashed' });
    await settle();
    world.fake.process(0).crash();
    await failed;
    assert.deepEqual(world.fake.process(1).told, ['hold', 'release']);
  });

  it('a chat model that is loaded meanwhile is held too', async () => {
    const world = new World();
    const started = world.engines.completion.start();
    await world.fake.load(0);
    await started;
    const key = world.ask('keystroke');
    const chat = world.ask('chat');
    await world.fake.load(1);
    assert.equal(world.fake.process(1).told.at(-1), 'hold');
    await world.answer(0);
    await key;
    assert.equal(world.fake.process(1).told.at(-1), 'release');
    await world.answer(1);
    await chat;
    await world.engines.stop();
  });
});

describe('where memory is short', () => {
  const look = 30_000;

  it('chat’s model goes first, and that of completions once nobody types', async () => {
    const world = await new World().ready();
    await world.fake.timers.pass(look);
    assert.equal(world.looks, 1);
    assert.equal(world.engines.of('chat').state.kind, 'ready');
    world.short = true;
    const key = world.ask('keystroke');
    await world.fake.timers.pass(look);
    assert.equal(world.engines.of('chat').state.kind, 'unloaded');
    await world.fake.timers.pass(look);
    assert.equal(world.engines.completion.state.kind, 'ready', 'somebody waits');
    await world.answer(0);
    await key;
    await world.fake.timers.pass(look);
    assert.equal(world.engines.completion.state.kind, 'ready', 'somebody typed a moment ago');
    await world.fake.timers.pass(look);
    assert.deepEqual(
      world.fake.processes.map(({ closed }) => closed),
      [true, true],
    );
    assert.ok(world.unloaded('completion'));
    const looks = world.looks;
    await world.fake.timers.pass(10 * look);
    assert.equal(world.looks, looks, 'nobody looks while nothing is loaded');
  });

  it('a chat model that answers is left alone', async () => {
    const world = await new World().ready();
    world.short = true;
    const chat = world.ask('chat');
    const key = world.ask('keystroke');
    await world.fake.timers.pass(3 * look);
    assert.equal(world.engines.of('chat').state.kind, 'ready');
    await world.answer(0);
    await world.answer(1);
    await Promise.all([chat, key]);
    await world.engines.stop();
  });
});
