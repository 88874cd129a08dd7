import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IdleMeasure, type IdleMeasureParts } from '../../../../src/host/models/idleMeasure.ts';
import { SpeedBook } from '../../../../src/host/models/speedBook.ts';
import { modelDefaults, type CompleteParams } from '../../../../src/engine/protocol.ts';
import { FakeEngine, settle, settingsOf } from '../../../support/fakeEngine.ts';

const speed = {
  ...{ promptTokensPerSecond: 400, decodeTokensPerSecond: 20 },
  ...{ weightsBytes: 4e9, seconds: 1.5, tokens: 300 },
};
const second = 1000;

interface World {
  readonly engine: FakeEngine;
  readonly idle: IdleMeasure;
  readonly speeds: SpeedBook;
  readonly changes: { count: number };
  /** Requests to measure that process `index` got. */
  asked(index?: number): number;
}

async function world(more: Partial<IdleMeasureParts> = {}): Promise<World> {
  const engine = new FakeEngine();
  const speeds = new SpeedBook(null);
  const changes = { count: 0 };
  const idle = new IdleMeasure({
    clients: [engine.client],
    speeds,
    wanted: (modelPath) => modelPath !== '/starter.gguf',
    mayWork: () => true,
    changed: () => (changes.count += 1),
    timers: engine.timers,
    ...more,
  });
  void engine.client.start();
  await engine.load(0);
  const asked = (index = 0): number =>
    engine.process(index).asked.filter(({ method }) => method === 'measure').length;
  return { engine, idle, speeds, changes, asked };
}

async function pass({ engine }: World, milliseconds: number): Promise<void> {
  await engine.timers.pass(milliseconds);
  await settle();
}

async function answer({ engine }: World): Promise<void> {
  engine.process(0).last('measure').answer(speed);
  await settle();
}

/** Asks for a completion that takes no time. */
async function complete({ engine }: World): Promise<void> {
  const params: CompleteParams = {
    ...{ repository: null, path: null, segments: [], prefix: 'a', suffix: '' },
    ...{ ...modelDefaults, maxTokens: 1, stop: null },
  };
  const done = engine.client.complete(params, { priority: 'keystroke', deadlineMs: 0 });
  await settle();
  engine.process(0).last('complete').answer({});
  await done;
}

describe('IdleMeasure', () => {
  it('measures a model once, when nobody has asked it for anything for 30 seconds', async () => {
    const here = await world();
    await pass(here, 29 * second);
    assert.equal(here.asked(), 0);
    await pass(here, second);
    assert.equal(here.asked(), 1);
    assert.deepEqual(here.engine.process(0).last('measure').params, { milliseconds: 1500 });
    assert.equal(here.engine.process(0).last('measure').options.priority, 'speculation');
    await answer(here);
    assert.partialDeepStrictEqual((await here.speeds.all()).get('/a.gguf'), {
      ...{ promptTokensPerSecond: 400, decodeTokensPerSecond: 20, weightsBytes: 4e9, backend: 'cpu' },
    });
    assert.equal(here.changes.count, 1);
    await pass(here, 60 * 60 * second);
    assert.equal(here.asked(), 1);
  });

  it('waits for another quiet half minute after each request', async () => {
    const here = await world();
    await pass(here, 20 * second);
    await complete(here);
    await pass(here, 29 * second);
    assert.equal(here.asked(), 0);
    await pass(here, second);
    assert.equal(here.asked(), 1);
  });

  it('measures a model that is loaded later', async () => {
    const here = await world();
    await pass(here, 30 * second);
    await answer(here);
    here.engine.settings = settingsOf('/b.gguf');
    void here.engine.client.switchModel();
    await here.engine.load(1);
    await pass(here, 31 * second);
    assert.equal(here.asked(1), 1);
  });

  it('leaves the starter alone, and what was measured before', async () => {
    const starter = new FakeEngine();
    starter.settings = settingsOf('/starter.gguf');
    const here = await world({ clients: [starter.client] });
    void starter.client.start();
    await starter.load(0);
    await starter.timers.pass(60 * 60 * second);
    assert.ok(starter.process(0).asked.every(({ method }) => method !== 'measure'));
    here.idle.dispose();

    const known = new SpeedBook(null);
    await known.note('/a.gguf', { ...speed, backend: 'cpu', at: 1 });
    const other = await world({ speeds: known });
    await pass(other, 60 * 60 * second);
    assert.equal(other.asked(), 0);
  });

  it('does not work where it may not, and does once it may', async () => {
    let may = false;
    const here = await world({ mayWork: () => may });
    await pass(here, 10 * 60 * second);
    assert.equal(here.asked(), 0);
    may = true;
    await pass(here, 5 * 60 * second);
    assert.equal(here.asked(), 1);
  });

  it('starts no process for a model that is gone', async () => {
    const here = await world();
    await here.engine.client.unload('memory');
    await pass(here, 60 * second);
    assert.equal(here.engine.processes.length, 1);
    assert.equal(here.asked(), 0);
    assert.equal(here.engine.timers.waiting, 0);
  });

  it('notes nothing of a measurement that fails, and does not try again', async () => {
    const here = await world();
    await pass(here, 30 * second);
    here.engine.process(0).crash();
    await settle();
    assert.equal((await here.speeds.all()).size, 0);
    assert.equal(here.changes.count, 0);
    await pass(here, second);
    await here.engine.load(1);
    await pass(here, 60 * second);
    assert.equal(here.asked(1), 0);
  });

  it('ends what is under way, and begins nothing any more, once it is disposed of', async () => {
    const here = await world();
    await pass(here, 30 * second);
    here.idle.dispose();
    assert.equal(here.engine.process(0).last('measure').options.signal?.aborted, true);
    const other = await world();
    other.idle.dispose();
    await pass(other, 60 * second);
    assert.equal(other.asked(), 0);
  });
});
