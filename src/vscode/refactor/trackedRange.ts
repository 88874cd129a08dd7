import { fileLines } from '../../core/refactor/fileText.ts';
import { lineEdits } from '../../core/refactor/lineDiff.ts';
import type { TextChange } from '../../core/text/textDocument.ts';

/** UTF-16 offsets into a text, the end exclusive. */
export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range after changes, each of which counts in the text that the ones before it left. What is put in at its ends does
 * not belong to it; a change that reaches over an end does.
 */
export function shiftRange(range: OffsetRange, changes: readonly TextChange[]): OffsetRange {
  return changes.reduce(shiftedBy, range);
}

function shiftedBy({ start, end }: OffsetRange, { offset, length, text }: TextChange): OffsetRange {
  const behind = offset + length;
  const grown = text.length - length;
  if (behind <= start && !(length > 0 && start === end && offset === start))
    return { start: start + grown, end: end + grown };
  if (offset >= end) return { start, end };
  return { start: Math.min(start, offset), end: behind > end ? offset + text.length : end + grown };
}

/** Changes that make one text of another, for texts between which nobody saw what happened. */
export function changesBetween(before: string, after: string): TextChange[] {
  if (before === after) return [];
  return lineEdits(before, after)
    .reverse()
    .map(({ start, end, text }) => ({ offset: start, length: end - start, text }));
}

/** Whether two ranges have something in common, or stand in the same line of a text. */
export function touches(text: string, a: OffsetRange, b: OffsetRange): boolean {
  if (a.start < b.end && b.start < a.end) return true;
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  return fileLines(text.slice(first.end, second.start)).length === 1 && first.end <= second.start;
}
