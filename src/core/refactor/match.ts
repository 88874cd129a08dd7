import { fileLines, isBlank, withoutBlankEnds, withPlainLineEnds, type FileLine } from './fileText.ts';
import { commonIndent, indentOf } from './indentation.ts';
import { LineComparison } from './similarity.ts';
import type { Match, MatchKind, RefactorProblem } from './types.ts';

/** A match must be this like what was looked for, and nothing else in the file more than that. */
const leastSimilarity = 0.9;
const mostElsewhere = 0.75;
/** Longer texts, and longer files, are not searched for what is only similar: every window costs a comparison. */
const longestSimilar = 60;
const longestFile = 5_000;
/** Shorter texts are like too much (UTF-16 units without indentation). */
const shortestSimilar = 24;

/** UTF-16 units of a line in which its indentation is looked for. */
const longestIndent = 500;

/** Where to look first: UTF-16 offsets into the file's text. */
export interface Within {
  readonly start: number;
  readonly end: number;
}

/** How `locate` looks. */
export interface LocateOptions {
  /** Of several places, one in here is meant. */
  readonly within?: Within | null;
  /** Whether a part of a line will do, where no whole lines are found. */
  readonly inLine?: boolean;
}

/**
 * Finds a text in a file: exactly; with other indentation; with other blanks; as a part of lines, where that is asked
 * for; or nearly the same, where nothing else is like it. Of several places one that lies `within` is taken, or the only
 * exact one, and never one of two. A place that is the exact one but for the indentation that all of the target has is
 * as good, since models leave that out.
 */
export function locate(
  text: string,
  search: string,
  { within = null, inLine = false }: LocateOptions = {},
): Match | RefactorProblem {
  const wanted = withoutBlankEnds(withPlainLineEnds(search).split('\n'));
  if (wanted.length === 0) return { code: 'no-match', message: 'The text to replace is empty.' };
  const file = fileLines(text);
  const scope = within === null ? null : withIndentation(text, within);
  const ladder = inLine ? [byIndentation, byWhitespace, inLines] : [byIndentation, byWhitespace];
  for (const find of ladder) {
    const found = find(file, wanted);
    const inside = liesIn(found, scope);
    if (inside.length > 0) return onlyOne(inside, text, wanted, scope);
    if (found.length === 0) continue;
    // What is found elsewhere only may still stand here with other blanks.
    const looser = find === byIndentation ? liesIn(byWhitespace(file, wanted), scope) : [];
    return onlyOne(looser.length > 0 ? looser : found, text, wanted, scope);
  }
  return bySimilarity(file, wanted) ?? notFound(wanted);
}

function liesIn(found: readonly Match[], scope: Within | null): Match[] {
  return scope === null ? [] : found.filter(({ start, end }) => start >= scope.start && end <= scope.end);
}

/** Places are whole lines, so a range that begins behind its first line's indentation has that too. */
function withIndentation(text: string, { start, end }: Within): Within {
  const before = fileLines(text.slice(0, start)).at(-1)?.text ?? '';
  return { start: isBlank(before) ? start - before.length : start, end };
}

function onlyOne(
  found: readonly Match[],
  text: string,
  wanted: readonly string[],
  scope: Within | null,
): Match | RefactorProblem {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const exact = found.filter(({ kind }) => kind === 'exact');
  const [only] = exact;
  if (only?.wholeLines === true && exact.length === 1) {
    const indentAt = (offset: number): string => indentOf(text.slice(offset, offset + longestIndent));
    const base = scope === null ? '' : indentAt(scope.start);
    const leftOut = base + indentAt(only.start);
    if (base === '' || found.every((one) => one === only || indentAt(one.start) !== leftOut)) return only;
  }
  const lines = found.slice(0, 5).map(({ start }) => fileLines(text.slice(0, start)).length);
  return {
    code: 'ambiguous',
    message: `The text to replace stands ${found.length} times in the file (lines ${lines.join(', ')}): repeat more lines around it. It begins with ${quoted(wanted)}.`,
  };
}

function notFound(wanted: readonly string[]): RefactorProblem {
  return {
    code: 'no-match',
    message: `The text to replace is not in the file: repeat its lines as they are. It begins with ${quoted(wanted)}.`,
  };
}

/** Whole lines that are the same but for an indentation that all share, or that the first one lacks, and for blanks at their ends. */
function byIndentation(file: readonly FileLine[], wanted: readonly string[]): Match[] {
  const [head = '', ...others] = wanted.map((line) => line.trimEnd());
  const [bare, bareRest] = [dedented([head, ...others]), dedented(others)];
  const found: Match[] = [];
  for (let at = 0; at + wanted.length <= file.length; at += 1) {
    if (file[at]?.text.trim() !== head.trim()) continue;
    const lines = file.slice(at, at + wanted.length).map((line) => line.text);
    const isExact = lines.every((line, index) => line === wanted[index]);
    const isShifted =
      isExact ||
      areSame(dedented(lines), bare) ||
      // The first line without its indentation, as it stands behind a mark.
      (indentOf(head) === '' && areSame(dedented(lines.slice(1)), bareRest));
    if (isShifted) found.push(wholeLines(file, at, wanted.length, isExact ? 'exact' : 'indentation'));
  }
  return found;
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}

