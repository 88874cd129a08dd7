/** UTF-16 units of signs. */
export const sign = {
  newline: 10,
  space: 32,
  doubleQuote: 34,
  dollar: 36,
  quote: 39,
  open: 40,
  close: 41,
  star: 42,
  comma: 44,
  point: 46,
  slash: 47,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  openSquare: 91,
  backslash: 92,
  closeSquare: 93,
  backtick: 96,
  openBrace: 123,
  closeBrace: 125,
} as const;
/** Stand for what the last token was, where it is no sign: a word, and an arrow. A string counts as its quote. */
export const aWord = 97;
export const anArrow = -1;

/** Whether a word, a string or a closing bracket other than a round one came last. */
export function endsValue(last: number): boolean {
  return last === aWord || last === sign.closeSquare || last === sign.closeBrace || last === sign.doubleQuote;
}

const wordUnits = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[\w$]/.test(String.fromCharCode(unit)) ? 1 : 0,
);

/** A unit of names and numbers; all beyond ASCII counts. Behind a text's end there is none. */
export function isWord(unit: number): boolean {
  return unit < 128 ? wordUnits[unit] === 1 : unit > 127;
}

/** White space other than a line's end. */
export function isBlank(unit: number): boolean {
  return unit === sign.space || unit === 9 || unit === 13;
}

/** ASCII white space. */
export function isSpace(unit: number): boolean {
  return unit === sign.space || (unit >= 9 && unit <= 13);
}
