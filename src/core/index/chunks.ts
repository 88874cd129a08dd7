import type { NameTable } from './nameTable.ts';

/** Lines that hold something, to a chunk (CrossCodeEval's size). */
const chunkLines = 10;
/** Shorter names say nothing about what code is about, and longer ones are data. */
const shortestTerm = 2;
const longestTerm = 64;

/** Where each name of a file occurs, by chunks of ten lines that hold something. */
export interface FileTerms {
  /** Names that occur, ascending, each once. */
  readonly names: Uint32Array;
  /** Where each name's entries start in `chunks` and `counts`; one more for their end. */
  readonly starts: Uint32Array;
  readonly chunks: Uint16Array;
  /** How often the name occurs in the chunk, at most 255. */
  readonly counts: Uint8Array;
  /** First line (from 1) of each chunk. */
  readonly lines: Uint32Array;
  /** How many names each chunk holds, repetitions counted. */
  readonly lengths: Uint16Array;
}

const identifier = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** The same for texts of ASCII characters only; it takes a third less time. */
const plainIdentifier = /[A-Za-z_$][\w$]*/g;
const beyondAscii = /[\u0080-\uffff]/;
/** Most chunks of a file; what stands behind is not searched (a file of a megabyte has fewer). */
const mostChunks = 0xffff;

/** The identifiers of a text, in order, repetitions included. */
export function identifiersIn(text: string): string[] {
  return text.match(beyondAscii.test(text) ? identifier : plainIdentifier) ?? [];
}

/** Splits a text into chunks and notes the names of each. */
export function termsOf(text: string, names: NameTable): FileTerms {
  const terms = new TermCollector(text, names);
  let line = 1;
  let isHeld = false;
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit === newline) {
      line += 1;
      isHeld = false;
      at += 1;
    } else if (isBlank(unit)) at += 1;
    else {
      if (!isHeld && !terms.hold(line)) break;
      isHeld = true;
      const width = startWidth(text, at, unit);
      at = width === 0 ? at + 1 : terms.add(at, at + width);
    }
  }
  return terms.packed();
}

const newline = 10;
const letter = /^\p{L}/u;
const letterOrDigit = /^[\p{L}\p{N}]/u;

function isBlank(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || (unit > 127 && /\s/.test(String.fromCharCode(unit)));
}

/** UTF-16 units of the character at `at` where a name may start with it, else 0. */
function startWidth(text: string, at: number, unit: number): number {
  if (unit < 128) {
    const lower = unit | 32;
    return (lower >= 97 && lower <= 122) || unit === 95 || unit === 36 ? 1 : 0;
  }
  return widthIf(letter, text, at);
}

/** The same where a name may go on with it. */
function partWidth(text: string, at: number, unit: number): number {
  if (unit < 128) return (unit >= 48 && unit <= 57) || startWidth(text, at, unit) === 1 ? 1 : 0;
  return widthIf(letterOrDigit, text, at);
}

function widthIf(kind: RegExp, text: string, at: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return kind.test(character) ? character.length : 0;
}

/**
 * Collects the names of a text, chunk by chunk. A name is told from others by a hash of its own, so that only the first
 * of many mentions is cut from the text and looked up in the table of all names.
 */
class TermCollector {
  readonly #text: string;
  readonly #table: NameTable;
  /** Numbers of names in this file, plus one, at the places that their hashes give; 0 where there is none. */
  #slots = new Int32Array(256);
  /** Of each name: its hash, where it stands first, how long it is, its number in the table, its last entry. */
  readonly #hashes: number[] = [];
  readonly #offsets: number[] = [];
  readonly #widths: number[] = [];
  readonly #ids: number[] = [];
  readonly #last: number[] = [];
  /** Of each entry, chunk by chunk: its name, its chunk, how often. */
  readonly #names: number[] = [];
  readonly #chunks: number[] = [];
  readonly #counts: number[] = [];
  readonly #lines: number[] = [];
  readonly #lengths: number[] = [];
  #held = chunkLines;

  constructor(text: string, table: NameTable) {
    this.#text = text;
    this.#table = table;
  }

