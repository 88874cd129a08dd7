import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wallSleep } from 'node:timers/promises';
import { VirtualClock } from '../../../src/cli/virtualClock.ts';

const never = new AbortController().signal;

describe('VirtualClock', () => {
  it('runs what is due in the order of its time, equal times in the order asked', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 10],
      ['d', 41],
    ] as const) {
      void clock.sleep(ms, never).then(() => seen.push(`${name}@${clock.now()}`));
    }
    await clock.advanceTo(40);
    assert.deepEqual(seen, ['a@10', 'b@10', 'c@30']);
    assert.equal(clock.now(), 40);
    await clock.advanceTo(41);
    assert.deepEqual(seen.at(-1), 'd@41');
  });

  it('lets what a sleeper does next happen at its own time, within one advance', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const walk = async (): Promise<void> => {
      for (let step = 0; step < 3; step += 1) {
        await clock.sleep(5, never);
        seen.push(clock.now());
      }
    };
    void walk();
    await clock.advanceTo(100);
    assert.deepEqual(seen, [5, 10, 15]);
  });

  it('wakes a sleeper at once when its signal aborts, and has nothing left of it', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const slept = clock.sleep(50, controller.signal).then(() => clock.now());
    await clock.advanceTo(20);
    controller.abort();
    assert.equal(await slept, 20);
    assert.equal(await clock.sleep(50, controller.signal).then(() => clock.now()), 20);
  });

  it('stands still while something outside is under way', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    void clock.outside(wallSleep(20)).then(() => seen.push(`outside@${clock.now()}`));
    void clock.sleep(1, never).then(() => seen.push(`inside@${clock.now()}`));
    await clock.advanceTo(10);
    assert.deepEqual(seen, ['outside@0', 'inside@1']);
  });

  it('goes on after a failure outside', async () => {
    const clock = new VirtualClock();
    const failed = clock.outside(Promise.reject(new Error('gone')));
    await assert.rejects(failed, /gone/);
    await clock.advanceTo(10);
    assert.equal(clock.now(), 10);
  });

  it('passes just as much time as a promise needs', async () => {
    const clock = new VirtualClock();
    void clock.sleep(500, never);
    await clock.until(clock.sleep(70, never));
    assert.equal(clock.now(), 70);
    await assert.rejects(clock.until(Promise.reject(new Error('lost'))), /lost/);
  });

  it('says that it waits for what never comes', async () => {
    const clock = new VirtualClock();
    await assert.rejects(clock.until(new Promise(() => undefined)), /never comes/);
  });
});
