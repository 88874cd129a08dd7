import { indentColumns, isBlank } from '../indent.ts';

/** A stretch of the completion: UTF-16 offsets, and what it is compared by. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly whole: string;
}

/** The lines of `text` that show something, as they will stand: the first one continues `left`. */
export function visibleLines(text: string, left: string): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const whole = (start === 0 ? left : '') + line;
    if (!isBlank(whole)) pieces.push({ start, end: start + line.length, whole: whole.trimEnd() });
    start += line.length + 1;
  }
  return pieces;
}

/** The words of `text`: whatever stands between blanks and line ends. */
export function words(text: string): Piece[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: whole, index: start }) => ({
    start,
    end: start + whole.length,
    whole,
  }));
}

/** `text` without trailing tabs, spaces and line ends (and nothing else that counts as white space). */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\n'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Equal for lines with the same column and the same content. */
export function canonical(line: string): string {
  return `${indentColumns(line)} ${line.trim()}`;
}
