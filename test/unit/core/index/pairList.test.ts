import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PairList } from '../../../../src/core/index/pairList.ts';

describe('PairList', () => {
  it('holds what a map of sets holds', () => {
    const values = fc.uniqueArray(fc.nat(99), { maxLength: 4 });
    const step = fc.record({ key: fc.nat(9), values, isCounted: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [list, map] = [new PairList(), new Map<number, readonly number[]>()];
        for (const { key, values, isCounted } of steps) {
          // As the index does it: a key's values go together, and come together.
          list.remove(key, isCounted ? (map.get(key)?.length ?? 0) : undefined);
          map.delete(key);
          const all = Uint32Array.from([99, ...values, 99]);
          if (isCounted) list.add(key, all, 1, all.length - 1);
          else for (const value of values) list.add(key, Uint32Array.of(value));
          if (values.length > 0) map.set(key, values);
          const expected = [...map].flatMap(([one, own]) => own.map((value) => `${one} ${value}`));
          const pairs = list.pairs();
          const held = Array.from({ length: list.size }, (_, at) => `${pairs[2 * at]} ${pairs[2 * at + 1]}`);
          assert.equal(pairs.length, 2 * list.size);
          assert.equal(list.keyCount, map.size);
          assert.deepEqual(held.sort(), expected.sort());
        }
      }),
    );
  });
});
