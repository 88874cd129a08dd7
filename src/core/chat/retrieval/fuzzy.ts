/** What a character counts that begins a word, and one that follows the last one met; and what one left out takes. */
const wordStart = 8;
const following = 5;
const plain = 1;
const skipped = 0.1;
/** Texts are as short as a path; longer ones cost time and are none. */
const longest = 512;

/**
 * How well the characters of `query` (lower case) occur in `text` in their order, as people expect of a list that narrows
 * while they type: best together and at the beginnings of words. Null where they don't.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const lower = text.toLowerCase();
  if (query === '' || lower.length !== text.length || text.length > longest) return null;
  if (!isSubsequence(query, lower)) return null;
  const width = text.length;
  /** The best score with the character before at each place of the text, and with it there or before. */
  let ending = new Float64Array(width).fill(-Infinity);
  for (let at = 0; at < query.length; at += 1) {
    const next = new Float64Array(width).fill(-Infinity);
    let best = at === 0 ? 0 : -Infinity;
    for (let place = 0; place < width; place += 1) {
      if (lower[place] === query[at]) {
        const bonus = isWordStart(text, place) ? wordStart : plain;
        const after = place === 0 ? -Infinity : (ending[place - 1] ?? -Infinity) + following;
        next[place] = Math.max(best + bonus, after + plain);
      }
      if (at > 0) best = Math.max(best, ending[place] ?? -Infinity);
    }
    ending = next;
  }
  const score = ending.reduce((most, one) => Math.max(most, one), -Infinity);
  return score === -Infinity ? null : score - skipped * (width - query.length);
}

function isSubsequence(query: string, text: string): boolean {
  let at = 0;
  for (let place = 0; place < text.length && at < query.length; place += 1)
    if (text[place] === query[at]) at += 1;
  return at === query.length;
}

function isWordStart(text: string, place: number): boolean {
  if (place === 0) return true;
  const [before = '', own = ''] = [text[place - 1], text[place]];
  if (!/[\p{L}\p{N}]/u.test(before)) return /[\p{L}\p{N}]/u.test(own);
  return /\p{Lu}/u.test(own) && !/\p{Lu}/u.test(before);
}
