/** Bytes from `start` up to, not with, `end`. */
export type Range = readonly [start: number, end: number];

/** Which bytes of a file are there: ranges in order that neither overlap nor touch. */
export class RangeSet {
  #ranges: Range[] = [];

  constructor(ranges: Iterable<Range> = []) {
    for (const [start, end] of ranges) this.add(start, end);
  }

  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  /** How many bytes are there. */
  get bytes(): number {
    return this.#ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  add(start: number, end: number): void {
    if (end <= start) return;
    const apart = this.#ranges.filter((range) => range[1] < start || range[0] > end);
    const joined = this.#ranges.filter((range) => range[1] >= start && range[0] <= end);
    const whole: Range = [
      Math.min(start, ...joined.map((range) => range[0])),
      Math.max(end, ...joined.map((range) => range[1])),
    ];
    this.#ranges = [...apart, whole].sort((a, b) => a[0] - b[0]);
  }

  /** What a file of so many bytes still lacks, in order. */
  missing(size: number): Range[] {
    const gaps: Range[] = [];
    let at = 0;
    for (const [start, end] of this.#ranges) {
      if (start >= size) break;
      if (start > at) gaps.push([at, start]);
      at = end;
    }
    if (at < size) gaps.push([at, size]);
    return gaps;
  }

  /** How many bytes are there right before a position. */
  before(position: number): number {
    const range = this.#ranges.find(([start, end]) => start < position && end >= position);
    return range === undefined ? 0 : position - range[0];
  }

  /** Where what is there from a position on ends; the position itself where it is not there. */
  reach(position: number): number {
    return this.#ranges.find(([start, end]) => start <= position && end > position)?.[1] ?? position;
  }
}

/** Cuts ranges into pieces of at most `most` bytes. */
export function pieces(ranges: readonly Range[], most: number): Range[] {
  return ranges.flatMap(([start, end]) => {
    const cut: Range[] = [];
    for (let at = start; at < end; at += most) cut.push([at, Math.min(end, at + most)]);
    return cut;
  });
}
