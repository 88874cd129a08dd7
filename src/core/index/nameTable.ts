import { ownText } from '../text/ownText.ts';

/**
 * Names as numbers: each distinct name has one, from 0 in the order of first use. A table of its own and no `Map`, since
 * most of the names that are asked for stand in a text, from which they need not be cut out here.
 */
export class NameTable {
  readonly #names: string[] = [];
  /** The hash of each name. */
  #hashes = new Int32Array(256);
  /** Numbers of names, plus one, at the places that their hashes give or behind them; 0 where there is none. */
  #slots = new Int32Array(512);

  get size(): number {
    return this.#names.length;
  }

  /** The number of a name, a new one where it has none. */
  intern(name: string): number {
    return this.internPart(name, 0, name.length, hashOf(name));
  }

  /** The same for the name that a text holds from `start` to `end`, of which `hash` is the hash (see `hashFactor`). */
  internPart(text: string, start: number, end: number, hash: number): number {
    if (this.#names.length === this.#hashes.length) this.#grow();
    const slot = this.#slotOf(text, start, end, hash);
    const known = (this.#slots[slot] ?? 0) - 1;
    if (known !== -1) return known;
    const id = this.#names.length;
    this.#names.push(ownText(text.slice(start, end)));
    this.#slots[slot] = id + 1;
    this.#hashes[id] = hash;
    return id;
  }

  /** The number of a name that was seen before, or undefined. */
  find(name: string): number | undefined {
    const id = (this.#slots[this.#slotOf(name, 0, name.length, hashOf(name))] ?? 0) - 1;
    return id === -1 ? undefined : id;
  }

  /** The name of a number that `intern` gave. */
  nameOf(id: number): string {
    const name = this.#names[id];
    if (name === undefined) throw new RangeError(`There is no name ${id}.`);
    return name;
  }

  /** Where a name's number is, or would be. */
  #slotOf(text: string, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] ?? 0) - 1;
      if (id === -1 || (hashes[id] === hash && isAt(this.#names[id] ?? '', text, start, end))) return slot;
    }
  }

  /** Makes room for twice as many names, of which half the slots stay free. */
  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    const slots = new Int32Array(hashes.length * 2);
    const mask = slots.length - 1;
    hashes.set(this.#hashes);
    for (let id = 0; id < this.#names.length; id += 1) {
      let slot = spread(hashes[id] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#hashes = hashes;
    this.#slots = slots;
  }
}

/** What `hashOf` multiplies by for each unit, after the unit was mixed in with `^`: that of FNV-1a. */
export const hashFactor = 0x01000193;

/** The hash of a name: FNV-1a over its UTF-16 units, from 0. */
function hashOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), hashFactor);
  return hash;
}

/** The lower bits of a hash depend on the lower bits of the units alone. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** Whether a name stands in a text from `start` to `end`. */
function isAt(name: string, text: string, start: number, end: number): boolean {
  return name.length === end - start && text.startsWith(name, start);
}
