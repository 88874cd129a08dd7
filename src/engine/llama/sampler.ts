/** Candidates and the part of the probability among which is chosen; the usual values of llama.cpp's programs. */
export const topK = 40;
export const topP = 0.95;

/** Chooses tokens by chance, with probabilities that a temperature sharpens or blurs; equal seeds choose alike. */
export class Sampler {
  readonly #temperature: number;
  readonly #random: () => number;
  /** How many of the likeliest tokens it has to be given. */
  readonly candidates = topK;

  /** `temperature` is more than 0. */
  constructor(temperature: number, seed: number) {
    this.#temperature = temperature;
    this.#random = mulberry32(seed);
  }

  /**
   * The candidates with the chosen one first and the others as they are, which is likeliest first: what is taken where
   * the first can't be.
   */
  order<T>(probabilities: ReadonlyMap<T, number>): T[] {
    const all = [...probabilities.keys()];
    const kept = nucleus([...probabilities.values()]);
    const [most = 1] = kept;
    const weights = kept.map((probability) => (probability / most) ** (1 / this.#temperature));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    let left = this.#random() * sum;
    const index = weights.findIndex((weight) => (left -= weight) < 0);
    // Damaged weights give probabilities that are no numbers: the first is taken.
    return index <= 0
      ? all
      : [...all.slice(index, index + 1), ...all.slice(0, index), ...all.slice(index + 1)];
  }
}

/** The likeliest that have so much of the probability together. */
function nucleus(probabilities: readonly number[]): readonly number[] {
  const all = probabilities.reduce((sum, probability) => sum + probability, 0);
  let sum = 0;
  const last = probabilities.findIndex((probability) => (sum += probability) >= topP * all);
  return last === -1 ? probabilities : probabilities.slice(0, last + 1);
}

/** Tommy Ettinger's generator of numbers from 0 to 1 with 32 bits of state. */
function mulberry32(seed: number): () => number {
  // Seeds beyond 32 bits count with all of theirs.
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
