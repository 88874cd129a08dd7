/** The first few of many in some order, without putting all of them in order; equal ones stay as they come. */
export class Best<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  #kept: T[] = [];
  /** What comes behind it is not among the first. */
  #last: T | undefined;

  /** `compare` is negative where `a` comes before `b`. */
  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: T): void {
    if (this.#last !== undefined && this.#compare(this.#last, item) <= 0) return;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#limit + 64) this.#cut();
  }

  /** The first ones, in their order. */
  list(): T[] {
    this.#cut();
    return [...this.#kept];
  }

  #cut(): void {
    this.#kept = this.#kept.sort(this.#compare).slice(0, this.#limit);
    if (this.#kept.length === this.#limit) this.#last = this.#kept.at(-1);
  }
}
