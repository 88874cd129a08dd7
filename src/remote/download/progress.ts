import type { Timers } from '../timers.ts';
import type { DownloadProgress } from './types.ts';

/** Over how long the speed is smoothed. */
const smoothingMs = 5000;

/**
 * Bytes per second from the first byte on, smoothed exponentially: what is `smoothingMs` old counts 1/e of what is new.
 */
export class SpeedMeter {
  readonly #timers: Timers;
  #at: number | null = null;
  #bytes = 0;
  /** Weighted sum of speeds, and of the weights, which is less than 1 in the beginning. */
  #sum = 0;
  #weight = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(bytes: number): void {
    // How long the first bytes took, nobody knows.
    if (this.#at === null) this.#at = this.#timers.now();
    else this.#bytes += bytes;
  }

  /** The speed up to now; 0 while nothing is known. */
  read(): number {
    const elapsed = this.#at === null ? 0 : this.#timers.now() - this.#at;
    if (this.#at !== null && elapsed > 0) {
      const old = Math.exp(-elapsed / smoothingMs);
      this.#sum = this.#sum * old + (this.#bytes / elapsed) * 1000 * (1 - old);
      this.#weight = this.#weight * old + 1 - old;
      this.#at += elapsed;
      this.#bytes = 0;
    }
    return this.#weight === 0 ? 0 : this.#sum / this.#weight;
  }
}

/** Tells of a download's progress: every change of its state, and the bytes between them from time to time. */
export class ProgressTeller {
  readonly #tell: (progress: DownloadProgress) => void;
  readonly #timers: Timers;
  readonly #everyMs: number;
  #meter: SpeedMeter;
  #state: DownloadProgress['state'] = 'connecting';
  #trouble: string | null = null;
  #told = -Infinity;
  /** Cancels what is to be told later, since it came too soon after the last. */
  #cancelLater: (() => void) | null = null;

  constructor(tell: (progress: DownloadProgress) => void, timers: Timers, everyMs: number) {
    this.#tell = tell;
    this.#timers = timers;
    this.#everyMs = everyMs;
    this.#meter = new SpeedMeter(timers);
  }

  /** Enters a state and says so; `trouble` is why it waits. */
  enter(state: DownloadProgress['state'], bytes: number, total: number | null, trouble?: string): void {
    if (state === 'verifying' && this.#state !== state) this.#meter = new SpeedMeter(this.#timers);
    this.#state = state;
    this.#trouble = trouble ?? null;
    this.#say(bytes, total);
  }

  /** `added` more bytes, `bytes` in all. */
  advance(added: number, bytes: number, total: number | null): void {
    this.#meter.add(added);
    if (this.#state !== 'verifying' && this.#state !== 'downloading') {
      this.enter('downloading', bytes, total);
      return;
    }
    const sinceMs = this.#timers.now() - this.#told;
    if (sinceMs >= this.#everyMs) return this.#say(bytes, total);
    // Where nothing follows, as before a stall, this is what there is.
    this.#cancelLater?.();
    this.#cancelLater = this.#timers.after(this.#everyMs - sinceMs, () => this.#say(bytes, total));
  }

  /** Nothing more is told. */
  end(): void {
    this.#cancelLater?.();
    this.#cancelLater = null;
  }

  #say(bytes: number, total: number | null): void {
    this.end();
    this.#told = this.#timers.now();
    const bytesPerSecond = this.#meter.read();
    const known = total !== null && bytesPerSecond > 0;
    const secondsLeft = known ? Math.max(0, total - bytes) / bytesPerSecond : null;
    const trouble = this.#trouble;
    this.#tell({ state: this.#state, bytes, total, bytesPerSecond, secondsLeft, trouble });
  }
}
