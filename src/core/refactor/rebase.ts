import { applyEdits, fileLines, lineEndOf } from './fileText.ts';
import { lineEdits } from './lineDiff.ts';
import type { FileChange, RefactorProblem, TextEdit } from './types.ts';

/**
 * Moves a change that was made for an older text of a file to its present one. What was changed in the file meanwhile
 * must not touch the lines that the change replaces, nor those between which it puts new ones. `now` null: the file is
 * gone.
 */
export function rebaseChange(change: FileChange, now: string | null): FileChange | RefactorProblem {
  const { path, before, after } = change;
  if (before === now) return change;
  const conflict = (why: string): RefactorProblem => ({
    code: 'conflict',
    message: `${path} ${why}: ask for the change again.`,
  });
  if (before === null) return conflict('was made meanwhile');
  if (now === null) return conflict('was deleted meanwhile');
  if (now === after) return { code: 'no-change', message: `${path} has this change already.` };
  // A document whose line ends were changed is the same document.
  const sameEnds = lineEndOf(before) === lineEndOf(now);
  const old = sameEnds ? before : withLineEnds(before, lineEndOf(now));
  const ours = sameEnds ? change.edits : lineEdits(old, withLineEnds(after, lineEndOf(now)));
  const edits = rebaseEdits(old, ours, now);
  if (typeof edits === 'number') {
    const line = fileLines(old.slice(0, edits)).length;
    return conflict(`was changed meanwhile where this change is, at line ${line}`);
  }
  return { ...change, before: now, after: applyEdits(now, edits), edits };
}

/** The edits with the offsets that they have in the present text; else the offset of the first that meets another change. */
function rebaseEdits(before: string, edits: readonly TextEdit[], now: string): readonly TextEdit[] | number {
  const others = lineEdits(before, now);
  const moved: TextEdit[] = [];
  for (const edit of edits) {
    if (others.some((other) => meets(edit, other))) return edit.start;
    const shift = others
      .filter(({ end }) => end <= edit.start)
      .reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0);
    moved.push({ ...edit, start: edit.start + shift, end: edit.end + shift });
  }
  return moved;
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
