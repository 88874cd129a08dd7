import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { decidedChange, hunksOf } from '../../../../src/core/refactor/hunks.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import type { FileChange } from '../../../../src/core/refactor/types.ts';

function change(before: string | null, after: string): FileChange {
  const edits = before === null ? [{ start: 0, end: 0, text: after }] : lineEdits(before, after);
  return { path: 'a.ts', language: 'ts', before, after, edits, matches: ['exact'] };
}

/** Texts of few lines, so that many of them are alike; the last one may have no line end. */
const text = fc
  .tuple(
    fc.array(fc.constantFrom('a\n', 'b\n', 'c = 1;\r\n', '}\n', '\n'), { maxLength: 12 }),
    fc.constantFrom('', 'x', '}'),
  )
  .map(([lines, last]) => lines.join('') + last);
/** Which hunks are refused. */
const choice = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });

function refusedOf(choices: readonly boolean[]): Set<number> {
  return new Set(choices.flatMap((refused, at) => (refused ? [at] : [])));
}

describe('hunksOf', () => {
  const cut: [why: string, before: string, after: string, hunks: string[]][] = [
    ['edits with a line between', 'a\nb\nc\n', 'A\nb\nC\n', ['A\n', 'C\n']],
    ['edits with a bracket between', 'a\n}\nc\n', 'A\n}\nC\n', ['A\n}\nC\n']],
    ['edits with a blank line between', 'a\n\nc\n', 'A\n\nC\n', ['A\n\nC\n']],
    ['edits with a name of one letter between', 'a\n_\nc\n', 'A\n_\nC\n', ['A\n', 'C\n']],
    ['no edit', 'a\n', 'a\n', []],
  ];
  for (const [why, before, after, hunks] of cut)
    it(`tells apart ${why}`, () => {
      assert.deepEqual(
        hunksOf(change(before, after)).map((hunk) => hunk.text),
        hunks,
      );
    });

  it('takes edits that touch as one', () => {
    const edits = [
      { start: 0, end: 2, text: '' },
      { start: 2, end: 4, text: 'B\n' },
    ];
    const touching: FileChange = { ...change('a\nb\n', 'B\n'), edits };
    assert.deepEqual(hunksOf(touching), [{ start: 0, end: 4, text: 'B\n' }]);
  });

  it('takes a new file as one', () => {
    assert.deepEqual(hunksOf(change(null, 'a\n\nb\n')), [{ start: 0, end: 0, text: 'a\n\nb\n' }]);
    assert.equal(decidedChange(change(null, 'a\n'), new Set([0])), null);
  });

  it('gives pieces that make the change together and have words between them', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = hunksOf(change(before, after));
        assert.equal(applyEdits(before, hunks), after);
        for (const [at, hunk] of hunks.entries()) {
          const next = hunks[at + 1];
          if (next !== undefined) assert.match(before.slice(hunk.end, next.start), /\w/);
        }
      }),
    );
  });
});

describe('decidedChange', () => {
  it('is the change where none is refused, and null where all are', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const whole = change(before, after);
        const all = new Set(hunksOf(whole).keys());
        assert.equal(decidedChange(whole, all), null);
        if (before !== after) assert.equal(decidedChange(whole, new Set()), whole);
      }),
    );
  });

  it('changes the lines of its own hunks only, each as the whole change does', () => {
    fc.assert(
      fc.property(text, text, choice, (before, after, choices) => {
        const whole = change(before, after);
        const refused = refusedOf(choices);
        const decided = decidedChange(whole, refused);
        const kept = hunksOf(whole).filter((_, at) => !refused.has(at));
        if (decided === null) return void assert.equal(kept.length, 0);
        assert.deepEqual(hunksOf(decided), kept);
        assert.equal(decided.after, applyEdits(before, kept));
        assert.equal(decided.after, applyEdits(before, decided.edits));
        // Whole lines: what is replaced begins behind a line end.
        for (const { start } of kept) assert.ok(start === 0 || before[start - 1] === '\n');
      }),
    );
  });

  it('comes to the same whatever the order of the decisions', () => {
    fc.assert(
      fc.property(text, text, choice, (before, after, choices) => {
        const whole = change(before, after);
        const count = hunksOf(whole).length;
        const refused = [...refusedOf(choices)].filter((at) => at < count);
        // The last first, so that the numbers of those before it stay.
        let left: FileChange | null = whole;
        for (const at of refused.reverse()) left = left === null ? null : decidedChange(left, new Set([at]));
        assert.deepEqual(left?.after, count === 0 ? after : decidedChange(whole, new Set(refused))?.after);
      }),
    );
  });
});
