/** Pairs of small numbers in a typed array, unordered; made for lists that are mostly short. */
export class PairList {
  /** Keys at even places, the value of each behind it. */
  #pairs = nothing;
  #end = 0;
  #keyCount = 0;
  /** What `pairs` gave: making it takes longer than reading a short list. */
  #view: Uint32Array | null = null;

  get size(): number {
    return this.#end / 2;
  }

  /** How many different keys there are. */
  get keyCount(): number {
    return this.#keyCount;
  }

  /** Adds the values from `start` to `end` of a list; all values of one key are added one after the other. */
  add(key: number, values: Uint32Array, start = 0, end = values.length): void {
    if (start === end) return;
    this.#addKey(key, end - start);
    const pairs = this.#pairs;
    let next = this.#end;
    for (let at = start; at < end; at += 1, next += 2) {
      pairs[next] = key;
      pairs[next + 1] = values[at] ?? 0;
    }
    this.#end = next;
  }

  /** Counts a key, and makes room for so many pairs of it. */
  #addKey(key: number, count: number): void {
    this.#view = null;
    if (this.#end === 0 || this.#pairs[this.#end - 2] !== key) this.#keyCount += 1;
    const least = this.#end + count * 2;
    const { length } = this.#pairs;
    if (least <= length) return;
    const grown = new Uint32Array(
      length === 0 ? least : Math.max(least, length < 32 ? length * 4 : length * 2),
    );
    grown.set(this.#pairs);
    this.#pairs = grown;
  }

  /** Takes a key out with all its values, wherever they are; it has `count` of them, if that is known. */
  remove(key: number, count = Infinity): void {
    this.#view = null;
    const before = this.#end;
    let left = count;
    // What came last, as what is typed in does, goes first.
    for (let at = this.#end - 2; at >= 0 && left > 0; at -= 2) {
      if (this.#pairs[at] !== key) continue;
      this.#end -= 2;
      left -= 1;
      this.#pairs[at] = this.#pairs[this.#end] ?? 0;
      this.#pairs[at + 1] = this.#pairs[this.#end + 1] ?? 0;
    }
    if (this.#end < before) this.#keyCount -= 1;
  }

  /** The pairs, to read at once: a key, its value, the next key and so on. */
  pairs(): Uint32Array {
    return (this.#view ??= this.#pairs.subarray(0, this.#end));
  }
}

const nothing = new Uint32Array(0);
