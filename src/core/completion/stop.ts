import { indentColumns, isBlank } from './indent.ts';
import {
  closes,
  isLoneCloser,
  isOnlyClosers,
  leftOfCursor,
  maskStrings,
  opensBlock,
  opensColonBlock,
  rightOfCursor,
  scanBrackets,
  visibleLinesBelow,
} from './multiline.ts';
import type { CursorText, MultilineMode, StopSpec } from './types.ts';

/** Longer blocks are rarely accepted whole, and each further line costs its tokens' time. */
const DEFAULT_MAX_LINES = 12;

/** Blank lines in a row that end a completion, and that end one inside an open block (a model that writes no more). */
const MAX_BLANK_LINES = 2;
const MAX_BLANK_LINES_INSIDE = 4;

/** Equal lines in a row that are taken for a loop. */
const LOOP_LINES = 3;

/** Longer lines below the cursor are compared by their beginning. */
const longestLine = 1000;

/**
 * What is to end the generation at `cursor`. A head without its body (`if (late) {`) is of little use and no code that
 * parses, so in mode `auto` a single line that opens a block goes on to the block's end.
 */
export function stopSpec(
  cursor: CursorText,
  { multiline, mode = 'auto' }: { multiline: boolean; mode?: MultilineMode },
  maxLines = DEFAULT_MAX_LINES,
): StopSpec {
  const [nextLine = ''] = visibleLinesBelow(cursor);
  return {
    multiline,
    mayOpen: !multiline && mode === 'auto' && isOnlyClosers(rightOfCursor(cursor)),
    maxLines,
    linePrefix: leftOfCursor(cursor),
    nextLine: nextLine.slice(0, longestLine),
  };
}

/**
 * Applies `spec` to all the `text` generated so far: whether generation must stop, and what of the text is
 * certain to stay. Linear in `text`, but that brackets are counted anew for at most `maxLines` lines.
 *
 * Once it stops, any continuation of `text` gives the same answer; before, the text it returns is a beginning
 * of every answer to come, so what was shown is never taken back. For that, a multi-line completion yields
 * whole lines only; `ended` says that nothing more will come, and the last line then counts as complete.
 */
export function applyStopRule(spec: StopSpec, text: string, ended = false): { text: string; stop: boolean } {
  return spec.multiline ? stopMultiline(spec, text, ended) : stopSingleLine(spec, text, ended);
}

function stopSingleLine(spec: StopSpec, text: string, ended: boolean): { text: string; stop: boolean } {
  const start = text.search(/\S/);
  const lead = start < 0 ? text : text.slice(0, start);
  // Where the line is blank, a line end first says that the model has nothing for this line. After something
  // visible, the next line (or the one after a blank one) is still worth showing.
  const leadEnds = isBlank(spec.linePrefix) ? 0 : MAX_BLANK_LINES;
  if (lead.split('\n').length - 1 > leadEnds) return { text: '', stop: true };
  if (start < 0) return { text: '', stop: false };
  const end = text.indexOf('\n', start);
  if (end >= 0 && spec.mayOpen && opensBlock(lastLine(spec.linePrefix + text.slice(0, end)))) {
    const block = stopMultiline(spec, text, ended);
    return block.text.length < end ? { text: text.slice(0, end), stop: block.stop } : block;
  }
  if (end >= 0) return { text: text.slice(0, end), stop: true };
  // The other half of a pair may come with the next token.
  return { text: ended ? text : text.replace(/[\uD800-\uDBFF]$/, ''), stop: false };
}

/** What is known after some complete lines; all counts are lines of the completion. */
interface Scan {
  /** Column of the cursor's line as it will stand. */
  base: number;
  /** Lines that stay, from the first. */
  kept: number;
  /** Blank lines after those. */
  blanks: number;
  /** Equal visible lines at the end of those that stay, and the first one's index. */
  equal: number;
  equalFrom: number;
  lastVisible: string;
  /** True once the block that the cursor's line opened has been closed. */
  closed: boolean;
}

function stopMultiline(spec: StopSpec, text: string, ended: boolean): { text: string; stop: boolean } {
  const lines = text.split('\n');
  const complete = ended ? lines.length : lines.length - 1;
  const cut = (count: number, stop: boolean) => ({ text: lines.slice(0, count).join('\n'), stop });
  const scan: Scan = {
    base: indentColumns(spec.linePrefix),
    kept: 0,
    blanks: 0,
    equal: 0,
    equalFrom: 0,
    lastVisible: '',
    closed: false,
  };
  for (let index = 0; index < complete; index++) {
    if (endsAt(spec, lines, index, scan)) return cut(scan.kept, true);
  }
  // No line that stands left of the cursor's is ever kept, so an unfinished one is enough to stop.
  const unfinished = lines[complete];
  if (unfinished !== undefined && complete > 0 && !isBlank(unfinished)) {
    if (indentColumns(unfinished) < scan.base) return cut(scan.kept, true);
  }
  // A second equal line may turn out to be a loop's, of which only the first stays.
  return cut(!ended && scan.equal > 1 ? scan.equalFrom + 1 : scan.kept, false);
}

