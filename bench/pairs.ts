/** The pairs that editors close by themselves in the benchmark's languages. */
const closerOf: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '"': '"',
  "'": "'",
  '`': '`',
};

/**
 * Which openers of a text an editor would close, by their offsets, and the offsets of the closers that come of it.
 * Brackets are matched where they nest; what a string has inside is left alone, and a string ends on its own line.
 */
export function pairsOf(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const closer = closerOf[char];
    if (closer === char) {
      // Behind a word it is an apostrophe, which no editor closes.
      const end = /[\w\\]/.test(text.charAt(at - 1)) ? -1 : endOfString(text, at);
      if (end < 0) continue;
      pairs.set(at, end);
      at = end;
    } else if (closer !== undefined) {
      open.push(at);
    } else {
      const opener = open.at(-1);
      if (opener === undefined || closerOf[text.charAt(opener)] !== char) continue;
      pairs.set(opener, at);
      open.pop();
    }
  }
  return pairs;
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length && text.charAt(at) !== '\n'; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}