  /** Takes note of a line that holds something; false where no chunk is left for it. */
  hold(line: number): boolean {
    if (this.#held >= chunkLines) {
      if (this.#lines.length === mostChunks) return false;
      this.#lines.push(line);
      this.#lengths.push(0);
      this.#held = 0;
    }
    this.#held += 1;
    return true;
  }

  /** Adds the name that starts at `start`, of which what is before `at` was looked at; gives its end. */
  add(start: number, at: number): number {
    const text = this.#text;
    let hash = 0;
    let end = start;
    for (let next = at; ;) {
      for (; end < next; end += 1) hash = Math.imul(hash ^ text.charCodeAt(end), 0x01000193);
      const width = end < text.length ? partWidth(text, end, text.charCodeAt(end)) : 0;
      if (width === 0) break;
      next = end + width;
    }
    const width = end - start;
    if (width >= shortestTerm && width <= longestTerm) this.#count(this.#nameAt(start, width, hash));
    return end;
  }

  #count(name: number): void {
    const chunk = this.#lines.length - 1;
    this.#lengths[chunk] = (this.#lengths[chunk] ?? 0) + 1;
    const last = this.#last[name] ?? -1;
    if (last !== -1 && this.#chunks[last] === chunk) {
      this.#counts[last] = (this.#counts[last] ?? 0) + 1;
      return;
    }
    this.#last[name] = this.#names.length;
    this.#names.push(name);
    this.#chunks.push(chunk);
    this.#counts.push(1);
  }

  /** The number that a name has in this file. */
  #nameAt(start: number, width: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const name = (this.#slots[slot] ?? 0) - 1;
      if (name === -1) return this.#newName(start, width, hash, slot);
      if (this.#hashes[name] === hash && this.#widths[name] === width && this.#isSame(name, start))
        return name;
    }
  }

  #isSame(name: number, start: number): boolean {
    const offset = this.#offsets[name] ?? 0;
    const width = this.#widths[name] ?? 0;
    for (let at = 0; at < width; at += 1) {
      if (this.#text.charCodeAt(offset + at) !== this.#text.charCodeAt(start + at)) return false;
    }
    return true;
  }

  #newName(start: number, width: number, hash: number, slot: number): number {
    const name = this.#ids.length;
    this.#slots[slot] = name + 1;
    this.#hashes.push(hash);
    this.#offsets.push(start);
    this.#widths.push(width);
    this.#ids.push(this.#table.intern(this.#text.slice(start, start + width)));
    this.#last.push(-1);
    if (this.#ids.length * 2 > this.#slots.length) this.#grow();
    return name;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, name) => {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = name + 1;
    });
    this.#slots = slots;
  }

  packed(): FileTerms {
    const count = this.#ids.length;
    // Sorted as plain numbers, without a function that compares.
    const keys = Float64Array.from(this.#ids, (id, name) => id * mostNames + name).sort();
    const names = new Uint32Array(count);
    const places = new Uint32Array(count);
    for (let place = 0; place < count; place += 1) {
      const key = keys[place] ?? 0;
      names[place] = Math.floor(key / mostNames);
      places[key % mostNames] = place;
    }
    const starts = new Uint32Array(count + 1);
    for (const name of this.#names) addTo(starts, (places[name] ?? 0) + 1, 1);
    for (let place = 1; place <= count; place += 1) addTo(starts, place, starts[place - 1] ?? 0);
    const chunks = new Uint16Array(this.#names.length);
    const counts = new Uint8Array(this.#names.length);
    const next = starts.slice();
    for (let entry = 0; entry < chunks.length; entry += 1) {
      const place = places[this.#names[entry] ?? 0] ?? 0;
      const at = next[place] ?? 0;
      next[place] = at + 1;
      chunks[at] = this.#chunks[entry] ?? 0;
      counts[at] = Math.min(255, this.#counts[entry] ?? 0);
    }
    const lines = Uint32Array.from(this.#lines);
    const lengths = Uint16Array.from(this.#lengths, (length) => Math.min(0xffff, length));
    return { names, starts, chunks, counts, lines, lengths };
  }
}

/** More than a file of the largest size can hold. */
const mostNames = 2 ** 21;

function addTo(numbers: Uint32Array, at: number, more: number): void {
  numbers[at] = (numbers[at] ?? 0) + more;
}

/** The place of a name in `terms.names`, or -1. */
export function termIndex({ names }: FileTerms, name: number): number {
  let low = 0;
  let high = names.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = names[middle] ?? 0;
    if (found === name) return middle;
    if (found < name) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