/** Takes the complete line at `index` into `scan`; true where the completion ends there, `scan.kept` lines long. */
function endsAt(spec: StopSpec, lines: readonly string[], index: number, scan: Scan): boolean {
  const line = wholeLine(spec, lines, index);
  if (isBlank(line)) {
    scan.blanks++;
    if (scan.closed || index + 1 >= spec.maxLines) return true;
    return scan.blanks >= (isInside(spec, lines, index, scan) ? MAX_BLANK_LINES_INSIDE : MAX_BLANK_LINES);
  }
  scan.blanks = 0;
  if (index === 0) scan.base = indentColumns(line);
  else if (indentColumns(line) < scan.base) return true;

  const closer = index > 0 && indentColumns(line) === scan.base && isLoneCloser(line);
  if (closer && isOpen(line, lines.slice(0, index).join('\n'))) return keep(scan, line, index);
  if (repeatsNextLine(spec, line, index)) return true;
  if (closer) return closesCursorLine(spec, line, lines, index) ? keep(scan, line, index) : true;
  if (index > 0 && leavesColonBlock(spec, line, lines, scan)) return true;

  keep(scan, line, index);
  if (scan.equal >= LOOP_LINES) {
    scan.kept = scan.equalFrom + 1;
    return true;
  }
  if (index > 0) scan.closed = hasClosedBlock(spec, line, lines, index, scan);
  return index + 1 >= spec.maxLines;
}

function keep(scan: Scan, line: string, index: number): true {
  const visible = line.trimEnd();
  if (visible === scan.lastVisible) scan.equal++;
  else {
    scan.equal = 1;
    scan.equalFrom = index;
  }
  scan.lastVisible = visible;
  scan.kept = index + 1;
  return true;
}

/** True where the lines before the one at `index` leave a block open: by brackets, or by standing deeper than the first. */
function isInside(spec: StopSpec, lines: readonly string[], index: number, scan: Scan): boolean {
  const before = lines.slice(0, index).findLast((line) => !isBlank(line));
  if (before === undefined) return false;
  if (scan.kept > 1 && indentColumns(before) > scan.base) return true;
  const text = spec.linePrefix + lines.slice(0, index).join('\n');
  return scanBrackets(maskStrings(text)).unclosed.length > 0;
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** The line as it will stand in the document: the first one continues the cursor's. */
function wholeLine(spec: StopSpec, lines: readonly string[], index: number): string {
  return (index === 0 ? spec.linePrefix : '') + (lines[index] ?? '');
}

/** True where `before` leaves open what the lone closer `line` closes. */
function isOpen(line: string, before: string): boolean {
  const [closer = ''] = line.trim();
  return scanBrackets(maskStrings(before)).unclosed.some((bracket) => closes(bracket.char, closer));
}

/** True where the lone closer `line` ends what the cursor's line, or the completion, began. */
function closesCursorLine(spec: StopSpec, line: string, lines: readonly string[], index: number): boolean {
  // Words that `end` closes are many; at the cursor line's own column it can close nothing else.
  if (!/^[)\]}]/.test(line.trim())) return !isBlank(wholeLine(spec, lines, 0));
  return isOpen(line, spec.linePrefix + lines.slice(0, index).join('\n'));
}

function repeatsNextLine(spec: StopSpec, line: string, index: number): boolean {
  if (index === 0 && !isBlank(spec.linePrefix)) return false;
  if (line.slice(0, longestLine).trim() !== spec.nextLine.trim()) return false;
  return !isLoneCloser(line) || indentColumns(line) === indentColumns(spec.nextLine);
}

/** True where `line` is the first one after the block of a Python-like cursor's line. */
function leavesColonBlock(spec: StopSpec, line: string, lines: readonly string[], scan: Scan): boolean {
  if (indentColumns(line) !== scan.base || !opensColonBlock(wholeLine(spec, lines, 0))) return false;
  return !/^(?:(?:else|elif|except|finally|case|default)\b|[)\]}])/.test(line.trim());
}

/** True where the cursor's line opened brackets and `line`, at its column, leaves none of them open. */
function hasClosedBlock(
  spec: StopSpec,
  line: string,
  lines: readonly string[],
  index: number,
  scan: Scan,
): boolean {
  if (indentColumns(line) !== scan.base || !opensBlock(wholeLine(spec, lines, 0))) return false;
  const text = spec.linePrefix + lines.slice(0, index + 1).join('\n');
  return scanBrackets(maskStrings(text)).unclosed.length === 0;
}
