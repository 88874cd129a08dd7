/** Longest and shortest run of tokens that is looked for; a longer one is followed more often by the same. */
const longest = 4;
const shortest = 2;
/** Tokens beyond which the oldest are not looked through. */
const mostTokens = 8192;

/** What probably comes next, and how many tokens of context agreed. */
export interface LookedUp {
  readonly tokens: readonly number[];
  readonly order: number;
}

/**
 * Prompt lookup: what followed the last few tokens where they stood before, most recent place first, is a guess at what
 * follows now. The idea is prompt lookup decoding (A. Saxena, 2023; llama.cpp's `lookup`). A token costs a constant
 * number of table entries to add and to look up.
 */
export class Lookup {
  readonly #tokens: number[];
  /** By order: hash of a run of tokens, and where it was last followed by something. */
  readonly #places = Array.from({ length: longest + 1 }, () => new Map<number, number>());

  constructor(tokens: readonly number[]) {
    this.#tokens = [];
    for (const token of tokens.slice(-mostTokens)) this.push(token);
  }

  /** Adds the token that follows those present; beyond twice the bound nothing more is added. */
  push(token: number): void {
    const next = this.#tokens.length;
    if (next >= 2 * mostTokens) return;
    for (let order = shortest; order <= Math.min(longest, next); order += 1) {
      this.#places[order]?.set(hash(this.#tokens, next, order), next);
    }
    this.#tokens.push(token);
  }

  /** The guess after `tail`, whose last tokens count, of at most `most` tokens; null where they never stood before. */
  draft(tail: readonly number[], most: number): LookedUp | null {
    for (let order = Math.min(longest, tail.length); order >= shortest; order -= 1) {
      const place = this.#places[order]?.get(hash(tail, tail.length, order));
      if (place === undefined || !this.#agrees(tail, place, order)) continue;
      // What repeats itself up to the very end is guessed to go on repeating itself.
      const period = this.#tokens.length - place;
      const tokens = Array.from({ length: most }, (_, index) => this.#tokens[place + (index % period)] ?? 0);
      return { tokens, order };
    }
    return null;
  }

  #agrees(tail: readonly number[], place: number, order: number): boolean {
    for (let back = 1; back <= order; back += 1) {
      if (this.#tokens[place - back] !== tail[tail.length - back]) return false;
    }
    return true;
  }
}

/** Of the `order` tokens before `end`; FNV-1a over whole tokens. */
function hash(tokens: readonly number[], end: number, order: number): number {
  let value = 0x811c9dc5;
  for (let at = end - order; at < end; at += 1) value = Math.imul(value ^ (tokens[at] ?? 0), 0x01000193);
  return value;
}
