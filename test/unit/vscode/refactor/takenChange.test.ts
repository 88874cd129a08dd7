import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { inverseChange } from '../../../../src/core/refactor/inverse.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import { rebaseChange } from '../../../../src/core/refactor/rebase.ts';
import type { FileChange, TextEdit } from '../../../../src/core/refactor/types.ts';
import { holds, takenChange } from '../../../../src/vscode/refactor/takenChange.ts';

function changeOf(before: string, after: string, edits = lineEdits(before, after)): FileChange {
  return { path: 'a.ts', language: 'ts', before, after, edits, matches: [] };
}

/** The text once what was taken is taken back. */
function takenBack(change: FileChange | null, now: string): string | null {
  if (change === null) return now;
  const back = rebaseChange(inverseChange(change), now);
  return 'code' in back ? null : back.after;
}

const change = changeOf('a\nb\nc\n', 'A\nb\nC\n');

describe('what was taken of a change', () => {
  it('is all of it where the file is as promised', () => {
    assert.equal(takenChange(change, 'A\nb\nC\n'), change);
  });

  it('is nothing where the file is as it was', () => {
    assert.equal(takenChange(change, 'a\nb\nc\n'), null);
  });

  it('is a part of it where some was unticked', () => {
    const taken = takenChange(change, 'A\nb\nc\n');
    assert.deepEqual([taken?.edits, taken?.after], [change.edits.slice(0, 1), 'A\nb\nc\n']);
  });

  const typed: [why: string, now: string, taken: readonly number[]][] = [
    ['nothing where something was typed only', 'a\ntyped\nb\nc\n', []],
    ['nothing where what it would replace was typed over', 'a\nb\nctyped\n', []],
    ['all of it where something was typed after it', 'A\nb\ntyped\nC\n', [0, 1]],
    ['a part of it where the rest was unticked and something typed', 'typed\na\nb\nC\n', [1]],
  ];
  for (const [why, now, taken] of typed)
    it(`is ${why}`, () => {
      const found = takenChange(change, now);
      assert.deepEqual(
        found?.edits ?? [],
        taken.map((at) => change.edits[at]),
      );
    });

  it('can be a part of a line, as language servers rename', () => {
    const edits: TextEdit[] = [0, 4].map((start) => ({ start, end: start + 1, text: 'long' }));
    const inLine = changeOf('a + a;\n', 'long + long;\n', edits);
    assert.deepEqual(takenChange(inLine, 'a + long;\n')?.edits, edits.slice(1));
    assert.deepEqual(takenChange(inLine, 'long + a;\n')?.edits, edits.slice(0, 1));
  });

  const text = fc.array(fc.constantFrom('a', 'b', '{', ''), { maxLength: 8 }).map((all) => all.join('\n'));
  /** A change, and whether each of its edits is ticked. */
  const ticked = fc.tuple(text, text, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }));

  it('gives back the text before, whatever was ticked', () => {
    fc.assert(
      fc.property(ticked, ([before, after, ticks]) => {
        const given = changeOf(before, after);
        const now = applyEdits(
          before,
          given.edits.filter((_, at) => ticks[at]),
        );
        const taken = takenChange(given, now);
        assert.ok(taken === null || taken.edits.every((edit) => given.edits.includes(edit)));
        assert.equal(takenBack(taken, now), before);
      }),
    );
  });

  it('has nothing of what was typed: it is still there once the rest is taken back', () => {
    const lines = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 12 });
    const edits = fc.array(fc.constantFrom('keep', 'replace', 'delete', 'insert', 'ticked', 'unticked'), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(lines, edits, fc.nat(), (numbers, choices, place) => {
        const before = numbers.map((one) => `line ${one}\n`).join('');
        const after = numbers.map((one, at) => edited(one, choices[at])).join('');
        const given = changeOf(before, after);
        const isTicked = (at: number): boolean => choices[23 - at] !== 'unticked';
        const ticks = given.edits.filter((_, at) => isTicked(at));
        const written = applyEdits(before, ticks).split(/(?<=\n)/);
        const now = written.toSpliced(place % (written.length + 1), 0, 'typed\n').join('');
        const back = takenBack(takenChange(given, now), now);
        // Null: it was typed where something was taken, and nothing is touched.
        if (back === null) return;
        assert.ok(back.includes('typed\n'), JSON.stringify({ before, after, now, back }));
        const old = new Set(before.split('\n'));
        const rest = back.replace('typed\n', '');
        for (const line of rest.split('\n')) assert.ok(old.has(line) || written.includes(`${line}\n`), line);
      }),
    );
  });
});

function edited(number: number, choice = 'keep'): string {
  if (choice === 'delete') return '';
  const line = `line ${number}\n`;
  if (choice === 'insert') return `${line}new ${number}\n`;
  return choice === 'replace' ? `other ${number}\n` : line;
}

describe('whether a text has a change', () => {
  it('says so, whatever was typed elsewhere', () => {
    const one = changeOf('a\nb\nc\n', 'A\nb\nc\n');
    assert.ok(holds('A\nb\nc\n', one));
    assert.ok(holds('A\nb\nc\ntyped\n', one));
    assert.ok(!holds('a\nb\nc\n', one));
    assert.ok(!holds('typed A\nb\nc\n', one));
  });
});
