import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PairLists } from '../../../../src/core/index/pairLists.ts';

describe('PairLists', () => {
  it('hold what maps of sets hold', () => {
    const values = fc.uniqueArray(fc.nat(99), { maxLength: 9 });
    const list = fc.oneof(fc.nat(2), fc.constant(1_000));
    const step = fc.record({ list, key: fc.nat(9), values, isCounted: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lists = new PairLists();
        const maps = new Map<number, Map<number, readonly number[]>>();
        for (const { list, key, values, isCounted } of steps) {
          const map = maps.get(list) ?? new Map<number, readonly number[]>();
          maps.set(list, map);
          // As the index does it: a key's values go together, and come together.
          lists.remove(list, key, isCounted ? (map.get(key)?.length ?? 0) : undefined);
          map.delete(key);
          const all = Uint32Array.from([99, ...values, 99]);
          if (isCounted) lists.add(list, key, all, 1, all.length - 1);
          else for (const value of values) lists.add(list, key, Uint32Array.of(value));
          if (values.length > 0) map.set(key, values);
          for (const [one, own] of maps) assertHolds(lists, one, own);
        }
      }),
    );
  });

  it('hold lists of any length, and use the room of those that are gone', () => {
    const lists = new PairLists();
    const many = Uint32Array.from({ length: 70_000 }, (_, at) => at);
    for (let time = 0; time < 3; time += 1) {
      for (let at = 0; at < many.length; at += 7_000) lists.add(1, 5, many, at, at + 7_000);
      lists.add(2, 6, many, 0, 3);
      assert.equal(lists.size(1), many.length);
      assert.equal(lists.keyCount(1), 1);
      assert.deepEqual(
        [...lists.pairs(1).subarray(2 * 69_999), ...lists.pairs(2)],
        [5, 69_999, 6, 0, 6, 1, 6, 2],
      );
      for (const [list, key] of [
        [1, 5],
        [2, 6],
      ] as const)
        lists.remove(list, key);
      assert.deepEqual([lists.size(1), lists.keyCount(1), lists.pairs(1).length], [0, 0, 0]);
    }
  });
});

function assertHolds(lists: PairLists, list: number, map: ReadonlyMap<number, readonly number[]>): void {
  const expected = [...map].flatMap(([key, own]) => own.map((value) => `${key} ${value}`));
  const pairs = lists.pairs(list);
  const held = Array.from({ length: lists.size(list) }, (_, at) => `${pairs[2 * at]} ${pairs[2 * at + 1]}`);
  assert.equal(pairs.length, 2 * lists.size(list));
  assert.equal(lists.keyCount(list), map.size);
  assert.deepEqual(held.sort(), expected.sort());
}
