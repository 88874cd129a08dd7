import { isBlank } from '../indent.ts';
import { isLoneCloser, leftOfCursor, maskStrings, scanBrackets, visibleLinesBelow } from '../multiline.ts';
import { canonical, trimEnd, visibleLines } from './pieces.ts';
import type { Filter } from './types.ts';

/** Cuts off the last lines where they are the lines below the cursor. */
export const repeatsSuffix: Filter = {
  name: 'repeats-suffix',
  apply(text, context) {
    const { cursor } = context;
    const lines = visibleLines(text, leftOfCursor(cursor));
    const below = visibleLinesBelow(cursor);
    for (let count = Math.min(lines.length, below.length); count > 0; count--) {
      const tail = lines.slice(-count);
      const start = tail[0]?.start ?? 0;
      if (start === 0 && !isBlank(leftOfCursor(cursor))) continue;
      if (!tail.every((line, index) => isSameLine(line.whole, below[index] ?? ''))) continue;
      if (closesAcross(text, start)) continue;
      const kept = trimEnd(text.slice(0, start));
      return isBlank(kept) ? { reason: 'repeats-suffix' } : repeatsSuffix.apply(kept, context);
    }
    return text;
  },
};

/** Closers look alike at every depth, so only for them the column counts. */
function isSameLine(line: string, below: string): boolean {
  return isLoneCloser(line) ? canonical(line) === canonical(below) : line.trim() === below.trim();
}

/** True where a bracket opened before `at` is closed behind it. */
function closesAcross(text: string, at: number): boolean {
  const masked = maskStrings(text);
  const open = scanBrackets(masked).unclosed.filter((bracket) => bracket.at < at);
  return scanBrackets(masked.slice(0, at)).unclosed.length !== open.length;
}
