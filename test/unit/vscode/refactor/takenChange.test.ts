import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { inverseChange } from '../../../../src/core/refactor/inverse.ts';
import type { FileChange } from '../../../../src/core/refactor/types.ts';
import { changeInto, takenChange } from '../../../../src/vscode/refactor/takenChange.ts';

const nothing = { path: 'a.ts', language: 'ts', after: '', edits: [], matches: [] } as const;
const change: FileChange = changeInto({ ...nothing, before: 'a\nb\nc\n' }, 'A\nb\nC\n');

describe('what was taken of a change', () => {
  it('is all of it where the file is as promised', () => {
    assert.equal(takenChange(change, 'A\nb\nC\n'), change);
  });
  it('is nothing where the file is as it was', () => {
    assert.equal(takenChange(change, 'a\nb\nc\n'), null);
  });
  it('is a part of it else, which can be taken back', () => {
    const taken = takenChange(change, 'A\nb\nc\n');
    assert.deepEqual(taken?.edits, [{ start: 0, end: 2, text: 'A\n' }]);
    assert.equal(taken && applyEdits('A\nb\nc\n', inverseChange(taken).edits), 'a\nb\nc\n');
  });
  it('makes the present text of the one before, whatever it is', () => {
    const text = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 6 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, now) => {
        const made = changeInto({ ...nothing, before }, now);
        assert.equal(applyEdits(before, made.edits), now);
        assert.equal(applyEdits(now, inverseChange(made).edits), before);
      }),
    );
  });
});
