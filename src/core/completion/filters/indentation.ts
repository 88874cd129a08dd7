import { indentColumns, indentStyle, isBlank, matchIndentation } from '../indent.ts';
import { isLoneCloser, leftOfCursor, opensBlock, opensColonBlock, scanBrackets } from '../multiline.ts';
import type { CursorText } from '../types.ts';
import { endsInText, maskLiterals } from './literals.ts';
import { trimEnd } from './pieces.ts';
import type { Filter } from './types.ts';

/** One level where the document shows none yet. */
const DEFAULT_UNIT = 4;

/** A line that goes on with an expression may stand at any column. */
const CONTINUED = /(?:[,=+\-*/%&|^?:\\(<]|\b(?:and|or|not|in|return|await))$/;
const CONTINUES = /^(?:[.?:+\-*/%&|^=<>)\]}]|and\b|or\b)/;

/**
 * Puts the columns right: tabs or spaces as the document has them, a first line on a blank line that was written from
 * column 0 or too deep, a body that does not stand inside its head. Cuts off what steps back to a column between the
 * head's and the body's, and refuses a body that can't be told from what follows it.
 */
export const indentation: Filter = {
  name: 'indentation',
  apply(text, { cursor }) {
    if (endsInText(cursor.prefix)) return text;
    const first = mendFirstLine(matchIndentation(text, cursor), cursor);
    const body = mendBody(first, cursor);
    if (body === null || (isBlank(body) && !isBlank(text))) return { reason: 'indentation' };
    return matchIndentation(body, cursor);
  },
};

/** Mends the first visible line where the cursor's line is blank so far. */
function mendFirstLine(text: string, cursor: CursorText): string {
  const left = leftOfCursor(cursor);
  const [first = '', ...others] = text.split('\n');
  const content = first.trimStart();
  if (!isBlank(left) || content === '' || !/^[ \t]/.test(first)) return text;
  const lead = first.slice(0, first.length - content.length);
  if (/[^ \t]/.test(lead)) return text;
  const column = indentColumns(left + lead);
  const standing = indentColumns(left);
  const { belongs, most } = firstColumn(cursor, content);
  const wanted = column <= most ? column : Math.max(standing, belongs);
  const mended = [blanksUpTo(cursor, standing, wanted, lead) + content, ...others];
  if (column === wanted) return mended.join('\n');
  // A text that was shifted as a whole goes back as a whole; one that was written from column 0 fits behind its
  // first line already.
  const next = others.find((line) => !isBlank(line));
  const shifted =
    next !== undefined &&
    (opensBlock(content) && !isLoneCloser(next)
      ? indentColumns(next) > column
      : indentColumns(next) >= column);
  if (!shifted) return mended.join('\n');
  return [mended[0], ...others.map((line) => shift(line, wanted - column))].join('\n');
}

