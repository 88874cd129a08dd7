import type { NameTable } from '../../index/nameTable.ts';
import { subwordsOf } from './subwords.ts';

/**
 * Which names of a table have which words in them. It is built when it is first asked for and goes on with the table,
 * which only grows; a name that no file holds any more costs nothing but its place.
 */
export class SubwordTable {
  readonly #names: NameTable;
  readonly #namesWith = new Map<string, number[]>();
  /** How many words each name has, at most 255. */
  #sizes = new Uint8Array(1024);
  #done = 0;

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** Takes in at most so many new names; true when none is left. */
  extend(most: number): boolean {
    const end = Math.min(this.#names.size, this.#done + most);
    if (end > this.#sizes.length) this.#grow(end);
    for (let id = this.#done; id < end; id += 1) {
      const words = subwordsOf(this.#names.nameOf(id));
      this.#sizes[id] = Math.min(255, words.length);
      for (const word of words) {
        const names = this.#namesWith.get(word);
        if (names === undefined) this.#namesWith.set(word, [id]);
        else if (names.at(-1) !== id) names.push(id);
      }
    }
    this.#done = end;
    return end === this.#names.size;
  }

  /** Names that have a word (lower case, stemmed), ascending; only those that were taken in. */
  namesWith(word: string): readonly number[] {
    return this.#namesWith.get(word) ?? [];
  }

  /** How many words a name has; 1 at least. */
  sizeOf(name: number): number {
    return Math.max(1, this.#sizes[name] ?? 1);
  }

  #grow(least: number): void {
    const sizes = new Uint8Array(Math.max(least, this.#sizes.length * 2));
    sizes.set(this.#sizes);
    this.#sizes = sizes;
  }
}
