import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mostDrafted, SpeculationMeter } from '../../../../src/core/prompt/speculationMeter.ts';

interface Machine {
  /** Milliseconds of a decode of one token, and of each one more. */
  readonly single: number;
  readonly more: number;
}

/** Decodes `steps` times with guesses of which the first `right` are right; gives how many tokens were guessed. */
function run(meter: SpeculationMeter, { single, more }: Machine, right: number, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const size = meter.size('lookup', mostDrafted);
    if (size === 0) meter.single(single);
    else meter.batch('lookup', size, Math.min(size, right), single + size * more);
    return size;
  });
}

/** Reading the weights is what costs: a GPU, or a large model on a CPU. */
const bound = { single: 20, more: 0.5 };
/** Each token costs as much as the first: a small model on few cores. */
const computing = { single: 1, more: 0.9 };

describe('the speculation meter', () => {
  it('measures single decodes before it guesses', () => {
    const meter = new SpeculationMeter();
    assert.deepEqual(run(meter, bound, 8, 5), [0, 0, 0, 0, 4]);
    assert.equal(new SpeculationMeter().dormant(['lookup']), true);
  });

  it('guesses much where guesses are right and cheap', () => {
    const meter = new SpeculationMeter();
    assert.equal(run(meter, bound, 8, 40).at(-1), mostDrafted);
    assert.ok(meter.gain('lookup') > 2);
  });

  it('guesses little where few are right', () => {
    const meter = new SpeculationMeter();
    const size = run(meter, { single: 20, more: 4 }, 1, 40).at(-1) ?? 0;
    assert.ok(size >= 1 && size <= 3, String(size));
  });

  it('is off where guesses are wrong, and where they cost too much', () => {
    for (const [machine, right] of [
      [bound, 0],
      [computing, 3],
    ] as const) {
      const meter = new SpeculationMeter();
      assert.deepEqual(run(meter, machine, right, 100).slice(20), Array<number>(80).fill(0));
      assert.equal(meter.dormant(['lookup']), true);
    }
  });

  it('gives up all sources after three guesses where even right ones would cost too much', () => {
    const meter = new SpeculationMeter();
    const sources = ['lookup-4', 'lookup-3', 'lookup-2', 'model'];
    let guessed = 0;
    let sizes = 0;
    for (let step = 0; step < 20_000; step += 1) {
      const source = sources[step % sources.length] ?? '';
      const size = meter.size(source, mostDrafted);
      if (size === 0) meter.single(computing.single);
      else meter.batch(source, size, size, computing.single * (1 + size));
      if (step < 40) guessed += size;
      sizes += size;
    }
    assert.equal(guessed, 3 * 4);
    // Each token guessed in vain costs as much as one written.
    assert.ok(sizes < 0.01 * 20_000, `${sizes} of 20,000`);
  });

  it('spends less than 3 % on looking again at three sources that never pay', () => {
    const meter = new SpeculationMeter();
    const machine = { single: 1, more: 0.6 };
    const lost: number[] = [];
    for (let step = 0; step < 20_000; step += 1) {
      const source = `lookup-${2 + (step % 3)}`;
      const size = meter.size(source, mostDrafted);
      lost.push(size * machine.more);
      if (size === 0) meter.single(machine.single);
      else meter.batch(source, size, 0, machine.single + size * machine.more);
    }
    const sum = (steps: readonly number[]): number => steps.reduce((total, step) => total + step, 0);
    assert.ok(sum(lost.slice(0, 2000)) < 0.03 * 2000, `${sum(lost.slice(0, 2000))} of 2,000`);
    assert.ok(sum(lost.slice(2000)) < 0.01 * 18_000, `${sum(lost.slice(2000))} of 18,000`);
  });

  it('counts the tokens that a guess did not bring, though it was right', () => {
    const [whole, short] = [new SpeculationMeter(), new SpeculationMeter()];
    const machine = { single: 20, more: 12 };
    for (let step = 0; step < 40; step += 1) {
      for (const meter of [whole, short]) {
        const size = meter.size('lookup', mostDrafted);
        const time = machine.single + size * machine.more;
        if (size === 0) meter.single(machine.single);
        else meter.batch('lookup', size, size, time, meter === whole ? size + 1 : size);
      }
    }
    assert.ok(whole.gain('lookup') > 0.2, String(whole.gain('lookup')));
    assert.ok(short.gain('lookup') < whole.gain('lookup') - 0.1, String(short.gain('lookup')));
  });

  it('looks again, rarely, and changes its mind', () => {
    const meter = new SpeculationMeter();
    run(meter, bound, 0, 100);
    const sizes = run(meter, bound, 8, 3000);
    const first = sizes.findIndex((size) => size > 0);
    assert.ok(first > 900 && first < 1100, String(first));
    assert.ok(sizes.at(-1) !== 0);
    const wrong = new SpeculationMeter();
    const tried = run(wrong, bound, 0, 10_000).filter((size) => size > 0).length;
    assert.ok(tried <= 30, `${tried} guesses`);
  });

  it('counts what guessing itself costs', () => {
    const meter = new SpeculationMeter();
    run(meter, bound, 3, 30);
    assert.ok(meter.size('lookup', 8) > 0);
    for (let index = 0; index < 20; index += 1) meter.drafting('lookup', 4, 400);
    assert.ok(meter.gain('lookup') < 0);
  });

  it('is not misled by one slow moment', () => {
    const meter = new SpeculationMeter();
    run(meter, bound, 8, 30);
    meter.batch('lookup', 4, 4, 5000);
    assert.equal(meter.size('lookup', 8), mostDrafted);
  });

  it('judges each source by itself, and stays within what is asked', () => {
    const meter = new SpeculationMeter();
    run(meter, bound, 0, 40);
    assert.equal(meter.size('lookup', 8), 0);
    assert.equal(meter.size('model', 3), 3);
    assert.equal(meter.dormant(['lookup', 'model']), false);
  });
});
