import { maskStrings } from '../multiline.ts';

/** The letters that Python and Rust put before a string; the quote behind them is no apostrophe. */
const STRING_PREFIX = /\b(?:[rbfu]|[rf]b|b[rf]|[fr]r)(?=["'])/gi;

/** A regular expression of JavaScript, where none but an expression can stand before it. */
const REGEX =
  /\/(?<=(?:[(,=:[!&|?;{}]|\breturn|^)[ \t]*\/)(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/gm;

/** `text`, at the same length, without what brackets in strings and regular expressions would be counted for. */
export function maskLiterals(text: string): string {
  const blank = (found: string): string => '_'.repeat(found.length);
  const prefixes = text.replace(STRING_PREFIX, (found) => ' '.repeat(found.length));
  return maskStrings(prefixes.replace(REGEX, blank));
}

/** True where `text` ends inside a string of several lines or a block comment: what follows is not code. */
export function endsInText(text: string): boolean {
  if (text.lastIndexOf('/*') > text.lastIndexOf('*/')) return true;
  return ['"""', "'''", '`'].some((quote) => text.split(quote).length % 2 === 0);
}
