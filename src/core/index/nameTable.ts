import { ownText } from '../text/ownText.ts';

/** Names as numbers: each distinct name has one, from 0 in the order of first use. */
export class NameTable {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [];

  get size(): number {
    return this.#names.length;
  }

  /** The number of a name, a new one where it has none. */
  intern(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#names.length;
    const own = ownText(name);
    this.#ids.set(own, id);
    this.#names.push(own);
    return id;
  }

  /** The number of a name that was seen before, or undefined. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** The name of a number that `intern` gave. */
  nameOf(id: number): string {
    const name = this.#names[id];
    if (name === undefined) throw new RangeError(`There is no name ${id}.`);
    return name;
  }
}
