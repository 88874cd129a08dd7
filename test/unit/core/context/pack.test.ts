import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arrange, textOf, tokensOf } from '../../../../src/core/context/arrange.ts';
import { countByUnits, type ContextItem, type TokenCount } from '../../../../src/core/context/items.ts';
import { pack } from '../../../../src/core/context/pack.ts';
import { anyItem, itemAt, wordsAndSeams } from '../../../support/contextItems.ts';

/** One token per UTF-16 unit. */
const units: TokenCount = (text) => text.length;
const chosen = (items: readonly ContextItem[], budget: number, quotas = {}): string[] =>
  pack(items, { budget, count: units, quotas })
    .map(({ text }) => text)
    .sort();

describe('pack', () => {
  // Each of these takes 4, the header `/` that they share 2, and 5 are reckoned for that of a file of its own.
  const [a, b, c] = [
    itemAt('a.ts:1', 'a()', 0.9),
    itemAt('b.ts:1', 'b()', 0.8),
    itemAt('c.ts:1', 'c()', 0.7),
  ];

  it('takes the best that fit, with their header', () => {
    assert.deepEqual(chosen([c, b, a], 100), ['a()', 'b()', 'c()']);
    assert.deepEqual(chosen([c, b, a], 18), ['a()', 'b()']);
    assert.deepEqual(chosen([c, b, a], 9), ['a()']);
    assert.deepEqual(chosen([c, b, a], 8), []);
    assert.deepEqual(chosen([], 100), []);
    assert.deepEqual(chosen([a], -1), []);
  });

  it('counts what is short for more, but not as if score by length were all', () => {
    const long = itemAt('a.ts:1', `${'l'.repeat(36)}()`, 0.9);
    assert.deepEqual(chosen([long, c], 45), ['c()']);
    const better = itemAt('a.ts:1', `${'l'.repeat(9)}()`, 0.9);
    assert.deepEqual(chosen([better, itemAt('c.ts:1', 'c()', 0.35)], 17), [better.text]);
  });

  it('goes on past what does not fit', () => {
    const long = itemAt('a.ts:1', 'x'.repeat(200), 1);
    assert.deepEqual(chosen([long, a, b], 20), ['a()', 'b()']);
  });

  it('takes no text twice, and nothing without text', () => {
    assert.deepEqual(chosen([a, { ...a, startLine: 5 }, itemAt('d.ts:1', '', 1)], 100), ['a()']);
  });

  it('gives a kind no more than its share', () => {
    const own = ['p()', 'q()', 'r()'].map((text) => itemAt('here.ts:1', text, 1, { kind: 'file' }));
    assert.deepEqual(chosen([...own, a], 100, { file: 9 }), ['a()', 'p()', 'q()']);
  });

  const budgets = fc.oneof(fc.nat(30), fc.nat(300));
  const counts: readonly [name: string, count: TokenCount][] = [
    ['the estimate', countByUnits],
    ['units', units],
    ['a tokenizer whose parts cost less than the whole', wordsAndSeams],
  ];
  for (const [name, count] of counts) {
    it(`never takes more than its budget, headers included, by ${name}`, () => {
      fc.assert(
        fc.property(fc.array(anyItem, { maxLength: 25 }), budgets, (items, budget) => {
          const packed = pack(items, { budget, count, quotas: { file: budget * 0.15 } });
          const groups = arrange(packed);
          assert.ok(tokensOf(groups, count) <= budget);
          if (count === countByUnits) assert.ok(textOf(groups).length <= 3.6 * budget);
          for (const item of packed) assert.ok(items.includes(item));
        }),
      );
    });
  }

  it('does not depend on the order of its items', () => {
    const both = fc.array(anyItem, { maxLength: 15 }).chain((items) => {
      const length = items.length;
      return fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(items, { minLength: length, maxLength: length }),
      );
    });
    fc.assert(
      fc.property(both, budgets, ([one, other], budget) => {
        const options = { budget, count: wordsAndSeams };
        assert.deepEqual(pack(other, options), pack(one, options));
      }),
    );
  });
});
