import type { RequestRecord } from './history.ts';
import type { ModelStream } from './modelStream.ts';

export interface TokenCounts {
  readonly evaluated: number;
  readonly generated: number;
}

const none: TokenCounts = { evaluated: 0, generated: 0 };

/** Keeps account of what model calls cost and what came of it. */
export class TokenLedger {
  #calls = 0;
  #spent = none;
  #speculated = none;
  #used = none;
  readonly #costs = new WeakMap<ModelStream, TokenCounts>();
  readonly #shown = new WeakSet<ModelStream>();

  /** A call of the model ended; `tokens` is unknown for one that failed. */
  ended(stream: ModelStream, tokens: RequestRecord['tokens'] | undefined): void {
    this.#calls += 1;
    if (tokens === undefined) return;
    this.#spent = add(this.#spent, tokens);
    const { priority } = stream.options;
    if (priority === 'speculation' || priority === 'warm-up')
      this.#speculated = add(this.#speculated, tokens);
    this.#costs.set(stream, tokens);
  }

  /** The answer of a call that has ended was shown; counted once. */
  shown(stream: ModelStream): void {
    if (this.#shown.has(stream)) return;
    this.#shown.add(stream);
    this.#used = add(this.#used, this.#costs.get(stream) ?? none);
  }

  /** Calls of the model and their tokens: all, those of work ahead, and those whose answer was never shown. */
  get totals() {
    const wasted: TokenCounts = {
      evaluated: this.#spent.evaluated - this.#used.evaluated,
      generated: this.#spent.generated - this.#used.generated,
    };
    return { modelCalls: this.#calls, spent: this.#spent, speculated: this.#speculated, wasted };
  }
}

function add(one: TokenCounts, other: TokenCounts): TokenCounts {
  return { evaluated: one.evaluated + other.evaluated, generated: one.generated + other.generated };
}
