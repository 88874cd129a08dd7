import { fileLines } from '../../core/refactor/fileText.ts';
import { Lines } from '../../core/syntax/lines.ts';
import type { HunkDecision, ShownFile } from './shown.ts';

/** Lines from 0, the end excluded; none where a hunk only puts lines in, or only takes lines away. */
export interface LineSpan {
  readonly from: number;
  readonly to: number;
}

/** Where a hunk is on both sides of the comparison. */
export interface HunkPlace {
  /** Its number in the file. */
  readonly index: number;
  readonly decision: HunkDecision;
  /** In the document. */
  readonly left: LineSpan;
  /** In the text that the document is to become; of a refused hunk the lines that stay. */
  readonly right: LineSpan;
}

export type Side = 'left' | 'right';

/** The places of all hunks of a file, in order. */
export function hunkPlaces({ change, hunks }: Pick<ShownFile, 'change' | 'hunks'>): HunkPlace[] {
  const before = change.before ?? '';
  const lines = new Lines(before);
  const lineAt = (offset: number): number => lines.lineOf(offset) - 1;
  let shift = 0;
  return hunks.map(({ edit, decision }, index) => {
    const left = { from: lineAt(edit.start), to: endLine(before, edit.start, edit.end, lineAt) };
    const now = decision === 'refused' ? before.slice(edit.start, edit.end) : edit.text;
    const from = left.from + shift;
    const added = linesIn(now);
    shift += added - (left.to - left.from);
    return { index, decision, left, right: { from, to: from + added } };
  });
}

/** The hunk at a line; of those that have no line there the one between this line and a neighbour; null for none. */
export function hunkAt(places: readonly HunkPlace[], side: Side, line: number): HunkPlace | null {
  const shown = places.filter(({ decision }) => decision !== 'refused');
  return (
    shown.find((place) => line >= place[side].from && line < place[side].to) ??
    shown.find(
      (place) => isEmpty(place[side]) && (line === place[side].from || line === place[side].from - 1),
    ) ??
    null
  );
}

/** The first hunk from a number on that is not decided, else the first of all; null for none. */
export function nextOpen(places: readonly HunkPlace[], index: number): HunkPlace | null {
  const open = places.filter(({ decision }) => decision === 'open');
  return open.find((place) => place.index >= index) ?? open[0] ?? null;
}

/** Number of the first hunk that is at a line or below it; the number of hunks where none is. */
export function indexFrom(places: readonly HunkPlace[], side: Side, line: number): number {
  return places.find((place) => place[side].to >= line)?.index ?? places.length;
}

/** Lines that the hunks which are not refused change: of each the longer side. */
export function changedLines(files: readonly Pick<ShownFile, 'change' | 'hunks'>[]): number {
  return files
    .flatMap(hunkPlaces)
    .filter(({ decision }) => decision !== 'refused')
    .reduce((sum, { left, right }) => sum + Math.max(left.to - left.from, right.to - right.from), 0);
}

function isEmpty({ from, to }: LineSpan): boolean {
  return from === to;
}

/** Lines that a text of whole lines has; a last one without a line end counts. */
function linesIn(text: string): number {
  const lines = fileLines(text);
  return lines.at(-1)?.text === '' ? lines.length - 1 : lines.length;
}

/** The line behind the last one that is replaced. */
function endLine(text: string, start: number, end: number, lineAt: (offset: number) => number): number {
  const line = lineAt(end);
  if (end === start) return line;
  const isLineStart = end > 0 && /[\r\n]/.test(text[end - 1] ?? '');
  return isLineStart ? line : line + 1;
}
