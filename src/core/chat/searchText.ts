/** Characters of an excerpt before and after what was found. */
const before = 40;
const after = 100;

/** The words of a query, for `searchText`; none for an empty query. */
export function queryWords(query: string): string[] {
  return [...new Set(folded(query).split(/\s+/).filter(Boolean))];
}

/**
 * Looks for all of these words, whatever their case, anywhere in a title and texts. Gives the text around the first
 * place in the texts where one of them stands, '' where all stand in the title only, null where one is missing.
 */
export function searchText(words: readonly string[], title: string, texts: readonly string[]): string | null {
  const missing = new Set(words);
  let excerpt: string | null = null;
  const find = (text: string): number => {
    const all = folded(text);
    let first = -1;
    for (const word of words) {
      // Once there is an excerpt, words that were met already say nothing new.
      if (excerpt !== null && !missing.has(word)) continue;
      const at = all.indexOf(word);
      if (at < 0) continue;
      missing.delete(word);
      if (first < 0 || at < first) first = at;
    }
    return first;
  };
  find(title);
  for (const text of texts) {
    if (excerpt !== null && missing.size === 0) break;
    const at = find(text);
    if (at >= 0) excerpt ??= around(text, at);
  }
  return missing.size > 0 ? null : (excerpt ?? '');
}

/** The text around a place, on one line, cut at words where there are some. */
function around(text: string, at: number): string {
  const from = Math.max(0, at - before);
  const to = Math.min(text.length, at + after);
  let start = text.slice(from, at);
  let end = text.slice(at, to);
  if (from > 0) start = `…${start.replace(/^\S*\s|^[\uDC00-\uDFFF]/, '')}`;
  if (to < text.length) end = `${end.replace(/(?<=\s)\S*$|[\uD800-\uDBFF]$/, '').trimEnd()}…`;
  return `${start}${end}`.replaceAll(/\s+/g, ' ').trim();
}

/** In lower case, with every character where it was: some have more units in lower case, and these stay. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replaceAll(/./gsu, (character) => {
    const small = character.toLowerCase();
    return small.length === character.length ? small : character;
  });
}
