import { isBlank } from './fileText.ts';

/** The blanks and tabs that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** The indentation that all lines which hold something share; '' for none. */
export function commonIndent(lines: readonly string[]): string {
  let common: string | null = null;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    if (common === null) common = indent;
    while (!indent.startsWith(common)) common = common.slice(0, -1);
  }
  return common ?? '';
}

/** How one level is indented: a tab, or so many blanks. */
export type IndentUnit = '\t' | { readonly blanks: number };

/**
 * How one level is indented in some lines: a tab where most indented lines begin with one, else the commonest step
 * between two lines; null where no line is indented deeper than another.
 */
export function indentUnit(lines: readonly string[]): IndentUnit | null {
  const indented = lines.filter((line) => !isBlank(line) && indentOf(line) !== '');
  if (indented.filter((line) => line.startsWith('\t')).length * 2 > indented.length) return '\t';
  const steps = new Map<number, number>();
  let before: number | null = null;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const width = indentOf(line).length;
    before ??= width;
    const step: number = width - before;
    before = width;
    // A step of one is the alignment of a comment's stars or of a continued line.
    if (step > 1) steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const best = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  return best === undefined ? null : { blanks: best[0] };
}

/** Indentation in another unit, null for none known; what is no whole number of levels stays blanks. */
export function convertIndent(indent: string, from: IndentUnit | null, to: IndentUnit | null): string {
  if (from === null || to === null || sameUnit(from, to)) return indent;
  const width = from === '\t' ? 0 : from.blanks;
  const tabs = indent.split('\t').length - 1;
  const blanks = indent.length - tabs;
  const levels = tabs + (width === 0 ? 0 : Math.floor(blanks / width));
  const rest = width === 0 ? blanks : blanks % width;
  const level = to === '\t' ? '\t' : ' '.repeat(to.blanks);
  return level.repeat(levels) + ' '.repeat(rest);
}

function sameUnit(a: IndentUnit, b: IndentUnit): boolean {
  return a === '\t' || b === '\t' ? a === b : a.blanks === b.blanks;
}
