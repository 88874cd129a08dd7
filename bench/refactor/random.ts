import { mulberry32 } from '../traceMaker.ts';

/** Choices by chance that are the same for the same seed. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = mulberry32(seed);
  }

  /** A whole number from 0 up to, but not, `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  /** True in so many cases of 1. */
  is(share: number): boolean {
    return this.#next() < share;
  }

  /** One of some things, of which there is at least one. */
  of<T>(things: readonly T[]): T {
    const thing = things[this.below(things.length)];
    if (thing === undefined) throw new Error('There is nothing to choose from.');
    return thing;
  }

  /** All of them in another order. */
  shuffled<T>(things: readonly T[]): T[] {
    const all = [...things];
    for (let at = all.length - 1; at > 0; at -= 1) {
      const other = this.below(at + 1);
      [all[at], all[other]] = [all[other] as T, all[at] as T];
    }
    return all;
  }
}
