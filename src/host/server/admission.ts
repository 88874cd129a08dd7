import { Refusal } from './refusal.ts';

/** Lets so many requests run at a time and so many wait, first come first served. */
export class Admission {
  readonly #mostRunning: number;
  readonly #mostWaiting: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(mostRunning: number, mostWaiting: number) {
    this.#mostRunning = mostRunning;
    this.#mostWaiting = mostWaiting;
  }

  /** Runs `action` in its turn. Rejects with Refusal where too many wait, and with the signal's reason while it waits. */
  async run<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await action();
    } finally {
      // Whoever waits takes over the place, so that nobody gets it in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#mostRunning) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new Refusal(429, 'Too many requests wait for the model already: try again later.', {
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        headers: { 'retry-after': '2' },
      });
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
