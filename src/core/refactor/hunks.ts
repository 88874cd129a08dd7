import { applyEdits } from './fileText.ts';
import type { FileChange, TextEdit } from './types.ts';

/** A letter, a digit or a sign that names have. */
const inWord = /[\p{L}\p{N}_$]/u;

/**
 * The pieces of a change that can be decided by themselves, in order. They are its edits, each of which replaces whole
 * lines and so can be left out without the others, however near they are. Only edits with no line between them that has
 * a word are one piece: blank lines and brackets are alike everywhere, so that a diff finds them again in code that
 * has nothing to do with what was there. Such a piece replaces those lines by themselves.
 */
export function hunksOf(change: FileChange): readonly TextEdit[] {
  return groupsOf(change).map((edits) => joined(change.before ?? '', edits));
}

/** The change without its refused hunks (by their place in `hunksOf`); null where nothing is left. */
export function decidedChange(change: FileChange, refused: ReadonlySet<number>): FileChange | null {
  const groups = groupsOf(change);
  const kept = groups.filter((_, at) => !refused.has(at));
  if (kept.length === 0) return null;
  if (kept.length === groups.length) return change;
  const edits = kept.flat();
  return { ...change, after: applyEdits(change.before ?? '', edits), edits };
}

function groupsOf({ before, edits }: FileChange): TextEdit[][] {
  const groups: TextEdit[][] = [];
  for (const edit of edits) {
    const last = groups.at(-1);
    const end = last?.at(-1)?.end;
    if (last === undefined || end === undefined || inWord.test((before ?? '').slice(end, edit.start)))
      groups.push([edit]);
    else last.push(edit);
  }
  return groups;
}

/** One edit that does what several do. */
function joined(before: string, edits: readonly TextEdit[]): TextEdit {
  const start = edits[0]?.start ?? 0;
  const end = edits.at(-1)?.end ?? start;
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  return { start, end, text: applyEdits(before.slice(start, end), moved) };
}