/** Whole lines that are the same but for blanks and blank lines anywhere. */
function byWhitespace(file: readonly FileLine[], wanted: readonly string[]): Match[] {
  const bare = wanted.filter((line) => !isBlank(line)).map(collapsed);
  const held = file.flatMap((line, number) => {
    return isBlank(line.text) ? [] : [{ number, text: collapsed(line.text) }];
  });
  const found: Match[] = [];
  for (let at = 0; at + bare.length <= held.length; at += 1) {
    if (!bare.every((line, index) => held[at + index]?.text === line)) continue;
    const first = held[at]?.number ?? 0;
    const last = held[at + bare.length - 1]?.number ?? first;
    found.push(wholeLines(file, first, last - first + 1, 'whitespace'));
  }
  return found;
}

/** The text itself where it begins or ends within a line, but not in the midst of a word. */
function inLines(file: readonly FileLine[], wanted: readonly string[]): Match[] {
  const [first = ''] = wanted;
  const last = wanted.at(-1) ?? '';
  const found: Match[] = [];
  const add = (from: FileLine | undefined, start: number, to: FileLine | undefined, end: number): void => {
    if (from === undefined || to === undefined || cutsWord(from.text, start) || cutsWord(to.text, end))
      return;
    const range = { start: from.start + start, end: to.start + end };
    found.push({ ...range, kind: 'exact', similarity: 1, wholeLines: false });
  };
  for (const [at, line] of file.entries()) {
    if (wanted.length === 1) {
      for (let from = line.text.indexOf(first); from !== -1; from = line.text.indexOf(first, from + 1))
        add(line, from, line, from + first.length);
      continue;
    }
    const end = file[at + wanted.length - 1];
    if (!line.text.endsWith(first) || end?.text.startsWith(last) !== true) continue;
    if (wanted.slice(1, -1).every((middle, index) => file[at + 1 + index]?.text === middle))
      add(line, line.text.length - first.length, end, last.length);
  }
  return found;
}

/** Whether a place in a line has letters or digits, or the halves of one character, on both sides. */
function cutsWord(line: string, at: number): boolean {
  if (at <= 0 || at >= line.length) return false;
  return /[\uDC00-\uDFFF]/.test(line.charAt(at)) || /^[\p{L}\p{N}_$]{2}$/u.test(line.slice(at - 1, at + 1));
}

/** The only whole lines that are nearly the same; null where there are none, or others are like it. */
function bySimilarity(file: readonly FileLine[], wanted: readonly string[]): Match | null {
  const bare = wanted.map((line) => line.trim());
  if (wanted.length > longestSimilar || file.length > longestFile || bare.join('').length < shortestSimilar)
    return null;
  const comparison = new LineComparison(mostElsewhere);
  const texts = file.map((line) => line.text.trim());
  const windows: Match[] = [];
  const lengths = [bare.length - 1, bare.length, bare.length + 1].filter((one) => one > 0);
  for (const length of lengths) {
    for (let at = 0; at + length <= file.length; at += 1) {
      if (texts[at] === '' || texts[at + length - 1] === '') continue;
      const { likeness } = comparison.likeness(bare, texts.slice(at, at + length));
      if (likeness >= mostElsewhere)
        windows.push({ ...wholeLines(file, at, length, 'similar'), similarity: likeness });
    }
  }
  windows.sort((a, b) => b.similarity - a.similarity || a.start - b.start);
  const [best, second] = windows;
  if (best === undefined || best.similarity < leastSimilarity) return null;
  // Which lines stand for which must be certain too.
  if (second?.similarity === best.similarity) return null;
  const elsewhere = windows.some(({ start, end }) => end <= best.start || start >= best.end);
  return elsewhere ? null : best;
}

function wholeLines(file: readonly FileLine[], at: number, length: number, kind: MatchKind): Match {
  const [start, end] = [file[at]?.start ?? 0, file[at + length - 1]?.end ?? 0];
  return { start, end, kind, similarity: 1, wholeLines: true };
}

function dedented(lines: readonly string[]): string[] {
  const indent = commonIndent(lines);
  return lines.map((line) => (isBlank(line) ? '' : line.slice(indent.length).trimEnd()));
}

/** A line without the blanks that separate no words. */
export function collapsed(line: string): string {
  return line
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/ ?([^\p{L}\p{N}_$\s]) ?/gu, '$1');
}

function quoted(lines: readonly string[]): string {
  const [first = ''] = lines;
  return JSON.stringify(first.trim().slice(0, 60));
}
