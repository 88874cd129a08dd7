import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineState } from '../../../src/engine/client.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { completion } from '../../support/engine.ts';
import { FakeEngine, settingsOf, settle } from '../../support/fakeEngine.ts';

const byHand = { priority: 'manual', deadlineMs: 0 } as const;
const b = settingsOf('/b.gguf');

/** An engine with its first model loaded. */
async function ready(engine = new FakeEngine()): Promise<FakeEngine> {
  const started = engine.client.start();
  await engine.load(0);
  await started;
  return engine;
}

/** The name and process of the model that answers, and what is on its way. */
function inUse(state: EngineState): [name: string, pid: number, next: string | null, error: string | null] {
  assert.ok(state.kind === 'ready', state.kind);
  const { model, pid, switching, switchError } = state;
  return [model.name, pid, switching?.modelPath ?? null, switchError?.code ?? null];
}

/** The state, as it may have become meanwhile. */
function stateOf({ client }: FakeEngine): EngineState {
  return client.state;
}

/** Asks for a completion, which the process answers with its model's path. */
async function answered(engine: FakeEngine, process: number): Promise<string> {
  const asked = engine.client.complete(completion('█'), byHand);
  await settle();
  engine
    .process(process)
    .last('complete')
    .answer({ text: engine.process(process).modelPath });
  return (await asked).text;
}

describe('the progress of a start', () => {
  it('is part of the state', async () => {
    const engine = new FakeEngine();
    const started = engine.client.start();
    await settle();
    const { onProgress } = engine.process(0).last('load').options;
    onProgress?.({ phase: 'reading', fraction: 0 });
    onProgress?.({ phase: 'weights', fraction: 0.5 });
    assert.deepEqual(
      engine.states.map((state) => state.kind === 'starting' && [state.progress.phase, state.modelPath]),
      [
        ['starting', '/a.gguf'],
        ['reading', '/a.gguf'],
        ['weights', '/a.gguf'],
      ],
    );
    await engine.load(0);
    await started;
    onProgress?.({ phase: 'testing', fraction: 0 });
    assert.equal(engine.client.state.kind, 'ready');
  });
});

describe('a model that another window has loaded', () => {
  /** What the start says where another window holds this file. */
  async function noteWith(modelPath: string): Promise<string | null> {
    const other = {
      version: 1,
      pid: 7,
      name: 'Model A',
      fingerprint: 'a',
      deviceBytes: 0,
      since: 0,
    } as const;
    const residents = {
      add: () => Promise.resolve(),
      remove: () => Promise.resolve(),
      others: () => Promise.resolve([{ ...other, modelPath, mappedBytes: 1000 }]),
    };
    const engine = new FakeEngine({ residents });
    const started = engine.client.start();
    await settle();
    const state = stateOf(engine);
    await engine.load(0);
    await started;
    assert.ok(state.kind === 'starting');
    return state.note;
  }

  it('is loaded again, and that is said', async () => {
    assert.match((await noteWith('/a.gguf')) ?? '', /Another window has Model A loaded.*again/);
  });

  it('is not spoken of where it is another one', async () => assert.equal(await noteWith('/b.gguf'), null));
});

describe('a start that is cancelled', () => {
  it('ends its process, tells whoever waits, and is not begun again by a request', async () => {
    const engine = new FakeEngine();
    const started = assert.rejects(engine.client.start(), { code: 'cancelled' });
    const waiting = assert.rejects(engine.client.complete(completion('█'), byHand), { code: 'cancelled' });
    await settle();
    engine.client.cancelStart();
    await Promise.all([started, waiting]);
    assert.ok(engine.process(0).closed);
    assert.deepEqual(engine.client.state, { kind: 'stopped', cancelled: true });
    await assert.rejects(engine.client.complete(completion('█'), byHand), {
      code: 'stopped',
      message: /cancelled.*Restart/,
    });
    assert.equal(engine.processes.length, 1);
    const again = engine.client.start();
    await engine.load(1);
    await again;
    assert.deepEqual(inUse(engine.client.state), ['/a.gguf', 2, null, null]);
  });

  it('is nothing where none is under way', async () => {
    const engine = await ready();
    engine.client.cancelStart();
    assert.equal(engine.client.state.kind, 'ready');
    assert.ok(!engine.process(0).closed);
  });
});

