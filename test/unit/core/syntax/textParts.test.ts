import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SyntaxNode } from '../../../../src/core/syntax/node.ts';
import { inWhole, withoutParts, type TextPart } from '../../../../src/core/syntax/textParts.ts';

/** A text of different characters, and parts of it in order that don't touch. */
const textAndParts = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.uniqueArray(fc.nat(60), { maxLength: 12 }))
  .map(([length, offsets]): [string, TextPart[]] => {
    const text = String.fromCharCode(...Array.from({ length }, (_, at) => 0x4e00 + at));
    const sorted = offsets.filter((offset) => offset <= length).sort((a, b) => a - b);
    const parts: TextPart[] = [];
    for (let at = 0; at + 1 < sorted.length; at += 2)
      parts.push({ start: sorted[at] ?? 0, end: sorted[at + 1] ?? 0 });
    return [text, parts];
  });

/** Where `inWhole` puts a node of what is left. */
function placed(parts: readonly TextPart[], startIndex: number, endIndex: number): [number, number] {
  const node = { startIndex, endIndex, type: 'word' } as SyntaxNode;
  const [match] = inWhole([{ captures: [{ name: 'name', node }] }], parts);
  const moved = match?.captures[0]?.node;
  assert.equal(moved?.type, 'word');
  return [moved?.startIndex ?? -1, moved?.endIndex ?? -1];
}

describe('a text without parts', () => {
  it('is what stands around them', () => {
    assert.equal(withoutParts('abcdef', []), 'abcdef');
    assert.equal(
      withoutParts('abcdef', [
        { start: 0, end: 1 },
        { start: 3, end: 6 },
      ]),
      'bc',
    );
  });

  it('has nodes whose first and last characters are those of the whole', () => {
    fc.assert(
      fc.property(textAndParts, fc.nat(), fc.nat(), ([text, parts], one, other) => {
        const left = withoutParts(text, parts);
        fc.pre(left.length > 0);
        const [start = 0, last = 0] = [one % left.length, other % left.length].sort((a, b) => a - b);
        const [from, to] = placed(parts, start, last + 1);
        assert.equal(text[from], left[start]);
        assert.equal(text[to - 1], left[last]);
      }),
    );
  });

  it('has nodes that start behind what was cut out, and end before it', () => {
    const parts = [{ start: 2, end: 4 }];
    assert.deepEqual(placed(parts, 0, 2), [0, 2]);
    assert.deepEqual(placed(parts, 2, 4), [4, 6]);
    assert.deepEqual(placed(parts, 1, 3), [1, 5]);
  });
});
