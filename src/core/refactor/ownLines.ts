import { fileLines, isBlank } from './fileText.ts';
import { diffLines } from './lineDiff.ts';

/**
 * New lines for a piece of a file, as text. Lines that stay keep their own line ends, and blank lines the blanks that
 * they have: a model gives neither back. Other lines end with `lineEnd`, the last one with nothing.
 */
export function withOwnLines(was: string, now: readonly string[], lineEnd: string): string {
  const old = fileLines(was);
  const bare = (line: string): string => (isBlank(line) ? '' : line);
  const hunks = diffLines(
    old.map(({ text }) => bare(text)),
    now.map(bare),
  );
  const parts: string[] = [];
  let at = 0;
  let number = 0;
  const keep = (until: number): void => {
    for (; number < until; number += 1, at += 1) {
      const line = old[at];
      parts.push(line?.text ?? '', line === undefined || line.lineEnd === '' ? lineEnd : line.lineEnd);
    }
  };
  for (const { newStart, removed, added } of hunks) {
    keep(newStart);
    for (const line of added) parts.push(line, lineEnd);
    at += removed.length;
    number += added.length;
  }
  keep(now.length);
  parts.pop();
  return parts.join('');
}

/**
 * A file's new lines with the old blanks and blank lines where nothing is to change: `isOutside` tells of the old lines,
 * counted from 0, which these are.
 */
export function withOwnBlanks(
  was: readonly string[],
  now: readonly string[],
  isOutside: (line: number) => boolean,
): string[] {
  const [old, given] = [solidLines(was), solidLines(now)];
  const key = (lines: readonly string[]) => (at: number) => (lines[at] ?? '').replace(/\s+/g, '');
  const hunks = diffLines(old.map(key(was)), given.map(key(now)));
  const made: string[] = [];
  let [o, n] = [0, 0];
  /** Whether the old line before the next one stayed where it was; true at the beginning. */
  let follows = true;
  const oldAt = (at: number): number => old[at] ?? was.length;
  const keep = (until: number): void => {
    for (; n < until; n += 1, o += 1) {
      const [oldLine, newLine] = [oldAt(o), given[n] ?? 0];
      const [aboveOld, aboveNew] = [old[o - 1] ?? -1, given[n - 1] ?? -1];
      const outside = isOutside(oldLine);
      // The blank lines above an outer line, or below one that stayed, are the file's.
      if (outside || (follows && aboveOld >= 0 && isOutside(aboveOld)))
        made.push(...was.slice(aboveOld + 1, oldLine));
      else made.push(...now.slice(aboveNew + 1, newLine));
      made.push((outside ? was[oldLine] : now[newLine]) ?? '');
      follows = true;
    }
  };
  for (const { newStart, removed, added } of hunks) {
    keep(newStart);
    for (const index of added.keys()) {
      const aboveOld = old[o - 1] ?? -1;
      const isFirst = index === 0 && removed.length > 0 && aboveOld >= 0 && isOutside(aboveOld);
      if (isFirst) made.push(...was.slice(aboveOld + 1, oldAt(o)));
      else made.push(...now.slice((given[n - 1] ?? -1) + 1, given[n] ?? 0));
      made.push(now[given[n] ?? 0] ?? '');
      n += 1;
    }
    o += removed.length;
    follows = false;
  }
  keep(given.length);
  return made;
}

/** Numbers of the lines that hold something. */
function solidLines(lines: readonly string[]): number[] {
  return lines.flatMap((line, at) => (isBlank(line) ? [] : [at]));
}
