import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProgressTeller, SpeedMeter } from '../../../../src/remote/download/progress.ts';
import type { DownloadProgress } from '../../../../src/remote/download/types.ts';

/** A clock that is set by hand. */
function clock(): { now: () => number; after: () => () => void; at: number } {
  const timers = { at: 0, now: () => timers.at, after: () => () => undefined };
  return timers;
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= expected * 0.01, `${actual} is not about ${expected}`);
}

describe('SpeedMeter', () => {
  it('knows the speed at once, and not how long the connection took', () => {
    const timers = clock();
    const meter = new SpeedMeter(timers);
    assert.equal(meter.read(), 0);
    timers.at = 4000;
    meter.add(1_000_000);
    assert.equal(meter.read(), 0);
    timers.at = 4100;
    meter.add(100_000);
    near(meter.read(), 1_000_000);
  });

  it('follows a change over some seconds, also to nothing', () => {
    const timers = clock();
    const meter = new SpeedMeter(timers);
    const load = (seconds: number, perSecond: number): void => {
      for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
        timers.at += 100;
        meter.add(perSecond / 10);
        meter.read();
      }
    };
    meter.add(0);
    load(60, 1000);
    near(meter.read(), 1000);
    load(5, 3000);
    near(meter.read(), 3000 - 2000 / Math.E);
    load(60, 3000);
    near(meter.read(), 3000);
    timers.at += 60_000;
    assert.ok(meter.read() < 1);
  });
});

describe('ProgressTeller', () => {
  it('tells every change of state at once, and bytes from time to time', () => {
    const timers = clock();
    const told: DownloadProgress[] = [];
    const teller = new ProgressTeller((progress) => told.push(progress), timers, 200);
    teller.enter('connecting', 0, null);
    for (let at = 1; at <= 10; at += 1) {
      timers.at += 100;
      teller.advance(100, at * 100, 2000);
    }
    teller.enter('waiting', 1000, 2000, 'It was cut.');
    teller.advance(100, 1100, 2000);
    teller.enter('verifying', 0, 2000);
    assert.deepEqual(
      told.map(({ state, bytes, trouble }) => [state, bytes, trouble]),
      [
        ['connecting', 0, null],
        ['downloading', 100, null],
        ['downloading', 300, null],
        ['downloading', 500, null],
        ['downloading', 700, null],
        ['downloading', 900, null],
        ['waiting', 1000, 'It was cut.'],
        ['downloading', 1100, null],
        ['verifying', 0, null],
      ],
    );
    assert.deepEqual(
      told
        .map(({ secondsLeft }) => secondsLeft)
        .map((left) => (left === null ? null : Math.round(left * 10) / 10)),
      [null, null, 1.7, 1.5, 1.3, 1.1, 1, 0.9, null],
    );
  });
});
