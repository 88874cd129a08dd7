import type { FileChange, TextEdit } from './types.ts';

/**
 * The change that takes a written one back; with `rebaseChange` it does so in a text that was changed since. Of a file
 * that was made it is an empty one: whoever takes that back removes the file.
 */
export function inverseChange(change: FileChange): FileChange {
  const { before, after } = change;
  return { ...change, before: after, after: before ?? '', edits: inverseEdits(before ?? '', change.edits) };
}

/** What puts back what edits replaced; offsets count in the text after them. */
function inverseEdits(before: string, edits: readonly TextEdit[]): TextEdit[] {
  const inverse: TextEdit[] = [];
  let shift = 0;
  for (const { start, end, text } of edits) {
    const from = start + shift;
    const back: TextEdit = { start: from, end: from + text.length, text: before.slice(start, end) };
    const last = inverse.at(-1);
    // Two that touch are one: else a place could have text put in and text replaced, in an order that is not plain.
    if (last?.end === from)
      inverse[inverse.length - 1] = { start: last.start, end: back.end, text: last.text + back.text };
    else inverse.push(back);
    shift += text.length - (end - start);
  }
  return inverse;
}