describe('a switch of models', () => {
  it('leaves the old model in use until the new one is ready, and ends it then', async () => {
    const engine = await ready();
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    assert.deepEqual(inUse(engine.client.state), ['/a.gguf', 1, '/b.gguf', null]);
    engine.process(1).last('load').options.onProgress?.({ phase: 'weights', fraction: 0.25 });
    assert.ok(engine.client.state.kind === 'ready');
    assert.deepEqual(engine.client.state.switching?.progress, { phase: 'weights', fraction: 0.25 });
    assert.equal(await answered(engine, 0), '/a.gguf');
    assert.ok(!engine.process(0).closed);
    await engine.load(1);
    assert.equal((await switched).name, '/b.gguf');
    assert.deepEqual(inUse(engine.client.state), ['/b.gguf', 2, null, null]);
    assert.ok(engine.process(0).closed);
    assert.equal(await answered(engine, 1), '/b.gguf');
  });

  it('lets the old model answer what it was asked', async () => {
    const engine = await ready();
    const asked = engine.client.complete(completion('█'), byHand);
    engine.settings = b;
    const switched = engine.client.switchModel();
    await engine.load(1);
    await switched;
    assert.ok(!engine.process(0).closed, 'it still has a request');
    engine.process(0).last('complete').answer({ text: 'late' });
    assert.equal((await asked).text, 'late');
    await settle();
    assert.ok(engine.process(0).closed);
  });

  it('does not wait for ever for the old model’s last answer, and not at all at a stop', async () => {
    for (const end of [
      (engine: FakeEngine) => engine.timers.pass(10_000),
      (engine: FakeEngine) => engine.client.stop(),
    ]) {
      const engine = await ready();
      const lost = assert.rejects(engine.client.complete(completion('█'), byHand), { code: 'stopped' });
      engine.settings = b;
      const switched = engine.client.switchModel();
      await engine.load(1);
      await switched;
      await end(engine);
      await lost;
      assert.ok(engine.process(0).closed);
    }
  });

  it('that fails leaves the old model in use, says why, and is not tried again by a crash', async () => {
    const engine = await ready(new FakeEngine({ restartDelays: [100, 100] }));
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    engine.process(1).last('load').fail(new EngineError('model-invalid', 'It is damaged.'));
    await assert.rejects(switched, { code: 'model-invalid' });
    assert.deepEqual(inUse(engine.client.state), ['/a.gguf', 1, null, 'model-invalid']);
    assert.ok(engine.process(1).closed);
    assert.equal(await answered(engine, 0), '/a.gguf');
    for (const process of [2, 3]) {
      engine.process(process === 2 ? 0 : process - 1).crash();
      await settle();
      await engine.timers.pass(100);
      await engine.load(process);
      assert.equal(engine.process(process).modelPath, '/a.gguf', 'the settings that work');
    }
    const restarted = engine.client.restart();
    await engine.load(4);
    await restarted;
    assert.equal(engine.process(4).modelPath, '/b.gguf', 'a person asked for the new settings');
  });

  it('whose process crashes never touches the old one', async () => {
    const engine = await ready();
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    engine.process(1).crash();
    await assert.rejects(switched, { code: 'crashed' });
    assert.deepEqual(inUse(engine.client.state), ['/a.gguf', 1, null, 'crashed']);
    await engine.timers.pass(60_000);
    assert.equal(engine.processes.length, 2, 'nothing is retried');
  });

  it('that is cancelled leaves everything as it was', async () => {
    const engine = await ready();
    const before = engine.client.state;
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    engine.client.cancelSwitch();
    await assert.rejects(switched, { code: 'cancelled' });
    assert.deepEqual(engine.client.state, before);
    assert.ok(engine.process(1).closed && !engine.process(0).closed);
    assert.equal(await answered(engine, 0), '/a.gguf');
  });

  it('gives way to a later one, to a restart and to a stop', async () => {
    for (const wish of ['switchModel', 'restart', 'stop'] as const) {
      const engine = await ready();
      engine.settings = b;
      const overtaken = assert.rejects(engine.client.switchModel(), { code: 'stopped' });
      await settle();
      engine.settings = settingsOf('/c.gguf');
      const last = engine.client[wish]();
      await overtaken;
      assert.ok(engine.process(1).closed);
      if (wish !== 'stop') await engine.load(2);
      await last;
      assert.equal(engine.client.state.kind, wish === 'stop' ? 'stopped' : 'ready');
      if (wish !== 'stop') assert.equal(await answered(engine, 2), '/c.gguf');
      assert.deepEqual(
        engine.processes.map(({ closed }) => closed),
        wish === 'stop' ? [true, true] : [true, true, false],
      );
    }
  });

  it('becomes a start where the old model dies meanwhile', async () => {
    const engine = await ready();
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    engine.process(1).last('load').options.onProgress?.({ phase: 'weights', fraction: 0.5 });
    engine.process(0).crash();
    await settle();
    const { state } = engine.client;
    assert.ok(state.kind === 'starting');
    assert.deepEqual([state.modelPath, state.progress.fraction], ['/b.gguf', 0.5]);
    const waiting = engine.client.complete(completion('█'), byHand);
    await engine.load(1);
    await switched;
    engine.process(1).last('complete').answer({ text: 'new' });
    assert.equal((await waiting).text, 'new');
    assert.equal(engine.processes.length, 2);
  });

  it('ends the old model first where memory has no room for both, and says so', async () => {
    const asked: string[] = [];
    const engine = await ready(
      new FakeEngine({
        canHoldBoth: (next, loaded) => {
          asked.push(`${next.modelPath} beside ${loaded.name}`);
          return Promise.resolve(false);
        },
      }),
    );
    engine.settings = b;
    const switched = engine.client.switchModel();
    await settle();
    assert.deepEqual(asked, ['/b.gguf beside /a.gguf']);
    assert.ok(engine.process(0).closed);
    const { state } = engine.client;
    assert.ok(state.kind === 'starting');
    assert.match(state.note ?? '', /too little memory for \/a\.gguf beside b\.gguf.*unloaded first/);
    assert.ok(engine.log.some((line) => line.startsWith('info:') && line.includes('unloaded first')));
    await engine.load(1);
    await switched;
    assert.deepEqual(inUse(engine.client.state), ['/b.gguf', 2, null, null]);
  });

  it('is a start where nothing is loaded', async () => {
    const engine = new FakeEngine();
    const switched = engine.client.switchModel();
    await engine.load(0);
    assert.equal((await switched).name, '/a.gguf');
    assert.equal(engine.processes.length, 1);
  });
});

