import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LineComparison, similarity } from '../../../../src/core/refactor/similarity.ts';

/** Levenshtein's distance by the textbook's table. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next[j] = Math.min(
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('similarity', () => {
  it('is what is left of the longer text after the distance, or 0 below the least', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 0.3, 0.5, 0.75, 0.9), (a, b, least) => {
        const longest = Math.max(a.length, b.length);
        const exact = longest === 0 ? 1 : 1 - distance(a, b) / longest;
        assert.ok(Math.abs(similarity(a, b, least) - (exact >= least - 1e-9 ? exact : 0)) < 1e-9);
      }),
    );
  });
});

describe('LineComparison', () => {
  const comparison = new LineComparison(0.75);
  const lines = ['def third(rows):', 'counted = sum(rows)', 'report(counted)', 'return counted'];

  it('pairs equal lines, and knows how much is the same', () => {
    assert.deepEqual(comparison.likeness(lines, lines), { likeness: 1, pairs: [0, 1, 2, 3] });
    const other = comparison.likeness(lines, lines.with(1, 'counted = sum(row)'));
    assert.ok(other.likeness > 0.95 && other.likeness < 1);
  });

  it('pairs the others where one line is more or less', () => {
    assert.deepEqual(comparison.likeness(lines, lines.toSpliced(1, 0, 'x = 1')).pairs, [0, 2, 3, 4]);
    assert.deepEqual(
      comparison.likeness([...lines.slice(0, 2), 'x = 1', ...lines.slice(2)], lines).pairs,
      [0, 1, -1, 2, 3],
    );
    assert.deepEqual(comparison.likeness(lines, lines.slice(1)).pairs, [-1, 0, 1, 2]);
  });

  it('is 0 for what has little in common', () => {
    assert.deepEqual(comparison.likeness(lines, ['a', 'b', 'c', 'd']), { likeness: 0, pairs: [] });
  });
});
