import { grown } from './grown.ts';
import { hashFactor, type NameTable } from './nameTable.ts';

/** Lines that hold something, to a chunk (CrossCodeEval's size). */
const chunkLines = 10;
/** Shorter names say nothing about what code is about, and longer ones are data. */
export const shortestTerm = 2;
export const longestTerm = 64;

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
  const terms = new TermCollector();
  let line = 1;
  let isHeld = false;
  for (let at = 0; at < text.length;) {
    const kind = kindOf(text, at, text.charCodeAt(at));
    if (kind === newline) {
      line += 1;
      isHeld = false;
    } else if (kind !== blank) {
      if (!isHeld && !terms.hold(line)) break;
      isHeld = true;
      if (kind === letter) {
        at = takeName(text, at, names, terms);
        continue;
      }
    }
    at += 1;
  }
  return terms.packed();
}

/** Notes the name that starts at `start`, and gives its end. */
function takeName(text: string, start: number, names: NameTable, terms: TermCollector): number {
  let hash = 0;
  let at = start;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (kindOf(text, at, unit) < digit) break;
    hash = Math.imul(hash ^ unit, hashFactor);
    at += 1;
    if (!isHighSurrogate(unit)) continue;
    hash = Math.imul(hash ^ text.charCodeAt(at), hashFactor);
    at += 1;
  }
  const width = at - start;
  if (width >= shortestTerm && width <= longestTerm) terms.add(names.internPart(text, start, at, hash));
  return at;
}

/** What a character is to a name: a letter begins one and goes on with it, a digit only goes on with it. */
const [unknown, other, blank, newline, digit, letter] = [0, 1, 2, 3, 4, 5];
/** The kinds of the characters that were met, by their one unit. */
const kinds = new Uint8Array(1 << 16);

/** The kind of the character at `at`, of which `unit` is the first. */
function kindOf(text: string, at: number, unit: number): number {
  const kind = kinds[unit] ?? unknown;
  return kind === unknown ? newKind(text, at, unit) : kind;
}

function newKind(text: string, at: number, unit: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  let kind = other;
  if (character === '\n') kind = newline;
  else if (/^[\p{L}_$]/u.test(character)) kind = letter;
  else if (/^\p{N}/u.test(character)) kind = digit;
  else if (/\s/.test(character)) kind = blank;
  // Of two units, the first does not tell; it stands alone elsewhere.
  if ((unit & 0xf800) !== 0xd800) kinds[unit] = kind;
  return kind;
}

/** Of a character of a name: whether a second unit belongs to it. */
function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** Room for what is collected of one file, used again for the next. */
const room = {
  /** By a name's number: its last entry. What is left of other files is told by the entry's own name. */
  last: new Uint32Array(1 << 16),
  /** Of each entry, in the order of the text: its name, its chunk, how often. */
  names: new Uint32Array(1 << 14),
  chunks: new Uint16Array(1 << 14),
  counts: new Uint8Array(1 << 14),
  /** The file's names, each once. */
  distinct: new Uint32Array(1 << 14),
};

/** Collects the names of one text, chunk by chunk. */
class TermCollector {
  readonly #lines: number[] = [];
  readonly #lengths: number[] = [];
  /** Names in the present chunk, repetitions counted, and lines. */
  #length = 0;
  #held = chunkLines;
  #entries = 0;
  #distinct = 0;

  /** Takes note of a line that holds something; false where no chunk is left for it. */
  hold(line: number): boolean {
    if (this.#held >= chunkLines) {
      if (this.#lines.length === mostChunks) return false;
      this.#endChunk();
      this.#lines.push(line);
      this.#held = 0;
    }
    this.#held += 1;
    return true;
  }

  #endChunk(): void {
    if (this.#lines.length > 0) this.#lengths.push(Math.min(0xffff, this.#length));
    this.#length = 0;
  }

  /** Counts a name in the present chunk. */
  add(name: number): void {
    this.#length += 1;
    if (name >= room.last.length) room.last = grown(room.last, name + 1);
    const { last, names, chunks, counts } = room;
    const chunk = this.#lines.length - 1;
    const entry = last[name] ?? 0;
    if (entry >= this.#entries || names[entry] !== name) {
      if (this.#distinct === room.distinct.length) room.distinct = grown(room.distinct, this.#distinct + 1);
      room.distinct[this.#distinct] = name;
      this.#distinct += 1;
    } else if (chunks[entry] === chunk) {
      const count = counts[entry] ?? 0;
      if (count < 255) counts[entry] = count + 1;
      return;
    }
    this.#addEntry(name, chunk);
  }

  #addEntry(name: number, chunk: number): void {
    const entry = this.#entries;
    if (entry === room.names.length) growEntries(entry + 1);
    room.names[entry] = name;
    room.chunks[entry] = chunk;
    room.counts[entry] = 1;
    room.last[name] = entry;
    this.#entries += 1;
  }

  packed(): FileTerms {
    this.#endChunk();
    const names = room.distinct.slice(0, this.#distinct).sort();
    const starts = new Uint32Array(names.length + 1);
    const chunks = new Uint16Array(this.#entries);
    const counts = new Uint8Array(this.#entries);
    // From here on the place of each name stands where its last entry did.
    const { last: places, names: entryNames } = room;
    for (let place = 0; place < names.length; place += 1) places[names[place] ?? 0] = place;
    for (let entry = 0; entry < chunks.length; entry += 1) {
      addTo(starts, (places[entryNames[entry] ?? 0] ?? 0) + 1, 1);
    }
    for (let place = 1; place < starts.length; place += 1) addTo(starts, place, starts[place - 1] ?? 0);
    const next = starts.slice();
    for (let entry = 0; entry < chunks.length; entry += 1) {
      const place = places[entryNames[entry] ?? 0] ?? 0;
      const at = next[place] ?? 0;
      next[place] = at + 1;
      chunks[at] = room.chunks[entry] ?? 0;
      counts[at] = room.counts[entry] ?? 0;
    }
    const [lines, lengths] = [new Uint32Array(this.#lines), new Uint16Array(this.#lengths)];
    return { names, starts, chunks, counts, lines, lengths };
  }
}

function growEntries(least: number): void {
  room.names = grown(room.names, least);
  const { length } = room.names;
  const { chunks, counts } = room;
  room.chunks = new Uint16Array(length);
  room.chunks.set(chunks);
  room.counts = new Uint8Array(length);
  room.counts.set(counts);
}

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
