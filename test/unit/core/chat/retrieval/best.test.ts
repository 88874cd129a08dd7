import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Best } from '../../../../../src/core/chat/retrieval/best.ts';

describe('Best', () => {
  it('has the first of all, as sorting them gives', () => {
    const numbers = fc.uniqueArray(fc.integer(), { maxLength: 600 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 40 }), (all, limit) => {
        const best = new Best<number>(limit, (a, b) => b - a);
        for (const one of all) best.add(one);
        assert.deepEqual(best.list(), all.toSorted((a, b) => b - a).slice(0, limit));
      }),
    );
  });

  it('compares most of many with the last of the first only', () => {
    let compared = 0;
    const best = new Best<number>(10, (a, b) => {
      compared += 1;
      return b - a;
    });
    for (let at = 10_000; at > 0; at -= 1) best.add(at);
    assert.deepEqual(best.list().slice(0, 2), [10_000, 9_999]);
    assert.ok(compared < 12_000, `${compared} comparisons`);
  });
});
