import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Sampler } from '../../../../src/engine/llama/sampler.ts';

/** How often each candidate comes first in so many draws. */
function drawn(sampler: Sampler, probabilities: readonly number[], draws: number): number[] {
  const map = new Map(probabilities.map((probability, token) => [token, probability]));
  const counts = probabilities.map(() => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const first = sampler.order(map)[0] ?? -1;
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
}

describe('Sampler', () => {
  it('gives all candidates, the others as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.nat(),
        (values, temperature, seed) => {
          const likeliestFirst = values.toSorted((a, b) => b - a);
          const map = new Map(likeliestFirst.map((value, token) => [token, value]));
          const [first = -1, ...rest] = new Sampler(temperature, seed).order(map);
          assert.deepEqual(
            rest,
            [...map.keys()].filter((token) => token !== first),
          );
        },
      ),
    );
  });

  it('draws with the probabilities, equal seeds alike', () => {
    const probabilities = [0.6, 0.3, 0.1];
    const counts = drawn(new Sampler(1, 42), probabilities, 10_000);
    counts.forEach((count, token) => {
      assert.ok(Math.abs(count / 10_000 - (probabilities[token] ?? 0)) < 0.02, String(counts));
    });
    assert.deepEqual(drawn(new Sampler(1, 42), probabilities, 10_000), counts);
    assert.notDeepEqual(drawn(new Sampler(1, 43), probabilities, 10_000), counts);
  });

  it('sharpens with a low temperature and blurs with a high one', () => {
    const cold = drawn(new Sampler(0.25, 1), [0.6, 0.4], 2000);
    const hot = drawn(new Sampler(4, 1), [0.6, 0.4], 2000);
    assert.ok((cold[0] ?? 0) > 1500 && (hot[0] ?? 0) < 1150, `${cold[0]}, ${hot[0]}`);
  });

  it('never draws from the unlikely rest', () => {
    const counts = drawn(new Sampler(2, 5), [0.5, 0.46, 0.03, 0.01], 5000);
    assert.deepEqual(counts.slice(2), [0, 0]);
  });

  it('takes the first where the probabilities are no numbers', () => {
    const damaged = new Map([
      [7, Number.NaN],
      [8, Number.NaN],
    ]);
    assert.equal(new Sampler(1, 1).order(damaged)[0], 7);
  });
});
