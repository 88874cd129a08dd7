import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import { rebaseChange } from '../../../../src/core/refactor/rebase.ts';
import type { FileChange } from '../../../../src/core/refactor/types.ts';

function change(before: string | null, after: string): FileChange {
  const edits = before === null ? [{ start: 0, end: 0, text: after }] : lineEdits(before, after);
  return { path: 'a.ts', language: 'ts', before, after, edits, matches: ['exact'] };
}

describe('rebaseChange', () => {
  const moved: [why: string, before: string, after: string, now: string, result: string][] = [
    ['the same text', 'a\nb\n', 'a\nB\n', 'a\nb\n', 'a\nB\n'],
    ['lines put in above', 'a\nb\nc\n', 'a\nb\nC\n', 'x\ny\na\nb\nc\n', 'x\ny\na\nb\nC\n'],
    ['lines taken out below', 'a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\n', 'A\nb\nc\n'],
    ['the line beside it changed', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nb\nX\n', 'a\nB\nX\n'],
    ['the line ends changed', 'a\nb\n', 'a\nB\n', 'a\r\nb\r\n', 'a\r\nB\r\n'],
    [
      'line ends and text changed',
      'a\nb\nc\nd\n',
      'a\nb\nc\nD\n',
      'A\r\nb\r\nc\r\nd\r\n',
      'A\r\nb\r\nc\r\nD\r\n',
    ],
    ['a final line end put in', 'a\nb\nc', 'A\nb\nc', 'a\nb\nc\n', 'A\nb\nc\n'],
  ];
  for (const [why, before, after, now, result] of moved)
    it(`goes with ${why}`, () => {
      const rebased = rebaseChange(change(before, after), now);
      assert.ok(!('code' in rebased), JSON.stringify(rebased));
      assert.equal(rebased.after, result);
      assert.equal(rebased.before, now);
      assert.equal(applyEdits(now, rebased.edits), result);
    });

  const refused: [why: string, before: string | null, after: string, now: string | null, message: RegExp][] =
    [
      [
        'the same line',
        'a\nb\nc\n',
        'a\nB\nc\n',
        'a\nX\nc\n',
        /changed meanwhile where this change is, at line 2/,
      ],
      ['a line taken out', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nc\n', /at line 2/],
      ['lines put in at the same place', 'a\nb\n', 'a\nnew\nb\n', 'a\nother\nb\n', /at line 2/],
      ['the line beside new ones', 'a\nb\n', 'a\nnew\nb\n', 'A\nb\n', /at line 2/],
      ['a file that is gone', 'a\n', 'b\n', null, /was deleted meanwhile/],
      ['a new file that is there now', null, 'b\n', 'x\n', /was made meanwhile/],
    ];
  for (const [why, before, after, now, message] of refused)
    it(`refuses ${why}`, () => {
      const rebased = rebaseChange(change(before, after), now);
      assert.ok('code' in rebased && rebased.code === 'conflict');
      assert.match(rebased.message, message);
    });

  it('says where the document has the change already', () => {
    const rebased = rebaseChange(change('a\n', 'b\n'), 'b\n');
    assert.ok('code' in rebased && rebased.code === 'no-change');
  });

  it('makes of changes that don’t meet what both make, in either order', () => {
    const size = fc.integer({ min: 0, max: 3 });
    const edit = fc.record({
      skip: fc.integer({ min: 2, max: 5 }),
      removed: size,
      added: size,
      ours: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        // Lines of their own, so that no diff finds another place for what changed.
        const total = edits.reduce((sum, { skip, removed }) => sum + skip + removed, 4);
        const lines = Array.from({ length: total }, (_, at) => `line ${at}\n`);
        const make = (which: (one: { ours: boolean }) => boolean): string => {
          const made: string[] = [];
          let at = 0;
          for (const [index, one] of edits.entries()) {
            made.push(...lines.slice(at, at + one.skip));
            at += one.skip;
            if (which(one)) made.push(...Array.from({ length: one.added }, (_, n) => `new ${index} ${n}\n`));
            else made.push(...lines.slice(at, at + one.removed));
            at += one.removed;
          }
          return [...made, ...lines.slice(at)].join('');
        };
        const before = lines.join('');
        const [ours, theirs, both] = [make((one) => one.ours), make((one) => !one.ours), make(() => true)];
        for (const [mine, yours] of [
          [ours, theirs],
          [theirs, ours],
        ] as const) {
          if (mine === before) continue;
          const rebased = rebaseChange(change(before, mine), yours);
          if (yours === mine) continue;
          assert.ok(!('code' in rebased), JSON.stringify(rebased));
          assert.equal(rebased.after, both);
        }
      }),
    );
  });

  it('never loses what others changed', () => {
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 10 });
    fc.assert(
      fc.property(lines, lines, lines, (before, after, now) => {
        const rebased = rebaseChange(change(before.join(''), after.join('')), now.join(''));
        if ('code' in rebased) return;
        assert.equal(applyEdits(now.join(''), rebased.edits), rebased.after);
        // What it takes out was there before.
        for (const edit of rebased.edits)
          assert.ok(before.join('').includes(now.join('').slice(edit.start, edit.end)));
      }),
    );
  });
});
