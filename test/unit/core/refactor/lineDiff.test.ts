import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { diffLines, lineEdits, smallestEdits, unifiedDiff } from '../../../../src/core/refactor/lineDiff.ts';
import { temporaryFolder } from '../../../support/engine.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 25 });
const anyText = fc
  .array(
    fc.tuple(fc.constantFrom('a', 'b', 'ü', '', '-x', '+y', '@@'), fc.constantFrom('\n', '\r\n', '\r')),
    {
      maxLength: 25,
    },
  )
  .chain((parts) =>
    fc.constantFrom('', 'end').map((end) => parts.map(([line, lineEnd]) => line + lineEnd).join('') + end),
  );

/** Length of the longest common subsequence, by the textbook's table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1)
      (table[i] as number[])[j] =
        a[i - 1] === b[j - 1]
          ? (table[i - 1]?.[j - 1] ?? 0) + 1
          : Math.max(table[i - 1]?.[j] ?? 0, table[i]?.[j - 1] ?? 0);
  return table[a.length]?.[b.length] ?? 0;
}

describe('diffLines', () => {
  it('makes the one of the other with as few lines as can be', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const hunks = diffLines(a, b);
        const made: string[] = [];
        let at = 0;
        for (const { start, newStart, removed, added } of hunks) {
          made.push(...a.slice(at, start));
          assert.equal(made.length, newStart);
          assert.deepEqual(a.slice(start, start + removed.length), removed);
          made.push(...added);
          at = start + removed.length;
        }
        made.push(...a.slice(at));
        assert.deepEqual(made, b);
        const changed = hunks.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
        assert.equal(changed, a.length + b.length - 2 * longestCommon(a, b));
      }),
    );
  });

  it('gives up on texts that have nothing in common, but stays right', () => {
    const [a, b] = ['x', 'y'].map((letter) => Array.from({ length: 3000 }, (_, at) => `${letter}${at}`));
    assert.equal(diffLines(a ?? [], b ?? []).length, 1);
  });
});

describe('lineEdits', () => {
  it('are whole lines that make the one text of the other', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const edits = lineEdits(before, after);
        assert.equal(applyEdits(before, edits), after);
        for (const { start } of edits) assert.ok(start === 0 || /[\r\n]/.test(before.charAt(start - 1)));
      }),
    );
  });
});

describe('smallestEdits', () => {
  it('stay within the lines of what is replaced, where a diff of the texts would not', () => {
    const before = 'a {\n}\nb {\n}\n';
    const after = applyEdits(before, [{ start: 4, end: 5, text: '}\n}' }]);
    const [edit] = smallestEdits(before, [{ start: 4, end: 5, text: '}\n}' }]);
    assert.ok(edit !== undefined && edit.start >= 4 && edit.end <= 6);
    assert.equal(applyEdits(before, [edit]), after);
  });

  it('do what the given edits do', () => {
    const numbers = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        anyText,
        numbers,
        fc.array(anyText, { minLength: 3, maxLength: 3 }),
        (before, places, texts) => {
          const sorted = places.map((place) => Math.min(place, before.length)).sort((a, b) => a - b);
          const edits = [0, 2, 4].flatMap((at) => {
            const [start, end] = [sorted[at], sorted[at + 1]];
            return start === undefined || end === undefined
              ? []
              : [{ start, end, text: texts[at / 2] ?? '' }];
          });
          assert.equal(applyEdits(before, smallestEdits(before, edits)), applyEdits(before, edits));
        },
      ),
    );
  });
});

describe('unifiedDiff', () => {
  it('is what git has for a change, an empty file, a new file and a missing line end', () => {
    const table: [before: string | null, after: string, diff: string][] = [
      ['a\nb\nc\n', 'a\nB\nc\n', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n'],
      [null, 'a\n', '--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n'],
      ['', 'a\n', '--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n'],
      ['a\n', '', '--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n'],
      [
        'a',
        'b',
        '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
      ],
      ['a\n', 'a\n', ''],
    ];
    for (const [before, after, diff] of table) assert.equal(unifiedDiff('x', before, after), diff);
  });

  it('is applied by git, whatever the line ends and however the file ends', () => {
    const folder = temporaryFolder();
    const changes = fc.sample(fc.tuple(anyText, anyText), { numRuns: 60, seed: 3 });
    // A text with a mark in its name's line, and one file for each change, so that git starts once.
    const real = changes.filter(([before, after]) => before !== after && before !== '' && after !== '');
    for (const [at, [before]] of real.entries()) {
      mkdirSync(path.join(folder, `dir ${at}`));
      writeFileSync(path.join(folder, `dir ${at}`, 'ä.txt'), before);
    }
    const diff = real.map(([before, after], at) => unifiedDiff(`dir ${at}/ä.txt`, before, after)).join('');
    const { status, stderr } = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      input: diff,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_CEILING_DIRECTORIES: path.dirname(folder),
        GIT_CONFIG_GLOBAL: '',
        GIT_CONFIG_SYSTEM: '',
      },
    });
    assert.equal(status, 0, stderr);
    assert.ok(real.length > 20);
    for (const [at, [, after]] of real.entries())
      assert.equal(readFileSync(path.join(folder, `dir ${at}`, 'ä.txt'), 'utf8'), after);
  });
});
