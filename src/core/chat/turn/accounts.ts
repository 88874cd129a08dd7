import { EndpointError } from '../../endpoints/errors.ts';
import type { ChatAnswer, ChatTimes, ChatTokens, SentAway } from '../types.ts';

/** Tokens and milliseconds of an answer, for which a model with tools is asked several times. */
export class Accounts {
  #tokens: ChatTokens | null = null;
  #times: ChatTimes | null = null;
  #sent: SentAway | null = null;

  /** Sums of all times that the model was asked; until the first token from the first one on. Null: never. */
  get totals(): {
    readonly tokens: ChatTokens | null;
    readonly times: ChatTimes | null;
    readonly sent?: SentAway;
  } {
    return { tokens: this.#tokens, times: this.#times, ...(this.#sent === null ? {} : { sent: this.#sent }) };
  }

  /** An answer that failed: what it was asked with may have left, and cost something. */
  addFailed(error: unknown): void {
    if (error instanceof EndpointError) this.#addSent(error.sent);
  }

  add({ tokens, milliseconds, sent }: ChatAnswer): void {
    this.#addSent(sent);
    const before = this.#tokens ?? { prompt: 0, reused: 0, evaluated: 0, generated: 0 };
    const times = this.#times ?? { queue: 0, prompt: 0, firstToken: milliseconds.firstToken, total: 0 };
    this.#tokens = {
      prompt: before.prompt + tokens.prompt,
      reused: before.reused + tokens.reused,
      evaluated: before.evaluated + tokens.evaluated,
      generated: before.generated + tokens.generated,
    };
    this.#times = {
      queue: times.queue + milliseconds.queue,
      prompt: times.prompt + milliseconds.prompt,
      firstToken: times.firstToken,
      total: times.total + milliseconds.total,
    };
  }

  #addSent(sent: SentAway | undefined): void {
    if (sent !== undefined) this.#sent = both(this.#sent, sent);
  }
}

/** A question is sent again with each call of a tool: its secrets are counted once, its cost each time. */
function both(before: SentAway | null, { redactions, dollars }: SentAway): SentAway {
  if (before === null) return { redactions, dollars };
  return {
    redactions: Math.max(before.redactions, redactions),
    dollars: before.dollars === null || dollars === null ? null : before.dollars + dollars,
  };
}
