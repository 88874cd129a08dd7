import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { inverseChange } from '../../../../src/core/refactor/inverse.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import { rebaseChange } from '../../../../src/core/refactor/rebase.ts';
import type { FileChange, TextEdit } from '../../../../src/core/refactor/types.ts';

function change(before: string | null, after: string, edits?: readonly TextEdit[]): FileChange {
  const own = edits ?? (before === null ? [{ start: 0, end: 0, text: after }] : lineEdits(before, after));
  return { path: 'a.ts', language: 'ts', before, after, edits: own, matches: ['exact'] };
}

/** Any edits of a text of 30 units, those that touch and that put in nothing among them. */
const anyEdits = fc
  .array(
    fc.record({
      skip: fc.integer({ min: 0, max: 4 }),
      removed: fc.integer({ min: 0, max: 3 }),
      text: fc.constantFrom('', 'x', 'yz\n'),
    }),
    { maxLength: 4 },
  )
  .map((all) => {
    let at = 0;
    return all.map(({ skip, removed, text }): TextEdit => {
      const start = at + skip;
      at = start + removed;
      return { start, end: at, text };
    });
  });

describe('inverseChange', () => {
  it('makes of the text after a change the one before, of whatever edits', () => {
    const before = 'abcdefghi\nabcdefghi\nabcdefghi\n';
    fc.assert(
      fc.property(anyEdits, (edits) => {
        const after = applyEdits(before, edits);
        const back = inverseChange(change(before, after, edits));
        assert.deepEqual([back.before, back.after], [after, before]);
        assert.equal(applyEdits(after, back.edits), before);
        for (const [at, edit] of back.edits.entries())
          assert.ok(edit.start <= edit.end && edit.start > (back.edits[at - 1]?.end ?? -1));
      }),
    );
  });

  it('is as small as the change', () => {
    fc.assert(
      fc.property(anyEdits, (edits) => {
        const before = 'abcdefghi\nabcdefghi\nabcdefghi\n';
        const back = inverseChange(change(before, applyEdits(before, edits), edits));
        const size = (all: readonly TextEdit[], of: (edit: TextEdit) => number): number =>
          all.reduce((sum, edit) => sum + of(edit), 0);
        assert.equal(
          size(back.edits, ({ text }) => text.length),
          size(edits, ({ start, end }) => end - start),
        );
        assert.equal(
          size(back.edits, ({ start, end }) => end - start),
          size(edits, ({ text }) => text.length),
        );
      }),
    );
  });

  it('taken back is the change again', () => {
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n'), { maxLength: 10 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const made = change(before.join(''), after.join(''));
        assert.deepEqual(inverseChange(inverseChange(made)), made);
      }),
    );
  });

  it('goes with what was written elsewhere since, and refuses where that meets it', () => {
    const back = inverseChange(change('a\nb\nc\n', 'a\nB\nc\n'));
    const rebased = rebaseChange(back, 'new\na\nB\nc\n');
    assert.ok(!('code' in rebased));
    assert.equal(rebased.after, 'new\na\nb\nc\n');
    const met = rebaseChange(back, 'a\nB2\nc\n');
    assert.ok('code' in met && met.code === 'conflict');
    const undone = rebaseChange(back, 'a\nb\nc\n');
    assert.ok('code' in undone && undone.code === 'no-change');
  });

  it('empties a file that was made', () => {
    const back = inverseChange(change(null, 'a\n'));
    assert.deepEqual([back.before, back.after, back.edits], ['a\n', '', [{ start: 0, end: 2, text: '' }]]);
  });
});
