import { startsCharacter, type ByteString } from './bytes.ts';

/** Most tokens that are taken back for the sake of a word; measured, see `takeBack`. */
const mostForWord = 3;
const wordBytes = /^[\w$\x80-\xff]*$/;
const endsInWord = /[\w$\x80-\xff]$/;

/**
 * How many of the typed tokens (their bytes, in order) are to be taken back and written again: the last one, since what
 * was typed need not end where a token would; further ones back to where the last word begins, three at most; and as
 * many as it takes to leave the text before them whole characters.
 */
export function takeBack(typed: readonly ByteString[], most: number = mostForWord): number {
  const limit = typed.length;
  if (limit === 0) return 0;
  let count = 1;
  if (endsInWord.test(typed[limit - 1] ?? '')) {
    while (count < Math.min(most, limit) && wordBytes.test(typed[limit - count] ?? '')) {
      // A token before that ends with no part of the word is none of the word's.
      if (!endsInWord.test(typed[limit - count - 1] ?? '')) break;
      count += 1;
    }
  }
  while (count < limit && !startsCharacter(typed[limit - count] ?? '')) count += 1;
  return count;
}

/**
 * Token healing. Where the text before the cursor ends is not where a token would end (`con█`, or an indentation that
 * belongs to the next word's token), so its last tokens are taken back and decoding has to write their bytes again: each
 * token must agree with what was typed until all of it is written. The idea is known from Microsoft's "guidance";
 * here it works on the likeliest candidates, and falls back to the very tokens that were taken back.
 */
export class Healing {
  readonly #ends: ReadonlySet<number>;
  #rest: ByteString;

  /** `taken` are the bytes of the tokens that were taken back, in order; none heals nothing. */
  constructor(taken: readonly ByteString[]) {
    this.#rest = taken.join('');
    let left = this.#rest.length;
    this.#ends = new Set(taken.map((bytes) => (left -= bytes.length)));
  }

  /** True while some of the typed text is not written again. */
  get pending(): boolean {
    return this.#rest !== '';
  }

  /** What must still be written. */
  get rest(): ByteString {
    return this.#rest;
  }

  /**
   * Whether a token agrees with what must be written. Blanks that were typed last belong to the next word's token
   * (`   ` and ` const`, not `    ` and `const`): a token that ends with them would make the word's token bring
   * a blank too many. A token that leaves a part of a character is refused, unless it ends where one that was taken
   * back did: there might be no way to write that part.
   */
  agrees(bytes: ByteString): boolean {
    const rest = this.#rest;
    if (bytes === '') return false;
    if (bytes === rest) return !onlyBlanks(bytes);
    if (bytes.startsWith(rest)) return true;
    if (!rest.startsWith(bytes)) return false;
    return startsCharacter(rest.slice(bytes.length)) || this.#ends.has(rest.length - bytes.length);
  }

  /** What to write where no candidate agrees: all that was typed, but for a last blank that the next word may bring. */
  get fallback(): ByteString {
    return this.#rest.length > 1 && onlyBlanks(this.#rest) ? this.#rest.slice(0, -1) : this.#rest;
  }

  /** Takes note of a written token's bytes; gives those of them that go beyond what was typed. */
  accept(bytes: ByteString): ByteString {
    const beyond = bytes.slice(this.#rest.length);
    this.#rest = this.#rest.slice(bytes.length);
    return beyond;
  }
}

function onlyBlanks(bytes: ByteString): boolean {
  return /^[ \t]+$/.test(bytes);
}
