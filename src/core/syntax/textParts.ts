import type { SyntaxMatch, SyntaxSpan } from './node.ts';

/** A part of a text: UTF-16 offsets, the end exclusive. */
export interface TextPart {
  readonly start: number;
  readonly end: number;
}

/** A text without some of its parts, which are in order and don't touch. */
export function withoutParts(text: string, parts: readonly TextPart[]): string {
  let left = '';
  let at = 0;
  for (const { start, end } of parts) {
    left += text.slice(at, start);
    at = end;
  }
  return left + text.slice(at);
}

/** Matches in what `withoutParts` gave, with the offsets of the whole text. */
export function inWhole(
  matches: readonly SyntaxMatch[],
  parts: readonly TextPart[],
): SyntaxMatch<SyntaxSpan>[] {
  const cuts = new Cuts(parts);
  return matches.map(({ captures }) => ({
    captures: captures.map(({ name, node }) => ({ name, node: new MovedSpan(node, cuts) })),
  }));
}

/** Where parts were cut out of a text. */
class Cuts {
  /** Of each cut the offset that it has in what is left, ascending, and how much was cut out up to it. */
  readonly #places: Uint32Array;
  readonly #removed: Uint32Array;

  constructor(parts: readonly TextPart[]) {
    this.#places = new Uint32Array(parts.length);
    this.#removed = new Uint32Array(parts.length + 1);
    let removed = 0;
    for (const [at, { start, end }] of parts.entries()) {
      this.#places[at] = start - removed;
      removed += end - start;
      this.#removed[at + 1] = removed;
    }
  }

  /** What starts right behind a cut starts behind what was cut out. */
  start(offset: number): number {
    return offset + (this.#removed[this.#before(offset + 1)] ?? 0);
  }

  /** What ends right before a cut ends before what was cut out. */
  end(offset: number): number {
    return offset + (this.#removed[this.#before(offset)] ?? 0);
  }

  /** How many cuts have lower offsets. */
  #before(offset: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class MovedSpan implements SyntaxSpan {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly #node: SyntaxSpan;

  constructor(node: SyntaxSpan, cuts: Cuts) {
    this.startIndex = cuts.start(node.startIndex);
    this.endIndex = cuts.end(node.endIndex);
    this.#node = node;
  }

  get type(): string {
    return this.#node.type;
  }
}
