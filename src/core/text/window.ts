import type { PromptSegment } from '../prompt/layout.ts';

/** The text around a cursor that a request looks at, `\r\n` normalised to `\n`; a lone `\r` ends no line. */
export interface TextWindow {
  readonly prefix: string;
  readonly suffix: string;
  /** The document's own line end, by its first one. */
  readonly eol: '\n' | '\r\n';
  /** Lines (from 1) of the document at which the window starts, of the cursor, and at which it ends. */
  readonly startLine: number;
  readonly cursorLine: number;
  readonly endLine: number;
  /** Offsets into `prefix` at which definitions start, ascending, each at a line's start; none without a grammar. */
  readonly anchors: readonly number[];
  /** Text of other places that helps to continue this one. */
  readonly segments: readonly PromptSegment[];
}

/** Most UTF-16 units before and after the cursor. */
export interface WindowLimits {
  readonly before: number;
  readonly after: number;
}

/** UTF-16 units read per token of the model's window: code has 3 to 4, and the layout cuts by exact counts. */
const unitsPerToken = 6;

/** How much text a request reads for a model with a window of `contextTokens` tokens. */
export function windowLimits(contextTokens: number): WindowLimits {
  const before = contextTokens * unitsPerToken;
  return { before, after: Math.floor(before / 2) };
}

/** The size of the model's window, in tokens, that limits were made for. */
export function windowTokens(limits: WindowLimits): number {
  return Math.floor(limits.before / unitsPerToken);
}

/** Text that stands in for a range of the document, as if it had been typed already. */
export interface Overlay {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Cuts the window around `offset`. It starts at a line start that moves in steps of a quarter of `before`, so that
 * most keystrokes leave it where it is; it ends at a line end. It never cuts a surrogate pair or a `\r\n`.
 */
export function cutWindow(text: string, offset: number, limits: WindowLimits, overlay?: Overlay): TextWindow {
  const before = overlay === undefined ? text.slice(0, offset) : text.slice(0, overlay.start) + overlay.text;
  const after = text.slice(overlay === undefined ? offset : Math.max(offset, overlay.end));
  const start = windowStart(before, limits.before);
  const end = windowEnd(after, limits.after);
  const cursorLine = countLines(before, 0, before.length) + 1;
  return {
    prefix: normalise(before.slice(start)),
    suffix: normalise(after.slice(0, end)),
    eol: documentEol(text),
    startLine: cursorLine - countLines(before, start, before.length),
    cursorLine,
    endLine: cursorLine + countLines(after, 0, end),
    anchors: [],
    segments: [],
  };
}

/** The line end of a text's first line, `\n` where there is none. */
export function documentEol(text: string): '\n' | '\r\n' {
  const lineEnd = text.indexOf('\n');
  return lineEnd > 0 && text[lineEnd - 1] === '\r' ? '\r\n' : '\n';
}

function windowStart(before: string, limit: number): number {
  if (before.length <= limit) return 0;
  const step = Math.max(1, Math.floor(limit / 4));
  const dropped = Math.ceil((before.length - limit) / step) * step;
  const lineEnd = before.indexOf('\n', dropped - 1);
  if (lineEnd !== -1 && lineEnd + 1 < before.length) return lineEnd + 1;
  return wholeCharacter(before, Math.min(dropped, before.length));
}

function windowEnd(after: string, limit: number): number {
  if (after.length <= limit) return after.length;
  const lineEnd = after.lastIndexOf('\n', limit - 1);
  if (lineEnd > 0) return lineEnd + 1;
  const end = wholeCharacter(after, limit);
  return end > limit ? Math.max(0, limit - 1) : end;
}

/** `index`, or one more where it points into the middle of a surrogate pair or of a `\r\n`. */
function wholeCharacter(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  const inside = (unit >= 0xdc00 && unit <= 0xdfff) || text.slice(index - 1, index + 1) === '\r\n';
  return inside ? index + 1 : index;
}

function normalise(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
