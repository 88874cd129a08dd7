import { EndpointError, type EndpointErrorCode } from '../../core/endpoints/errors.ts';

/** Waits after the first, the second and each further failure in a row. */
const waitsMs = [2_000, 10_000, 60_000] as const;
/** What only the user can cure is tried again after so long, or when something changed. */
const hopelessMs = 60_000;

const hopeless: ReadonlySet<EndpointErrorCode> = new Set([
  'unauthorized',
  'payment',
  'no-model',
  'not-offered',
]);

/** Nothing was asked, or the next request may fare better. */
const passing: ReadonlySet<EndpointErrorCode> = new Set(['cancelled', 'too-long', 'forbidden', 'refused']);

/** So many prompts in a row may be too long before it is said: each is shorter than the one before. */
const quietTooLong = 2;

/**
 * Keeps a failing endpoint from being asked at every key: after a failure it rests, the longer the more follow on one
 * another; after 429 as long as the server says.
 */
export class EndpointRest {
  readonly #now: () => number;
  #failures = 0;
  #tooLong = 0;
  #until = 0;
  #error: EndpointError | null = null;
  /** Whether the server itself asked for the wait. */
  #asked = false;

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Why nothing is asked at present; null: it may be. Who asks by hand need not wait, unless the server wants it. */
  refusal(byHand: boolean): EndpointError | null {
    const error = this.#error;
    const left = this.#until - this.#now();
    if (error === null || left <= 0 || (byHand && !this.#asked)) return null;
    return new EndpointError(
      error.code,
      `${withoutEnd(error.message)} (not asked again for ${inSeconds(left)}).`,
      {
        status: error.status,
        retryAfterMs: left,
      },
    );
  }

  /** What failed last, until an answer came; null for nothing. */
  get error(): EndpointError | null {
    return this.#error;
  }

  answered(): void {
    this.#failures = 0;
    this.#tooLong = 0;
    this.#until = 0;
    this.#error = null;
  }

  failed(error: EndpointError): void {
    if (error.code === 'too-long') this.#hadTooLong(error);
    if (passing.has(error.code)) return;
    this.#error = error;
    this.#asked = error.code === 'rate-limited' && error.retryAfterMs !== null;
    const wait = waitsMs[Math.min(this.#failures, waitsMs.length - 1)] ?? hopelessMs;
    this.#failures += 1;
    const ms = hopeless.has(error.code) ? hopelessMs : Math.max(wait, error.retryAfterMs ?? 0);
    this.#until = this.#now() + ms;
  }

  /** From some in a row on it is said, and asked all the same. */
  #hadTooLong(error: EndpointError): void {
    this.#tooLong += 1;
    if (this.#tooLong <= quietTooLong) return;
    this.#error = error;
    this.#until = 0;
  }
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function inSeconds(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
}
