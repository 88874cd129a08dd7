import { fileLines } from '../../core/refactor/fileText.ts';
import { diffLines } from '../../core/refactor/lineDiff.ts';
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

/**
 * Changes that make one text of another, for texts between which nobody saw what happened: lines that are replaced, and
 * line ends by themselves, so that a text with other ones is still the same.
 */
export function changesBetween(before: string, after: string): TextChange[] {
  if (before === after) return [];
  const [old, now] = [fileLines(before), fileLines(after)];
  const hunks = diffLines(
    old.map(({ text }) => text),
    now.map(({ text }) => text),
  );
  const changes: TextChange[] = [];
  let [at, newAt] = [0, 0];
  const keep = (until: number): void => {
    for (; at < until; at += 1, newAt += 1) {
      const [was, is] = [old[at], now[newAt]];
      if (was !== undefined && is !== undefined && was.lineEnd !== is.lineEnd)
        changes.push({ offset: was.end, length: was.lineEnd.length, text: is.lineEnd });
    }
  };
  for (const { start, removed, added } of hunks) {
    keep(start);
    const offset = old[start]?.start ?? before.length;
    at = start + removed.length;
    const put = now.slice(newAt, newAt + added.length).map(({ text, lineEnd }) => text + lineEnd);
    newAt += added.length;
    changes.push({ offset, length: (old[at]?.start ?? before.length) - offset, text: put.join('') });
  }
  keep(old.length);
  // From the last to the first, each counts in the text that the ones before it left.
  return changes.reverse();
}

/**
 * The changes of one event, or what they come to: one that replaces the whole text, as a change of line ends or a
 * formatter does, says nothing of where things are, so the texts are compared.
 */
export function changesSeen(
  changes: readonly TextChange[],
  before: string,
  after: string,
): readonly TextChange[] {
  const isWhole = changes.some(({ offset, length }) => offset === 0 && length > 0 && length >= before.length);
  return isWhole ? changesBetween(before, after) : changes;
}

/** Whether two ranges have something in common, or stand in the same line of a text. */
export function touches(text: string, a: OffsetRange, b: OffsetRange): boolean {
  if (a.start < b.end && b.start < a.end) return true;
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  return fileLines(text.slice(first.end, second.start)).length === 1 && first.end <= second.start;
}
