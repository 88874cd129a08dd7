import type { Accounts } from '../chat/turn/accounts.ts';
import { unlessAborted } from '../chat/turn/aborted.ts';
import type { Place } from '../chat/context.ts';
import type { ChatModel } from '../chat/ports.ts';
import type { ChatAnswer, ChatEvent, ChatMessage, ChatQuery } from '../chat/types.ts';

/** What every question to the model of one answer has in common. */
export interface AskedAnswer {
  readonly model: Pick<ChatModel, 'answer'>;
  /** Whether it goes on from a given beginning of the answer. */
  readonly prefills: boolean;
  readonly messages: readonly ChatMessage[];
  /** Most tokens of the whole answer. */
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  /** The code that is to be changed: much of the answer repeats it. */
  readonly expected: string;
  /** Files and lines of the workspace whose text is in the messages. */
  readonly places: readonly Place[];
  readonly signal: AbortSignal;
  readonly onEvent: (event: ChatEvent) => void;
  /** Is told what each piece cost, also one that failed. */
  readonly accounts: Accounts;
}

/** Asks a model for one answer, which may be written in several pieces, within one limit of tokens. */
export class Asking {
  readonly #asked: AskedAnswer;
  #left: number;

  constructor(asked: AskedAnswer) {
    this.#asked = asked;
    this.#left = asked.maxTokens;
  }

  /** Whether the model goes on from a given beginning of the answer. */
  get prefills(): boolean {
    return this.#asked.prefills;
  }

  /** What the model writes behind `answerStart`; rejects as the model does, and at once when it is stopped. */
  async piece(
    piece: Pick<ChatQuery, 'answerStart' | 'stops' | 'schema'>,
    mostTokens = Infinity,
  ): Promise<ChatAnswer> {
    const { model, messages, temperature, seed, expected, places, signal, onEvent, accounts } = this.#asked;
    const query: ChatQuery = {
      ...{ messages, tools: [], temperature, seed, thinking: false, ...piece },
      ...(piece.schema === undefined ? { expected } : {}),
      maxTokens: Math.max(1, Math.min(this.#left, mostTokens)),
    };
    const answer = await unlessAborted(
      () =>
        model.answer(query, {
          ...{ signal, places, priority: 'refactor' as const },
          onEvent: (event) => !signal.aborted && onEvent(event),
        }),
      signal,
    ).catch((error: unknown) => {
      accounts.addFailed(error);
      throw error;
    });
    accounts.add(answer);
    this.#left -= answer.tokens.generated;
    return answer;
  }
}
