import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DiskBatch } from '../../../src/vscode/diskBatch.ts';
import { FakeTimers } from '../../support/fakeTimers.ts';

function world(): { timers: FakeTimers; batch: DiskBatch; told: (readonly string[])[] } {
  const timers = new FakeTimers();
  const told: (readonly string[])[] = [];
  return { timers, batch: new DiskBatch(timers, (paths) => told.push(paths)), told };
}

const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `/${name}/${index}`);

describe('DiskBatch', () => {
  it('tells what changes within 200 ms together, each path once', async () => {
    const { timers, batch, told } = world();
    batch.add('/a');
    await timers.pass(150);
    batch.add('/b');
    batch.add('/a');
    assert.deepEqual(told, []);
    await timers.pass(50);
    assert.deepEqual(told, [['/a', '/b']]);
  });

  it('sets no timer while nothing changes', async () => {
    const { timers, batch, told } = world();
    batch.add('/a');
    await timers.pass(200);
    assert.equal(timers.waiting, 0);
    await timers.pass(5_000);
    batch.add('/b');
    await timers.pass(200);
    assert.deepEqual(told, [['/a'], ['/b']]);
  });

  it('tells a burst, which comes in portions, as one, once it is over', async () => {
    const { timers, batch, told } = world();
    for (const part of ['one', 'two', 'three']) {
      for (const path of many(100, part)) batch.add(path);
      await timers.pass(250);
    }
    for (const path of many(20, 'rest')) batch.add(path);
    await timers.pass(250);
    assert.deepEqual(told, []);
    await timers.pass(400);
    assert.deepEqual(
      told.map(({ length }) => length),
      [320],
    );
    assert.equal(timers.waiting, 0);
  });

  it('does not wait for the end of a burst that has none', async () => {
    const { timers, batch, told } = world();
    for (let round = 0; round < 30; round += 1) {
      for (const path of many(201, String(round))) batch.add(path);
      await timers.pass(100);
    }
    assert.deepEqual(
      told.map(({ length }) => length),
      [20 * 201],
    );
  });

  it('forgets what was not told when it is cleared', async () => {
    const { timers, batch, told } = world();
    batch.add('/a');
    batch.clear();
    await timers.pass(1_000);
    assert.deepEqual(told, []);
    batch.add('/b');
    await timers.pass(200);
    assert.deepEqual(told, [['/b']]);
  });

  it('loses no path and tells none later than 2 seconds after its change', async () => {
    const steps = fc.array(fc.record({ count: fc.nat(300), wait: fc.nat(400) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (rounds) => {
        const timers = new FakeTimers();
        const waits: number[] = [];
        const added = new Map<string, number>();
        const batch = new DiskBatch(timers, (paths) => {
          for (const path of paths) {
            waits.push(timers.now() - (added.get(path) ?? NaN));
            added.delete(path);
          }
        });
        for (const [round, { count, wait }] of rounds.entries()) {
          for (const path of many(count, String(round))) {
            added.set(path, timers.now());
            batch.add(path);
          }
          await timers.pass(wait);
        }
        await timers.pass(2_200);
        assert.equal(added.size, 0);
        for (const wait of waits) assert.ok(wait <= 2_000, `${wait} ms`);
      }),
      { numRuns: 60 },
    );
  });
});
