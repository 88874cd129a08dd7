import type { ChatAnswer, ChatTimes, ChatTokens } from '../types.ts';

/** Tokens and milliseconds of an answer, for which a model with tools is asked several times. */
export class Accounts {
  #tokens: ChatTokens | null = null;
  #times: ChatTimes | null = null;

  /** Sums of all times that the model was asked; until the first token from the first one on. Null: never. */
  get totals(): { readonly tokens: ChatTokens | null; readonly times: ChatTimes | null } {
    return { tokens: this.#tokens, times: this.#times };
  }

  add({ tokens, milliseconds }: ChatAnswer): void {
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
}
