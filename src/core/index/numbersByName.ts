/** Arrays of nothing but 0 that nobody uses now. */
const free: Float64Array[] = [];
const fewest = 1 << 12;

/**
 * A number for each name of an index, 0 where none was set. An index has far more names than are met at one place, so that an
 * array is made once and its numbers are set back to 0 by `done`, after which it must not be used any more.
 */
export class NumbersByName {
  readonly #numbers: Float64Array;
  readonly #names: number[] = [];

  /** `size`: one more than the highest name. */
  constructor(size: number) {
    const numbers = free.pop();
    this.#numbers =
      numbers !== undefined && numbers.length >= size
        ? numbers
        : new Float64Array(Math.max(size, fewest, 2 * (numbers?.length ?? 0)));
  }

  /** Names whose numbers are not 0, in the order in which they were set first. */
  get names(): readonly number[] {
    return this.#names;
  }

  get(name: number): number {
    return this.#numbers[name] ?? 0;
  }

  /** Adds to a name's number more than 0. */
  add(name: number, more: number): void {
    const before = this.#numbers[name] ?? 0;
    if (before === 0) this.#names.push(name);
    this.#numbers[name] = before + more;
  }

  done(): void {
    for (const name of this.#names) this.#numbers[name] = 0;
    this.#names.length = 0;
    free.push(this.#numbers);
  }
}
