import { lineEdits } from '../../core/refactor/lineDiff.ts';
import type { FileChange } from '../../core/refactor/types.ts';

/** What of a change a file has now, where the user may have taken some of it only; null for nothing of it. */
export function takenChange(change: FileChange, now: string): FileChange | null {
  if (now === change.after) return change;
  return now === change.before ? null : changeInto(change, now);
}

/** The change that made this text of the file. */
export function changeInto(change: FileChange, now: string): FileChange {
  return { ...change, after: now, edits: lineEdits(change.before ?? '', now) };
}
