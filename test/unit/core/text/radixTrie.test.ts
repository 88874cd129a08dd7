import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RadixTrie } from '../../../../src/core/text/radixTrie.ts';

describe('RadixTrie', () => {
  it('finds the keys that a text begins with, shortest first', () => {
    const trie = new RadixTrie<number>();
    trie.set('const', 1);
    trie.set('const a', 2);
    trie.set('console', 3);
    trie.set('', 0);
    assert.deepEqual(
      [...trie.prefixesOf('const a = 1')],
      [
        { length: 0, value: 0 },
        { length: 5, value: 1 },
        { length: 7, value: 2 },
      ],
    );
    assert.equal(trie.get('cons'), undefined);
    assert.equal(trie.get('console'), 3);
  });

  it('does what a map with a search through all keys does', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\ud83d', '\ude00'), maxLength: 6 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
      fc.record({ kind: fc.constant('delete' as const), key }),
      fc.record({ kind: fc.constant('find' as const), key }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const trie = new RadixTrie<number>();
        const model = new Map<string, number>();
        for (const step of steps) {
          if (step.kind === 'set') {
            trie.set(step.key, step.value);
            model.set(step.key, step.value);
          } else if (step.kind === 'delete') assert.equal(trie.delete(step.key), model.delete(step.key));
          const expected = [...model]
            .filter(([stored]) => step.key.startsWith(stored))
            .map(([stored, value]) => ({ length: stored.length, value }))
            .sort((a, b) => a.length - b.length);
          assert.deepEqual([...trie.prefixesOf(step.key)], expected);
          assert.equal(trie.size, model.size);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is empty after clear', () => {
    const trie = new RadixTrie<number>();
    trie.set('', 1);
    trie.set('a', 2);
    trie.clear();
    assert.equal(trie.size, 0);
    assert.deepEqual([...trie.prefixesOf('a')], []);
  });
});
