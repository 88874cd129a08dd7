import type { Place } from './stages.ts';

/** Suggestions turned down that are remembered, the latest. */
const defaultLimit = 100;

/**
 * Suggestions that the user turned down. One counts as the same again where the text up to its end would be the same,
 * wherever in that the cursor is.
 */
export class Rejections {
  readonly #limit: number;
  readonly #keys = new Set<string>();

  constructor(limit = defaultLimit) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#keys.size;
  }

  add(place: Place, text: string): void {
    const key = keyOf(place, text);
    this.#keys.delete(key);
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#limit && oldest !== undefined) this.#keys.delete(oldest);
  }

  has(place: Place, text: string): boolean {
    return this.#keys.has(keyOf(place, text));
  }

  clear(): void {
    this.#keys.clear();
  }
}

/** UTF-16 units of the resulting text that tell a place from others. */
const tail = 200;

function keyOf({ query, cursor }: Place, text: string): string {
  return `${query.document}\n${(cursor.prefix + text).trimEnd().slice(-tail)}`;
}
