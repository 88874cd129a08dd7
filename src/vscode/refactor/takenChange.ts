import { applyEdits } from '../../core/refactor/fileText.ts';
import { inverseChange } from '../../core/refactor/inverse.ts';
import { lineEdits } from '../../core/refactor/lineDiff.ts';
import { rebaseChange } from '../../core/refactor/rebase.ts';
import type { FileChange, TextEdit } from '../../core/refactor/types.ts';

/**
 * What of a change a file has now, where the user may have taken some of its edits only; null for nothing of it. What
 * they have typed besides is never a part of it.
 */
export function takenChange(change: FileChange, now: string): FileChange | null {
  const { before, after, edits } = change;
  if (now === after) return change;
  const old = before ?? '';
  if (now === old) return null;
  const taken = exactly(old, edits, now) ?? nearest(old, edits, now);
  return taken.length === 0 ? null : { ...change, after: applyEdits(old, taken), edits: taken };
}

/** Whether a text has all of a change, whatever else is changed in it. */
export function holds(now: string, change: FileChange): boolean {
  return !('code' in rebaseChange(inverseChange(change), now));
}

/** The edits that make just this text; null where none do. */
function exactly(before: string, edits: readonly TextEdit[], now: string): readonly TextEdit[] | null {
  // How far in the present text each choice of the edits so far reaches.
  let choices = new Map<number, readonly TextEdit[]>([[0, []]]);
  let from = 0;
  for (const edit of edits) {
    const kept = before.slice(from, edit.start);
    const old = before.slice(edit.start, edit.end);
    const longer = new Map<number, readonly TextEdit[]>();
    for (const [at, taken] of choices) {
      const here = at + kept.length;
      if (!now.startsWith(kept, at)) continue;
      if (now.startsWith(old, here)) longer.set(here + old.length, taken);
      if (now.startsWith(edit.text, here)) longer.set(here + edit.text.length, [...taken, edit]);
    }
    choices = longer;
    from = edit.end;
  }
  const rest = before.slice(from);
  for (const [at, taken] of choices) if (now.slice(at) === rest) return taken;
  return null;
}

/** The edits that leave the least to be explained by typing; of two choices as good, the one with fewer. */
function nearest(before: string, edits: readonly TextEdit[], now: string): readonly TextEdit[] {
  const typedIn = (taken: readonly TextEdit[]): number =>
    lineEdits(applyEdits(before, taken), now).reduce(
      (sum, { start, end, text }) => sum + (end - start) + text.length,
      0,
    );
  const [withAll, withNone] = [typedIn(edits), typedIn([])];
  let taken = new Set(withAll < withNone ? edits : []);
  let typed = Math.min(withAll, withNone);
  for (const edit of edits) {
    const isTaken = taken.has(edit);
    const other = edits.filter((one) => (one === edit ? !isTaken : taken.has(one)));
    const otherTyped = typedIn(other);
    if (otherTyped < typed || (otherTyped === typed && isTaken))
      [taken, typed] = [new Set(other), otherTyped];
  }
  return edits.filter((edit) => taken.has(edit));
}
