import type { ModelAnswer } from './ports.ts';

/** Weight of a new measurement in the moving averages. */
const weight = 0.25;
/** Fewer tokens than this say more about the start of a batch than about speed. */
const least = { prompt: 32, decode: 4 };
/** Seconds of evaluation that a prompt without any reuse may cost (reference: cold prompt <= 2 s). */
const coldSeconds = 2;
/** Seconds of decoding that a suggestion may cost: later, one has typed on. */
const decodeSeconds = 2.5;
/** Milliseconds within which an answer needs no waiting for a pause in the typing: about one key of a fast typist. */
const promptAnswerMs = 120;
const longestDebounceMs = 200;
/** Tokens of a usual short suggestion. */
const usualTokens = 10;

/**
 * How fast the model is on this machine, measured from its own answers, and what follows: how large a prompt may be,
 * how long a suggestion, and whether to wait for a pause in the typing first. Until enough was measured nothing is
 * limited.
 */
export class Pace {
  #prompt: number | null = null;
  #decode: number | null = null;
  #budget = 0;

  /** Tokens per second of prompt evaluation and of decoding; null before the first measurement. */
  get speeds(): { readonly prompt: number | null; readonly decode: number | null } {
    return { prompt: this.#prompt, decode: this.#decode };
  }

  /** Learns from an answer. */
  observe({ tokens, milliseconds }: ModelAnswer): void {
    if (tokens.evaluated >= least.prompt && milliseconds.prompt > 0) {
      this.#prompt = average(this.#prompt, (tokens.evaluated / milliseconds.prompt) * 1000);
    }
    const decoding = milliseconds.total - milliseconds.firstToken;
    if (tokens.generated > least.decode && decoding > 0) {
      this.#decode = average(this.#decode, ((tokens.generated - 1) / decoding) * 1000);
    }
  }

  /**
   * Most tokens of a prompt, 0 for no limit but the model's window: a power of two that moves only when the speed has
   * changed much, since another budget means another window and so a prompt without reuse.
   */
  budgetTokens(): number {
    if (this.#prompt === null) return this.#budget;
    const wanted = Math.max(512, 2 ** Math.floor(Math.log2(this.#prompt * coldSeconds)));
    const far = this.#budget === 0 || wanted > this.#budget * 2 || wanted < this.#budget;
    if (far && wanted !== this.#budget) this.#budget = wanted;
    return this.#budget;
  }

  /** Most tokens of a suggestion, at most `limit`. */
  maxTokens(limit: number): number {
    if (this.#decode === null) return limit;
    return Math.min(limit, Math.max(16, Math.floor(this.#decode * decodeSeconds)));
  }

  /** Milliseconds to wait for the typing to pause before the model is asked. */
  debounceMs(): number {
    if (this.#decode === null) return 0;
    const expected = (usualTokens / this.#decode) * 1000;
    return expected <= promptAnswerMs ? 0 : Math.min(longestDebounceMs, Math.round(expected / 4));
  }

  /** Forgets what was measured: another model, another machine's load. */
  reset(): void {
    this.#prompt = null;
    this.#decode = null;
    this.#budget = 0;
  }
}

function average(old: number | null, measured: number): number {
  return old === null ? measured : old + weight * (measured - old);
}
