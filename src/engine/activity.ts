import type { Timers } from './timers.ts';

/** Counts what a model is used for, and says when it has not been used for a while. */
export class Activity {
  readonly #timers: Timers;
  readonly #idleMs: () => number;
  readonly #onIdle: () => void;
  #active = 0;
  #until: number;
  #cancel: () => void = () => undefined;

  /** `idleMs` is read whenever the wait begins; 0: it never ends. */
  constructor(timers: Timers, idleMs: () => number, onIdle: () => void) {
    this.#timers = timers;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
    this.#until = timers.now();
  }

  /** Whether it is used now. */
  get busy(): boolean {
    return this.#active > 0;
  }

  /** Milliseconds since it was used last; 0 while it is. */
  get idleMs(): number {
    return this.busy ? 0 : this.#timers.now() - this.#until;
  }

  /** Runs `action`, which uses the model. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    this.pause();
    this.#active += 1;
    try {
      return await action();
    } finally {
      this.#active -= 1;
      this.wait();
    }
  }

  /** Begins the wait anew. */
  wait(): void {
    this.pause();
    if (this.busy) return;
    this.#until = this.#timers.now();
    const after = this.#idleMs();
    if (after > 0) this.#cancel = this.#timers.after(after, this.#onIdle);
  }

  /** Ends the wait. */
  pause(): void {
    this.#cancel();
    this.#cancel = () => undefined;
  }
}
