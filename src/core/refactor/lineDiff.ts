import { applyEdits, wholeLineRange } from './fileText.ts';
import type { TextEdit } from './types.ts';

/** A run of lines that is replaced: from `start` on `removed` lines of the text before, by some of the text after. */
export interface Hunk {
  /** Lines from 0 in each text. */
  readonly start: number;
  readonly newStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** More differences than this are not told apart: all between the first and the last is one hunk. */
const mostDifferences = 1_500;

/** The smallest number of replaced lines that makes one text of another (Myers' algorithm), in order. */
export function diffLines(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  const pairs = a.length === 0 || b.length === 0 ? [] : commonLines(a, b);
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  for (const [pi, pj] of [...pairs, [a.length, b.length] as const]) {
    if (pi > i || pj > j)
      hunks.push({
        start: head + i,
        newStart: head + j,
        removed: a.slice(i, pi),
        added: b.slice(j, pj),
      });
    [i, j] = [pi + 1, pj + 1];
  }
  return hunks;
}

/** Pairs of equal lines, ascending in both, as many as there can be; none where the texts are too different. */
function commonLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const most = Math.min(a.length + b.length, mostDifferences);
  // How far each diagonal was followed, from diagonal -most - 1 on.
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    trace.push(reach.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const [above, left] = [reach[middle + k + 1] ?? 0, reach[middle + k - 1] ?? 0];
      const down = k === -d || (k !== d && left < above);
      let x = d === 0 ? 0 : down ? above : left + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      reach[middle + k] = x;
      if (x >= a.length && y >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return [];
}

/** The way that led to the end; `trace[d]` has the diagonals from -d - 1 to d + 1 as they were after d - 1 differences. */
function walkBack(
  trace: readonly Int32Array[],
  aLength: number,
  bLength: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [aLength, bLength];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const at = (k: number): number => trace[d]?.[k + d + 1] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromK = down ? k + 1 : k - 1;
    const [fromX, fromY] = d === 0 ? [0, 0] : [at(fromK), at(fromK) - fromK];
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

/** The smallest replacements of whole lines that make `after` of `before`; offsets count in `before`. */
export function lineEdits(before: string, after: string): TextEdit[] {
  const old = linesWithEnds(before);
  const starts = [0];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  return diffLines(old, linesWithEnds(after)).map(({ start, removed, added }) => ({
    start: starts[start] ?? 0,
    end: starts[start + removed.length] ?? before.length,
    text: added.join(''),
  }));
}

/**
 * The same change in the smallest replacements of whole lines, each of which stays within the lines that one of the
 * given replacements touches: where equal lines stand beside one another, a diff of the whole texts may not.
 */
export function smallestEdits(before: string, edits: readonly TextEdit[]): TextEdit[] {
  const regions: { start: number; end: number; inside: TextEdit[] }[] = [];
  for (const edit of edits) {
    const range = wholeLineRange(before, edit.start, edit.end);
    const last = regions.at(-1);
    if (last !== undefined && range.start < last.end) {
      last.end = Math.max(last.end, range.end);
      last.inside.push(edit);
    } else regions.push({ ...range, inside: [edit] });
  }
  return regions.flatMap(({ start, end, inside }) => {
    const moved = inside.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    const was = before.slice(start, end);
    return lineEdits(was, applyEdits(was, moved)).map((edit) => ({
      ...edit,
      start: edit.start + start,
      end: edit.end + start,
    }));
  });
}

/** Lines with their ends; joined they are the text. */
function linesWithEnds(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** Lines as tools for patches see them: only `\n` ends one. */
function patchLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Lines around a hunk that a unified diff shows. */
const contextLines = 3;

/**
 * A unified diff of one file, as `git apply` and `patch -p1` take it; '' where nothing changed. `before` null: the file
 * is new.
 */
export function unifiedDiff(path: string, before: string | null, after: string): string {
  const old = patchLines(before ?? '');
  const now = patchLines(after);
  const hunks = diffLines(old, now);
  if (hunks.length === 0) return '';
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    const gap = last === undefined ? Infinity : hunk.start - (last.start + last.removed.length);
    if (gap <= 2 * contextLines) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  // git ends a name that has blanks with a tab.
  const end = /\s/.test(path) ? '\t\n' : '\n';
  const head = `--- ${before === null ? '/dev/null\n' : `a/${path}${end}`}+++ b/${path}${end}`;
  return head + groups.map((group) => hunkText(group, old, now)).join('');
}

function hunkText(group: readonly Hunk[], old: readonly string[], now: readonly string[]): string {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return '';
  const from = Math.max(0, first.start - contextLines);
  const to = Math.min(old.length, last.start + last.removed.length + contextLines);
  const newFrom = first.newStart - (first.start - from);
  const newTo = last.newStart + last.added.length + (to - last.start - last.removed.length);
  const lines: string[] = [];
  let at = from;
  for (const { start, removed, added } of group) {
    lines.push(...old.slice(at, start).map((line) => diffLine(' ', line)));
    lines.push(...removed.map((line) => diffLine('-', line)), ...added.map((line) => diffLine('+', line)));
    at = start + removed.length;
  }
  lines.push(...old.slice(at, to).map((line) => diffLine(' ', line)));
  const header = `@@ -${range(from, to - from)} +${range(newFrom, Math.min(newTo, now.length) - newFrom)} @@\n`;
  return header + lines.join('');
}

/** git's way to name lines: from 1; an empty range stands behind the line before. */
function range(from: number, count: number): string {
  return `${count === 0 ? from : from + 1}${count === 1 ? '' : `,${count}`}`;
}

function diffLine(sign: string, line: string): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
}
