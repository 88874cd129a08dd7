import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commonPrefix, reusable } from '../../../../src/core/prompt/reuse.ts';

describe('reusable', () => {
  const rows: [cached: number[], prompt: number[], erasable: number, whole: number][] = [
    [[], [], 0, 0],
    [[], [1, 2], 0, 0],
    [[1, 2], [], 0, 0],
    [[1, 2], [1, 2], 2, 2],
    [[1, 2], [1, 2, 3], 2, 2],
    [[1, 2, 3], [1, 2], 2, 0],
    [[1, 2, 3], [1, 2, 4], 2, 0],
    [[5, 2, 3], [1, 2, 3], 0, 0],
  ];
  for (const [cached, prompt, erasable, whole] of rows) {
    it(`of [${cached.join(' ')}] for [${prompt.join(' ')}]: ${erasable}, or ${whole} where the cache is one state`, () => {
      assert.equal(reusable(cached, prompt, true), erasable);
      assert.equal(reusable(cached, prompt, false), whole);
    });
  }

  it('is the longest common beginning', () => {
    const tokens = fc.array(fc.nat(2), { maxLength: 8 });
    fc.assert(
      fc.property(tokens, tokens, (one, other) => {
        const length = commonPrefix(one, other);
        assert.deepEqual(one.slice(0, length), other.slice(0, length));
        assert.ok(length === one.length || length === other.length || one[length] !== other[length]);
      }),
    );
  });
});
