import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import {
  changedLines,
  hunkAt,
  hunkPlaces,
  indexFrom,
  nextOpen,
} from '../../../../src/vscode/refactor/hunkPlaces.ts';
import type { HunkDecision, ShownFile } from '../../../../src/vscode/refactor/shown.ts';

/** A file as it is shown where these decisions were made on the hunks of a change, in order; the others are open. */
function shown(before: string, after: string, decisions: readonly HunkDecision[] = []) {
  const hunks = lineEdits(before, after).map((edit, at) => ({ edit, decision: decisions[at] ?? 'open' }));
  const edits = hunks.filter(({ decision }) => decision !== 'refused').map(({ edit }) => edit);
  const change = { path: 'a.ts', language: 'typescript', before, matches: [], edits };
  return { change: { ...change, after: applyEdits(before, edits) }, hunks } satisfies Pick<
    ShownFile,
    'change' | 'hunks'
  >;
}

const before = 'a\nb\nc\nd\ne\nf\n';
/** One line becomes two, one goes, one comes at the end. */
const after = 'a\nB\nBB\nc\ne\nf\ng\n';

describe('the places of hunks', () => {
  it('are lines of both sides', () => {
    const places = hunkPlaces(shown(before, after)).map(({ left, right }) => [left, right]);
    assert.deepEqual(places, [
      [
        { from: 1, to: 2 },
        { from: 1, to: 3 },
      ],
      [
        { from: 3, to: 4 },
        { from: 4, to: 4 },
      ],
      [
        { from: 6, to: 6 },
        { from: 6, to: 7 },
      ],
    ]);
  });

  it('move up on the right where a hunk above was refused', () => {
    const places = hunkPlaces(shown(before, after, ['refused']));
    assert.deepEqual(places.map(({ right }) => right)[2], { from: 5, to: 6 });
  });

  it('are found by a line of either side, those without lines by their neighbours', () => {
    const places = hunkPlaces(shown(before, after));
    const at = (side: 'left' | 'right', line: number) => hunkAt(places, side, line)?.index ?? null;
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((line) => at('right', line)),
      [null, 0, 0, 1, 1, null, 2],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((line) => at('left', line)),
      [null, 0, null, 1, null, 2, 2],
    );
  });

  it('are not found once they are refused', () => {
    const places = hunkPlaces(shown(before, after, ['refused']));
    assert.equal(hunkAt(places, 'left', 1), null);
    assert.equal(hunkAt(places, 'right', 1), null);
  });

  it('lead on to the next one that is open, from the last one to the first', () => {
    const places = hunkPlaces(shown(before, after, ['open', 'accepted']));
    assert.equal(nextOpen(places, 1)?.index, 2);
    assert.equal(nextOpen(places, 3)?.index, 0);
    assert.equal(indexFrom(places, 'right', 3), 0);
    assert.equal(indexFrom(places, 'right', 5), 2);
    assert.equal(nextOpen(hunkPlaces(shown(before, after, ['accepted', 'refused', 'accepted'])), 0), null);
  });

  it('count the lines that change', () => {
    assert.equal(changedLines([shown(before, after)]), 4);
    assert.equal(changedLines([shown(before, after, ['refused', 'accepted'])]), 2);
  });

  it('hold what a file without a line end at its end, or with other line ends, has', () => {
    assert.deepEqual(hunkPlaces(shown('a\r\nb', 'a\r\nc'))[0]?.left, { from: 1, to: 2 });
    assert.deepEqual(hunkPlaces(shown('', 'a\nb'))[0]?.right, { from: 0, to: 2 });
  });

  it('are where the lines are that differ, whatever is refused', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 });
    const decisions = fc.array(fc.constantFrom<HunkDecision>('open', 'accepted', 'refused'), {
      maxLength: 8,
    });
    const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
    fc.assert(
      fc.property(lines, lines, decisions, (old, now, said) => {
        const file = shown(text(old), text(now), said);
        const right = file.change.after.split('\n');
        for (const place of hunkPlaces(file)) {
          const { edit, decision } = file.hunks[place.index] ?? assert.fail();
          const expected = decision === 'refused' ? text(old).slice(edit.start, edit.end) : edit.text;
          const found = right.slice(place.right.from, place.right.to);
          assert.equal(text(found), expected);
          assert.equal(
            text(old.slice(place.left.from, place.left.to)),
            text(old).slice(edit.start, edit.end),
          );
        }
      }),
    );
  });
});
