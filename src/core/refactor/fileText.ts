import type { TextEdit } from './types.ts';

/** One line of a file: UTF-16 offsets of its text (the line end not included), that text, and what ends it. */
export interface FileLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** `\n`, `\r\n` or `\r`; '' for the last line. */
  readonly lineEnd: string;
}

/** The line ends of a file: the commoner one, `\n` for none. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const withReturn = text.split('\r\n').length - 1;
  return withReturn * 2 > all ? '\r\n' : '\n';
}

/** The text with `\n` line ends. */
export function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The lines of a text, whatever its line ends; an empty text has one. */
export function fileLines(text: string): FileLine[] {
  const lines: FileLine[] = [];
  const lineEnd = /\r\n?|\n/g;
  let start = 0;
  for (let found = lineEnd.exec(text); found !== null; found = lineEnd.exec(text)) {
    lines.push({ start, end: found.index, text: text.slice(start, found.index), lineEnd: found[0] });
    start = found.index + found[0].length;
  }
  lines.push({ start, end: text.length, text: text.slice(start), lineEnd: '' });
  return lines;
}

/** Whether a line holds nothing but blanks. */
export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Lines without blank ones at both ends. */
export function withoutBlankEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isBlank(line));
  if (first === -1) return [];
  const last = lines.findLastIndex((line) => !isBlank(line));
  return lines.slice(first, last + 1);
}

/** A text after some replacements; they are ascending and disjoint, and their offsets count in the text before. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text: now } of edits) {
    parts.push(text.slice(from, start), now);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The range of the whole lines that a range touches, the last one's line end included. */
export function wholeLineRange(text: string, start: number, end: number): { start: number; end: number } {
  const from = start === 0 ? 0 : lastLineEnd(text, start - 1);
  const next = /\r\n?|\n/g;
  next.lastIndex = end;
  const found = next.exec(text);
  return { start: from, end: found === null ? text.length : found.index + found[0].length };
}

/** The offset behind the last line end that begins at or before `offset`; 0 for none. */
function lastLineEnd(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset), text.lastIndexOf('\r', offset)) + 1;
}
