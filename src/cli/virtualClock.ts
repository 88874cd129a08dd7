import { setImmediate as macrotask } from 'node:timers/promises';

/** What a replay's time comes from: a virtual clock or the wall's. Milliseconds from the start of the replay. */
export interface ReplayClock {
  now(): number;
  /** Resolves after so many milliseconds, or when `signal` aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Lets everything happen that is due by then. */
  advanceTo(milliseconds: number): Promise<void>;
  /** Lets time pass until `promise` is settled. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** `promise`, which something outside of this time keeps: another thread or process. */
  outside<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that moves only from one thing that is due to the next. While something outside of it is under way, such as a
 * real model's answer, it stands still, so that what happens does not depend on how fast this machine is.
 */
export class VirtualClock implements ReplayClock {
  #now = 0;
  /** In the order in which they are due; equal ones first come first served. */
  #timers: Timer[] = [];
  readonly #outside = new Set<Promise<unknown>>();

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer: Timer = {
        at: this.#now + Math.max(0, milliseconds),
        wake: () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
          signal.removeEventListener('abort', timer.wake);
          resolve();
        },
      };
      signal.addEventListener('abort', timer.wake, { once: true });
      const later = this.#timers.findIndex(({ at }) => at > timer.at);
      this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    });
  }

  outside<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    this.#outside.add(settled);
    void settled.then(() => this.#outside.delete(settled));
    return promise;
  }

  async advanceTo(milliseconds: number): Promise<void> {
    await this.#settle();
    for (let next = this.#timers[0]; next !== undefined && next.at <= milliseconds; next = this.#timers[0]) {
      this.#now = next.at;
      next.wake();
      await this.#settle();
    }
    this.#now = Math.max(this.#now, milliseconds);
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const done = (): void => void (open = false);
    promise.then(done, done);
    await this.#settle();
    while (open) {
      const [next] = this.#timers;
      if (next === undefined) throw new Error('The replay waits for something that never comes.');
      await this.advanceTo(next.at);
    }
    return promise;
  }

  /** Runs everything that needs no time; what is outside may take its real time. */
  async #settle(): Promise<void> {
    await macrotask();
    while (this.#outside.size > 0) {
      await Promise.race(this.#outside);
      await macrotask();
    }
  }
}

/** The wall's clock: everything happens when it happens. */
export class WallClock implements ReplayClock {
  readonly #began = performance.now();

  now(): number {
    return performance.now() - this.#began;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  advanceTo(milliseconds: number): Promise<void> {
    return this.sleep(milliseconds - this.now(), new AbortController().signal);
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }

  outside<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }
}
