import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { MachineProbe, type MachineProbeParts } from '../../../../src/host/models/machineProbe.ts';
import { SpeedBook } from '../../../../src/host/models/speedBook.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { temporaryFolder, until } from '../../../support/engine.ts';
import { FakeEngine, settingsOf, type FakeConnection } from '../../../support/fakeEngine.ts';

const speed = {
  ...{ promptTokensPerSecond: 400, decodeTokensPerSecond: 20 },
  ...{ weightsBytes: 5e8, seconds: 3, tokens: 300 },
};
const left = 'probe-2147483646-0a1b2c3d.gguf';

interface World {
  readonly probe: MachineProbe;
  readonly engine: FakeEngine;
  readonly speeds: SpeedBook;
  readonly folder: string;
  /** Waits for a process, lets it load, and gives what it is asked to measure. */
  readonly measuring: (index: number) => Promise<FakeConnection>;
}

function world(more: Partial<MachineProbeParts> = {}): World {
  const folder = path.join(temporaryFolder(), 'probe');
  const engine = new FakeEngine();
  const speeds = new SpeedBook(null);
  const probe = new MachineProbe({
    engine: engine.options(),
    folder,
    settings: () =>
      settingsOf('/users.gguf', { threads: 3, draftModelPath: '/draft.gguf', stateFolder: '/s' }),
    loaded: () => null,
    speeds,
    freeMemory: () => Promise.resolve(8e9),
    shape: { layers: 1, width: 64, heads: 1, keyValueHeads: 1, feedForward: 64 },
    ...more,
  });
  const measuring = async (index: number): Promise<FakeConnection> => {
    await until(
      () => engine.processes[index]?.asked.some(({ method }) => method === 'load') ?? false,
      'a load',
    );
    await engine.load(index);
    return engine.process(index);
  };
  return { probe, engine, speeds, folder, measuring };
}

describe('MachineProbe', () => {
  it('measures a file of its own as the user’s models are loaded, and notes it', async () => {
    const { probe, engine, speeds, folder, measuring } = world();
    assert.equal(probe.known(await speeds.all()), null);
    const running = probe.run();
    const connection = await measuring(0);
    const { modelPath } = connection;
    assert.equal(path.dirname(modelPath), folder);
    assert.ok(existsSync(modelPath));
    assert.partialDeepStrictEqual(connection.last('load').params, {
      ...{ device: 'cpu', threads: 3, gpuLayers: 'auto', draftModelPath: null, stateFolder: null },
    });
    assert.deepEqual(connection.last('measure').params, { milliseconds: 3000 });
    connection.last('measure').answer(speed);
    assert.equal(await running, true);
    assert.equal(connection.closed, true);
    assert.deepEqual(readdirSync(folder), []);
    assert.partialDeepStrictEqual(probe.known(await speeds.all()), {
      ...{ promptTokensPerSecond: 400, decodeTokensPerSecond: 20, weightBytes: 5e8 },
    });
    assert.equal(await probe.run(), false);
    assert.equal(engine.processes.length, 1);
  });

  it('measures anew for another GPU', async () => {
    let loaded: { backend: string; devices: string[] } | null = null;
    const { probe, speeds, measuring } = world({ loaded: () => loaded });
    const running = probe.run();
    (await measuring(0)).last('measure').answer(speed);
    await running;
    loaded = { backend: 'cpu', devices: [] };
    assert.notEqual(probe.known(await speeds.all()), null);
    loaded = { backend: 'cuda', devices: ['new'] };
    assert.equal(probe.known(await speeds.all()), null);
    const again = probe.run();
    (await measuring(1)).last('measure').answer(speed);
    assert.equal(await again, true);
    // The engine of the measurement does not see that GPU: once more would change nothing.
    assert.equal(await probe.run(), false);
  });

  it('measures once for two who ask', async () => {
    const { probe, engine, measuring } = world();
    const both = Promise.all([probe.run(), probe.run()]);
    (await measuring(0)).last('measure').answer(speed);
    assert.deepEqual(await both, [true, false]);
    assert.equal(engine.processes.length, 1);
  });

  it('does not begin where little memory is free, and sweeps what others left', async () => {
    const { probe, engine, folder } = world({ freeMemory: () => Promise.resolve(1.4e9) });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, left), '');
    assert.equal(await probe.run(), false);
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(engine.processes, []);
    assert.match(engine.log.join(), /info: This machine is not measured: too little memory is free/);
  });

  it('notes nothing where the engine fails, and does not try again', async () => {
    const { probe, engine, speeds, folder, measuring } = world();
    const running = probe.run();
    const connection = await measuring(0);
    connection.last('measure').fail(new EngineError('out-of-memory', 'There is no memory.'));
    assert.equal(await running, false);
    assert.match(engine.log.join(), /warn: This machine could not be measured: There is no memory/);
    assert.equal(connection.closed, true);
    assert.deepEqual(readdirSync(folder), []);
    assert.equal((await speeds.all()).size, 0);
    assert.equal(await probe.run(), false);
    assert.equal(engine.processes.length, 1);
  });

  it('says nothing of a folder that can’t be written but in the log', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { probe, engine } = world({ folder: file });
    assert.equal(await probe.run(), false);
    assert.match(engine.log.join(), /warn: This machine could not be measured: EEXIST|ENOTDIR/);
  });

  it('ends when it is told to, and may be asked for again', async () => {
    const { probe, speeds, folder, engine } = world();
    const controller = new AbortController();
    const running = probe.run(controller.signal);
    await until(() => engine.processes.length === 1, 'a process');
    controller.abort();
    assert.equal(await running, false);
    assert.equal(engine.process(0).closed, true);
    assert.deepEqual(readdirSync(folder), []);
    const again = probe.run();
    await until(() => engine.processes.length === 2, 'another process');
    assert.equal(engine.process(1).closed, false);
    await probe.dispose();
    assert.equal(await again, false);
    assert.equal(engine.process(1).closed, true);
    assert.deepEqual(readdirSync(folder), []);
    assert.equal((await speeds.all()).size, 0);
    assert.equal(await probe.run(), false);
  });
});
