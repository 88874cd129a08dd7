import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Lookup } from '../../../../src/core/prompt/lookup.ts';

describe('prompt lookup', () => {
  it('guesses what followed the same tokens, the longest run first', () => {
    // 3 4 was followed by 9 most recently, but 1 2 3 4 by 5.
    const lookup = new Lookup([1, 2, 3, 4, 5, 6, 7, 3, 4, 9, 9]);
    assert.deepEqual(lookup.draft([1, 2, 3, 4], 3), { tokens: [5, 6, 7], order: 4 });
    assert.deepEqual(lookup.draft([0, 0, 3, 4], 1), { tokens: [9], order: 2 });
  });

  it('takes the most recent place', () => {
    assert.deepEqual(new Lookup([1, 2, 3, 1, 2, 4, 0]).draft([1, 2], 1), { tokens: [4], order: 2 });
  });

  it('guesses nothing where the run stood nowhere or nothing followed', () => {
    assert.equal(new Lookup([1, 2, 3]).draft([2, 3], 2), null);
    assert.equal(new Lookup([1, 2, 3]).draft([3], 2), null);
    assert.equal(new Lookup([]).draft([], 2), null);
  });

  it('guesses that what repeats itself goes on repeating itself', () => {
    assert.deepEqual(new Lookup([1, 2, 3, 1, 2, 3]).draft([2, 3], 5)?.tokens, [1, 2, 3, 1, 2]);
  });

  it('forgets the oldest tokens and stops growing', () => {
    const lookup = new Lookup([1, 2, 3, ...Array.from({ length: 9000 }, (_, index) => 10 + index)]);
    assert.equal(lookup.draft([1, 2], 1), null);
    for (let token = 0; token < 20_000; token += 1) lookup.push(50_000 + token);
    assert.equal(lookup.draft([69_990, 69_991], 1), null);
    assert.notEqual(lookup.draft([50_000, 50_001], 1), null);
  });

  it('finds, token by token, what a search from the end would find', () => {
    const tokens = fc.array(fc.nat(3), { maxLength: 40 });
    fc.assert(
      fc.property(tokens, tokens, (first, more) => {
        const lookup = new Lookup(first);
        const all = [...first];
        for (const token of more) {
          lookup.push(token);
          all.push(token);
          assert.deepEqual(lookup.draft(all.slice(-4), 3), search(all));
        }
      }),
    );
  });
});

/** The same by trying every place. */
function search(all: readonly number[]): { tokens: number[]; order: number } | null {
  for (let order = Math.min(4, all.length); order >= 2; order -= 1) {
    const tail = all.slice(-order).join();
    for (let place = all.length - 1; place >= order; place -= 1) {
      if (all.slice(place - order, place).join() !== tail) continue;
      const followed = all.slice(place);
      return { tokens: [0, 1, 2].map((index) => followed[index % followed.length] ?? 0), order };
    }
  }
  return null;
}
