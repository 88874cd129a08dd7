import { EgressError } from './egressError.ts';
import type { Timers } from './timers.ts';

/** Watches over one connection: it must stand after `connectMs`, and then bring something every `idleMs`. */
export class Watch {
  readonly #timers: Timers;
  readonly #idleMs: number;
  readonly #host: string;
  readonly #expired: (error: EgressError) => void;
  #cancel: () => void;

  constructor(
    options: { timers: Timers; connectMs: number; idleMs: number; host: string },
    expired: (error: EgressError) => void,
  ) {
    this.#timers = options.timers;
    this.#idleMs = options.idleMs;
    this.#host = options.host;
    this.#expired = expired;
    this.#cancel = () => undefined;
    this.#arm(options.connectMs, `did not connect within ${seconds(options.connectMs)}`);
  }

  /** From now on something must come within the idle time; to be called again whenever it came. */
  waiting(): void {
    this.#cancel();
    this.#arm(this.#idleMs, `sent nothing for ${seconds(this.#idleMs)}`);
  }

  /** Nobody waits for the network any more, or for now. */
  rest(): void {
    this.#cancel();
  }

  #arm(milliseconds: number, what: string): void {
    const sentence = `${this.#host} ${what}: check the network connection, or try again later.`;
    this.#cancel = this.#timers.after(milliseconds, () =>
      this.#expired(new EgressError('timeout', sentence)),
    );
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
