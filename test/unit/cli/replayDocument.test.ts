import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { difference } from '../../../src/cli/replayDocument.ts';

describe('difference', () => {
  it('is the one stretch that changed', () => {
    assert.deepEqual(difference('let a = 1;', 'let a = 21;'), { offset: 8, length: 0, text: '2' });
    assert.deepEqual(difference('aaa', 'aa'), { offset: 2, length: 1, text: '' });
    assert.equal(difference('same', 'same'), null);
  });

  it('halves no character', () => {
    assert.deepEqual(difference('a😀b', 'a😁b'), { offset: 1, length: 2, text: '😁' });
  });

  it('makes one text the other (property)', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁', '\u{10600}'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const change = difference(before, after) ?? { offset: 0, length: 0, text: '' };
        const { offset, length } = change;
        assert.equal(before.slice(0, offset) + change.text + before.slice(offset + length), after);
        assert.doesNotMatch(change.text, /\p{Cs}/u);
      }),
    );
  });
});