/** The deepest columns for a new line at the cursor: where it belongs, and up to where it may be meant so. */
function firstColumn(cursor: CursorText, content: string): { belongs: number; most: number } {
  const above = cursor.prefix.split('\n').slice(0, -1);
  const previous = above.findLast((line) => !isBlank(line));
  if (previous === undefined) return { belongs: 0, most: 0 };
  const column = indentColumns(previous);
  const unit = unitOf(cursor);
  const code = maskLiterals(previous).replace(/\s(?:#|\/\/).*$/, '');
  if (opensBlock(code)) return { belongs: column + unit, most: column + Math.max(unit, DEFAULT_UNIT) };
  if (CONTINUED.test(code.trim()) || CONTINUES.test(content) || inBrackets(cursor)) {
    return { belongs: column + unit, most: Infinity };
  }
  return { belongs: column, most: column };
}

/** True where the innermost bracket that is open is none of a block: arguments stand at any column. */
function inBrackets(cursor: CursorText): boolean {
  const innermost = scanBrackets(maskLiterals(cursor.prefix)).unclosed.at(-1);
  return innermost !== undefined && innermost.char !== '{';
}

function unitOf(cursor: CursorText): number {
  const style = indentStyle(cursor.prefix + cursor.suffix);
  // One blank is alignment that was taken for a level.
  const columns = style === null ? 0 : indentColumns(`${style.unit}x`);
  return columns < 2 ? DEFAULT_UNIT : columns;
}

/** Blanks from column `from` to `to`, as the document writes them; `lead` where that changes nothing. */
function blanksUpTo(cursor: CursorText, from: number, to: number, lead: string): string {
  const style = indentStyle(cursor.prefix + cursor.suffix);
  if (style === null) return to <= from ? '' : lead.slice(0, to - from);
  const whole = blanks(to, style.unit === '\t');
  const left = leftOfCursor(cursor);
  // Blanks of the other kind that stand already can't be changed from here.
  return whole.startsWith(left) ? whole.slice(left.length) : ' '.repeat(Math.max(0, to - from));
}

function blanks(columns: number, tabs: boolean): string {
  const tabColumns = indentColumns('\tx');
  if (!tabs) return ' '.repeat(columns);
  return '\t'.repeat(Math.floor(columns / tabColumns)) + ' '.repeat(columns % tabColumns);
}

/** `line` moved by so many columns, with spaces; the document's own blanks come last. */
function shift(line: string, columns: number): string {
  if (isBlank(line)) return line;
  const content = line.replace(/^[ \t]*/, '');
  return ' '.repeat(Math.max(0, indentColumns(line) + columns)) + content;
}

/** Mends the body of the block that the first line opens; null where that can't be done. */
function mendBody(text: string, cursor: CursorText): string | null {
  const lines = text.split('\n');
  const head = leftOfCursor(cursor) + (lines[0] ?? '');
  const colon = opensColonBlock(head);
  if (!colon && !(/\{$/.test(head.trim()) && opensBlock(head))) return text;
  const base = indentColumns(head);
  const start = lines.findIndex((line, index) => index > 0 && !isBlank(line));
  if (start < 0) return text;
  const end = colon ? lines.length : endOfBraces(lines);
  const body = lines.slice(start, end);
  const firstLine = body[0];
  if (firstLine === undefined || isLoneCloser(firstLine)) return text;
  const column = indentColumns(firstLine);
  if (column > base) return cutHalfDedent(lines, start, end, { base, column, colon });
  const visible = body.filter((line) => !isBlank(line));
  // Of several lines at the head's own column, no one can tell where a Python-like body ends.
  if (colon && visible.length > 1) return null;
  const moved = body.map((line) => shift(line, base + unitOf(cursor) - column));
  return [...lines.slice(0, start), ...moved, ...lines.slice(end)].join('\n');
}

/** Index of the line that closes the brace which the first line opened; the number of lines where none does. */
function endOfBraces(lines: readonly string[]): number {
  for (let index = 1; index < lines.length; index++) {
    const { unopened } = scanBrackets(maskLiterals(lines.slice(1, index + 1).join('\n')));
    if (unopened.some(({ char }) => char === '}')) return index;
  }
  return lines.length;
}

/** The lines up to the first that stands between the head and the body; in braces it is put beside the body. */
function cutHalfDedent(
  lines: readonly string[],
  start: number,
  end: number,
  { base, column, colon }: { base: number; column: number; colon: boolean },
): string {
  const kept = [...lines];
  for (let index = start + 1; index < end; index++) {
    const line = lines[index] ?? '';
    const at = indentColumns(line);
    if (isBlank(line) || at <= base || at >= column) continue;
    const inside = scanBrackets(maskLiterals(lines.slice(start, index).join('\n'))).unclosed;
    if (inside.length > 0) continue;
    if (colon) return trimEnd(lines.slice(0, index).join('\n'));
    kept[index] = shift(line, column - at);
  }
  return kept.join('\n');
}
