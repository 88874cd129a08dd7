/** The bytes of a snapshot: numbers, arrays of numbers and strings, written and read with bounds. */

/** Ends the reading of what is no snapshot, or a damaged one. Throws RangeError. */
export function fail(): never {
  throw new RangeError('These bytes are no snapshot of an index.');
}

/** Strings by the order of their first use. */
export class StringWriter {
  readonly #places = new Map<string, number>();

  of(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  write(out: Writer): void {
    const joined = new TextEncoder().encode([...this.#places.keys()].map(escape).join('\n'));
    out.number(this.#places.size);
    out.number(joined.length);
    out.raw(joined);
  }
}

/** The strings that a `StringWriter` wrote. */
export function readStrings(reader: Reader): string[] {
  const count = reader.number();
  const joined = new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.raw(reader.count()));
  const strings = count === 0 ? [] : joined.split('\n').map(unescape);
  if (strings.length !== count) fail();
  return strings;
}

/** Line ends part the strings. */
function escape(text: string): string {
  return /[\n\\]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : text;
}

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_, unit: string) => (unit === 'n' ? '\n' : unit))
    : text;
}

type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** Numbers as LEB128, arrays of them likewise, with their length before them. */
export class Writer {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  number(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  array(numbers: Numbers): void {
    this.number(numbers.length);
    for (const number of numbers) this.number(number);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what a `Writer` wrote; throws RangeError where there is less. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(): number {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 0x80) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++] ?? fail();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > Number.MAX_SAFE_INTEGER) fail();
    }
  }

  /** A number of things that follow, each of at least one byte. */
  count(): number {
    const count = this.number();
    return count > this.#bytes.length - this.#at ? fail() : count;
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) fail();
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  array<T extends Numbers>(
    type: new (length: number) => T,
    map: (value: number) => number = (value) => value,
  ): T {
    const numbers = new type(this.count());
    for (let at = 0; at < numbers.length; at += 1) numbers[at] = map(this.number());
    return numbers;
  }

  raw(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