describe('an idle model', () => {
  const minute = 60_000;
  const withUnload = (): FakeEngine => new FakeEngine({ idleUnloadMs: () => 10 * minute });

  it('is unloaded after its time, and loaded again by the next request', async () => {
    const engine = await ready(withUnload());
    await engine.timers.pass(9 * minute);
    assert.equal(await answered(engine, 0), '/a.gguf');
    await engine.timers.pass(9 * minute);
    assert.equal(engine.client.state.kind, 'ready', 'the time runs from the last request');
    await engine.timers.pass(minute);
    const state = stateOf(engine);
    assert.ok(state.kind === 'unloaded');
    assert.deepEqual([state.model.name, state.reason], ['/a.gguf', 'idle']);
    assert.ok(engine.process(0).closed);
    const asked = engine.client.complete(completion('█'), byHand);
    await engine.load(1);
    engine.process(1).last('complete').answer({ text: 'back' });
    assert.equal((await asked).text, 'back');
    assert.equal(engine.states.filter(({ kind }) => kind === 'failed').length, 0);
  });

  it('is never unloaded while it answers or a switch is under way, nor where the time is 0', async () => {
    const busy = await ready(withUnload());
    const asked = busy.client.complete(completion('█'), byHand);
    await busy.timers.pass(60 * minute);
    assert.equal(busy.client.state.kind, 'ready');
    assert.equal(await busy.client.unload('memory'), false);
    busy.process(0).last('complete').answer({ text: '' });
    await asked;
    busy.settings = b;
    const switched = busy.client.switchModel();
    await busy.timers.pass(60 * minute);
    assert.equal(busy.client.state.kind, 'ready');
    await busy.load(1);
    await switched;
    await busy.timers.pass(10 * minute);
    assert.equal(busy.client.state.kind, 'unloaded');
    const never = await ready();
    await never.timers.pass(1e9);
    assert.equal(never.client.state.kind, 'ready');
  });

  it('that was unloaded takes other settings by a switch', async () => {
    const engine = await ready(withUnload());
    await engine.timers.pass(10 * minute);
    engine.settings = b;
    const switched = engine.client.switchModel();
    await engine.load(1);
    assert.equal((await switched).name, '/b.gguf');
    assert.equal(engine.process(1).modelPath, '/b.gguf');
  });
});

describe('a measurement', () => {
  it('is asked for behind everything else, and remembered by model, backend and threads', async () => {
    const engine = await ready();
    const measured = engine.client.measure();
    await settle();
    const { params, options, answer } = engine.process(0).last('measure');
    assert.deepEqual([params, options.priority], [{ milliseconds: 3000 }, 'speculation']);
    const speed = {
      promptTokensPerSecond: 100,
      decodeTokensPerSecond: 10,
      weightsBytes: 1000,
      seconds: 3,
      tokens: 165,
    };
    answer(speed);
    assert.deepEqual(await measured, speed);
    assert.deepEqual(await engine.facts.speeds(), {
      '/a.gguf': [{ ...speed, backend: 'cpu', threads: 1 }],
    });
  });
});
