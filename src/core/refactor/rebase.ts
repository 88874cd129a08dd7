import { applyEdits, fileLines, lineEndOf } from './fileText.ts';
import { lineEdits } from './lineDiff.ts';
import type { FileChange, RefactorProblem, TextEdit } from './types.ts';

type Range = Pick<TextEdit, 'start' | 'end'>;

/** A piece of a file that was followed while the file changed. UTF-16 offsets. */
export interface FollowedPlace {
  /** In the text before. */
  readonly was: Range;
  /** In the present text; empty where the piece was deleted. */
  readonly is: Range;
}

/** What happened to a file since a change was made for it. */
export interface FileMove {
  /** Ascending edits with the offsets that they have now. `met`: another change is there; `gone`: so is their place. */
  readonly moved: (edits: readonly TextEdit[]) => readonly (TextEdit | 'met' | 'gone')[];
}

/**
 * Moves a change that was made for an older text of a file to its present one. What was changed in the file meanwhile
 * must not touch the lines that the change replaces, nor those between which it puts new ones. `now` null: the file is
 * gone. `move`, for these two texts, where there is one already.
 */
export function rebaseChange(
  change: FileChange,
  now: string | null,
  move?: FileMove,
): FileChange | RefactorProblem {
  const { path, before, after } = change;
  if (before === now) return change;
  const conflict = (why: string): RefactorProblem => ({
    code: 'conflict',
    message: `${path} ${why}: ask for the change again.`,
  });
  if (before === null) return conflict('was made meanwhile');
  if (now === null) return conflict('was deleted meanwhile');
  if (now === after) return { code: 'no-change', message: `${path} has this change already.` };
  const edits: TextEdit[] = [];
  for (const [index, edit] of (move ?? fileMove(before, now)).moved(change.edits).entries()) {
    if (edit === 'gone') return conflict('has the code no more that is to be changed');
    if (edit === 'met') {
      const line = fileLines(before.slice(0, change.edits[index]?.start)).length;
      return conflict(`was changed meanwhile where this change is, at line ${line}`);
    }
    edits.push(edit);
  }
  return { ...change, before: now, after: applyEdits(now, edits), edits };
}

/**
 * Finds what was changed between two texts. A comparison alone can't tell which of two equal lines is the old one; so
 * what is known of a place holds: what was in it is looked for in it, and what was not is not.
 */
export function fileMove(before: string, now: string, place: FollowedPlace | null = null): FileMove {
  const ends = lineEndOf(now);
  // A document whose line ends were changed is the same document.
  const isSame = lineEndOf(before) === ends;
  const old = isSame ? before : withLineEnds(before, ends);
  const ours = (edits: readonly TextEdit[]): readonly TextEdit[] =>
    isSame ? edits : editsWithLineEnds(before, edits, ends);
  const was = place === null ? null : (ours([{ ...place.was, text: '' }])[0] ?? null);
  const isGone = was !== null && was.start < was.end && place?.is.start === place?.is.end;
  const others = was === null || place === null ? lineEdits(old, now) : othersAround(old, was, now, place.is);
  return {
    moved: (edits) =>
      ours(edits).map((edit) => {
        if (isGone && edit.start < was.end && edit.end > was.start) return 'gone';
        if (others.some((other) => meets(edit, other))) return 'met';
        const shift = shiftAt(others, edit.start);
        return { ...edit, start: edit.start + shift, end: edit.end + shift };
      }),
  };
}

/** What was changed before a place, in its lines, and behind it; offsets count in the text before. */
function othersAround(old: string, was: Range, now: string, is: Range): TextEdit[] {
  const [from, to] = [linesOf(old, was), linesOf(now, is)];
  const pieces = [
    [
      { start: 0, end: from.start },
      { start: 0, end: to.start },
    ],
    [from, to],
    [
      { start: from.end, end: old.length },
      { start: to.end, end: now.length },
    ],
  ] as const;
  return pieces.flatMap(([a, b]) =>
    lineEdits(old.slice(a.start, a.end), now.slice(b.start, b.end)).map((edit) => ({
      ...edit,
      start: edit.start + a.start,
      end: edit.end + a.start,
    })),
  );
}

/** The whole lines of a range, the last one's line end included; none for a range that is empty. */
function linesOf(text: string, { start, end }: Range): Range {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const first = start === 0 ? 0 : from;
  if (start === end || text[end - 1] === '\n') return { start: first, end: Math.max(first, end) };
  const next = text.indexOf('\n', end);
  return { start: first, end: next === -1 ? text.length : next + 1 };
}

function shiftAt(others: readonly TextEdit[], offset: number): number {
  return others
    .filter(({ end }) => end <= offset)
    .reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0);
}

/** Whether two changes touch the same lines; where one only puts lines in, it touches those on both sides. */
function meets(a: TextEdit, b: TextEdit): boolean {
  const isInsertion = a.start === a.end || b.start === b.end;
  return isInsertion ? a.start <= b.end && b.start <= a.end : a.start < b.end && b.start < a.end;
}

function withLineEnds(text: string, lineEnd: string): string {
  return fileLines(text)
    .map((line) => line.text + (line.lineEnd === '' ? '' : lineEnd))
    .join('');
}

/** Ascending edits of a text for that text with other line ends. */
function editsWithLineEnds(before: string, edits: readonly TextEdit[], lineEnd: string): TextEdit[] {
  let [from, length] = [0, 0];
  const moved = (offset: number): number => {
    length += withLineEnds(before.slice(from, offset), lineEnd).length;
    from = offset;
    return length;
  };
  return edits.map(({ start, end, text }) => ({
    start: moved(start),
    end: moved(end),
    text: withLineEnds(text, lineEnd),
  }));
}
