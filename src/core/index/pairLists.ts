import { grown } from './grown.ts';

/** Bits of a place that are the offset in its block's array; the others are the array's number. */
const offsetBits = 16;
const mostWords = 1 << offsetBits;
/** Words of the first array; each next one has twice as many, up to `mostWords`. */
const fewestWords = 1 << 10;

/**
 * Lists of pairs of small numbers, unordered, each list by a number of its own. Made for many lists that are mostly short: an
 * array for each would take longer to make than all that is done with it, so that they share large ones, in blocks of 2, 4, 8,
 * … words.
 */
export class PairLists {
  readonly #arrays: Uint32Array[] = [];
  /** Words of the last array that are given out. */
  #used = 0;
  /** Blocks that are free again, by the logarithm of the pairs for which they have room. */
  readonly #free: number[][] = [];
  /** Of each list its block, how many pairs it has and has room for, and how many different keys. */
  #places = new Uint32Array(256);
  #sizes = new Uint32Array(256);
  #rooms = new Uint32Array(256);
  #keys = new Uint32Array(256);
  /** What `pairs` gave: making it takes longer than reading a short list. */
  readonly #views = new Map<number, Uint32Array>();

  size(list: number): number {
    return this.#sizes[list] ?? 0;
  }

  /** How many different keys a list has. */
  keyCount(list: number): number {
    return this.#keys[list] ?? 0;
  }

  /** Adds the values from `start` to `end` of an array; all values of one key are added to a list one after the other. */
  add(list: number, key: number, values: Uint32Array, start = 0, end = values.length): void {
    if (start === end) return;
    if (list >= this.#sizes.length) this.#reach(list);
    this.#views.delete(list);
    const before = this.#sizes[list] ?? 0;
    const size = before + end - start;
    if (size > (this.#rooms[list] ?? 0)) this.#move(list, size);
    const place = this.#places[list] ?? 0;
    const array = this.#arrayOf(place);
    let next = offsetOf(place) + before * 2;
    if (before === 0 || array[next - 2] !== key) this.#keys[list] = (this.#keys[list] ?? 0) + 1;
    for (let at = start; at < end; at += 1, next += 2) {
      array[next] = key;
      array[next + 1] = values[at] ?? 0;
    }
    this.#sizes[list] = size;
  }

  /** Takes a key out of a list with all its values, wherever they are; it has `count` of them, if that is known. */
  remove(list: number, key: number, count = Infinity): void {
    const before = this.size(list);
    if (before === 0) return;
    this.#views.delete(list);
    const place = this.#places[list] ?? 0;
    const array = this.#arrayOf(place);
    const first = offsetOf(place);
    let end = first + before * 2;
    let left = count;
    // What came last, as what is typed in does, goes first.
    for (let at = end - 2; at >= first && left > 0; at -= 2) {
      if (array[at] !== key) continue;
      end -= 2;
      left -= 1;
      array[at] = array[end] ?? 0;
      array[at + 1] = array[end + 1] ?? 0;
    }
    const size = (end - first) / 2;
    if (size === before) return;
    this.#sizes[list] = size;
    this.#keys[list] = (this.#keys[list] ?? 0) - 1;
    if (size === 0) this.#giveBack(list);
  }

  /** The pairs of a list, to read at once: a key, its value, the next key and so on. */
  pairs(list: number): Uint32Array {
    const size = this.size(list);
    if (size === 0) return nothing;
    let view = this.#views.get(list);
    if (view === undefined) {
      const place = this.#places[list] ?? 0;
      view = this.#arrayOf(place).subarray(offsetOf(place), offsetOf(place) + size * 2);
      this.#views.set(list, view);
    }
    return view;
  }

  #arrayOf(place: number): Uint32Array {
    return this.#arrays[place >>> offsetBits] ?? nothing;
  }

  /** Gives a list a block with room for at least so many pairs. */
  #move(list: number, least: number): void {
    const pairs = this.#sizes[list] ?? 0;
    const from = this.#places[list] ?? 0;
    const power = 32 - Math.clz32(least - 1);
    const to = this.#free[power]?.pop() ?? this.#newBlock(2 << power);
    if (pairs > 0) {
      const old = this.#arrayOf(from).subarray(offsetOf(from), offsetOf(from) + pairs * 2);
      this.#arrayOf(to).set(old, offsetOf(to));
      this.#giveBack(list);
    }
    this.#places[list] = to;
    this.#rooms[list] = 1 << power;
  }

  #giveBack(list: number): void {
    const power = 31 - Math.clz32(this.#rooms[list] ?? 0);
    (this.#free[power] ??= []).push(this.#places[list] ?? 0);
    this.#rooms[list] = 0;
  }

  #newBlock(words: number): number {
    const last = this.#arrays.at(-1);
    if (last === undefined || this.#used + words > last.length) {
      const doubled = Math.min(mostWords, (last?.length ?? fewestWords / 2) * 2);
      this.#arrays.push(new Uint32Array(Math.max(words, doubled)));
      this.#used = 0;
    }
    const place = (this.#arrays.length - 1) * mostWords + this.#used;
    this.#used += words;
    return place;
  }

  #reach(list: number): void {
    this.#places = grown(this.#places, list + 1);
    this.#sizes = grown(this.#sizes, list + 1);
    this.#rooms = grown(this.#rooms, list + 1);
    this.#keys = grown(this.#keys, list + 1);
  }
}

const nothing = new Uint32Array(0);

function offsetOf(place: number): number {
  return place & (mostWords - 1);
}
