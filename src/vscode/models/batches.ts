import type { Timers } from '../timers.ts';

/** Collects keys and hands them over, the first at once and others together after a while: what changes faster can't be read. */
export class Batches {
  readonly #timers: Timers;
  readonly #milliseconds: number;
  readonly #flush: (keys: ReadonlySet<string>) => void;
  #keys = new Set<string>();
  #stop: (() => void) | null = null;
  #disposed = false;

  /** `flush` gets what came since the last time, at most once in so many milliseconds. */
  constructor(timers: Timers, milliseconds: number, flush: (keys: ReadonlySet<string>) => void) {
    this.#timers = timers;
    this.#milliseconds = milliseconds;
    this.#flush = flush;
  }

  add(key: string): void {
    // What ends because its owner ends is shown to nobody.
    if (this.#disposed) return;
    this.#keys.add(key);
    if (this.#stop === null) this.#hand();
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop?.();
    this.#keys.clear();
  }

  #hand(): void {
    const keys = this.#keys;
    this.#keys = new Set();
    this.#stop = this.#timers.after(this.#milliseconds, () => {
      this.#stop = null;
      if (this.#keys.size > 0) this.#hand();
    });
    this.#flush(keys);
  }
}
