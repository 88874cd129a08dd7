import type { IndexedFile } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import { documentationStart } from './documentationStart.ts';

/** Most lines of a piece that is shown whole. */
export const mostPieceLines = 60;
/** Lines of a piece where no definition is small enough. */
const windowLines = 20;
/** Definitions of so many lines stand together up to as many as a chunk has. */
const tinyLines = 4;
const groupLines = 12;

/** Lines of a file that belong together: from 1, both ends included. */
export interface Piece {
  readonly startLine: number;
  readonly endLine: number;
  /** The definition that it is, the first of several; or the one that it lies in; null outside of all. */
  readonly symbol: IndexedSymbol | null;
}

/**
 * Splits a file into pieces that can be shown by themselves: the largest definitions of at most `mostPieceLines` lines
 * with the comments above them, and what is left between and within larger ones in stretches of some lines. No piece
 * overlaps another; lines that hold nothing may be in none.
 */
export function piecesOf(file: Pick<IndexedFile, 'symbols' | 'family'>, lines: readonly string[]): Piece[] {
  const whole: Piece[] = [];
  const large: IndexedSymbol[] = [];
  let end = 0;
  for (const symbol of [...file.symbols].sort(byPlace)) {
    const endLine = Math.min(symbol.endLine, lines.length);
    if (symbol.startLine > endLine || symbol.startLine <= end) continue;
    const startLine = Math.max(end + 1, documentationStart(lines, symbol.startLine, file.family));
    if (endLine - symbol.startLine >= mostPieceLines) {
      large.push(symbol);
      continue;
    }
    const first = Math.max(startLine, endLine - mostPieceLines + 1);
    whole.push({ startLine: Math.min(first, symbol.startLine), endLine, symbol });
    end = endLine;
  }
  const grouped = group(whole);
  const pieces: Piece[] = [];
  let next = 1;
  for (const piece of [...grouped, null]) {
    const until = piece === null ? lines.length : piece.startLine - 1;
    pieces.push(...windows(lines, next, until, large));
    if (piece === null) break;
    pieces.push(piece);
    next = piece.endLine + 1;
  }
  return pieces;
}

function byPlace(a: IndexedSymbol, b: IndexedSymbol): number {
  return a.startLine - b.startLine || b.endLine - a.endLine;
}

/** Puts tiny neighbours of one owner together, such as fields and constants. */
function group(pieces: readonly Piece[]): Piece[] {
  const grouped: Piece[] = [];
  let isOpen = false;
  for (const piece of pieces) {
    const last = grouped.at(-1);
    const isTiny = piece.endLine - piece.startLine < tinyLines;
    const joins =
      isOpen &&
      isTiny &&
      last !== undefined &&
      last.symbol?.container === piece.symbol?.container &&
      piece.startLine - last.endLine <= 2 &&
      piece.endLine - last.startLine < groupLines;
    if (joins) grouped[grouped.length - 1] = { ...last, endLine: piece.endLine };
    else grouped.push(piece);
    isOpen = isTiny;
  }
  return grouped;
}

/** The lines from `from` to `to` in stretches, without blank ones at their ends, cut where a large definition starts. */
function windows(
  lines: readonly string[],
  from: number,
  to: number,
  large: readonly IndexedSymbol[],
): Piece[] {
  const pieces: Piece[] = [];
  const isBlank = (line: number): boolean => (lines[line - 1] ?? '').trim() === '';
  for (let startLine = from; startLine <= to;) {
    if (isBlank(startLine)) {
      startLine += 1;
      continue;
    }
    let endLine = Math.min(to, startLine + windowLines - 1);
    const cut = large.find((one) => one.startLine > startLine && one.startLine <= endLine);
    if (cut !== undefined) endLine = cut.startLine - 1;
    const next = endLine + 1;
    while (endLine > startLine && isBlank(endLine)) endLine -= 1;
    const symbol = large.findLast((one) => one.startLine <= startLine && one.endLine >= startLine) ?? null;
    pieces.push({ startLine, endLine, symbol });
    startLine = next;
  }
  return pieces;
}
