import { stem } from './stem.ts';

/** Runs of capitals with a plural's `s` (`URLs`), words with a capital or none, runs of capitals, digits, all other letters. */
const parts =
  /\p{Lu}{2,}s(?![\p{Ll}])|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}]+/gu;
const plainParts = /[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g;
const beyondAscii = /[\u0080-\uffff]/;
/** Scripts that set no blanks between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{3,}/u;

/**
 * The words that a name is made of, split where case or kind of character changes, in lower case and stemmed:
 * `parseURLs_v2` has `pars`, `url`, `v`, `2`. Runs of Chinese, Japanese or Korean are taken as pairs of characters.
 */
export function subwordsOf(name: string): string[] {
  return wordsOf(name).map(stem);
}

/** The same as they are written, in lower case. */
export function wordsOf(name: string): string[] {
  if (!beyondAscii.test(name)) return name.match(plainParts)?.map((part) => part.toLowerCase()) ?? [];
  return (name.match(parts) ?? []).flatMap((part) => {
    if (!unspaced.test(part)) return [part.toLowerCase()];
    const characters = [...part];
    return characters.slice(1).map((character, at) => `${characters[at] ?? ''}${character}`);
  });
}
