import type { ChatAnswer, ChatEvent, ChatMessage, ChatQuery, ToolDefinition } from '../core/chat/types.ts';
import { abortable } from './abortable.ts';
import type { LoadedModel } from './protocol.ts';
import type { EngineSession } from './session.ts';

/** An answer takes as long as it takes. */
const request = { priority: 'chat', deadlineMs: 0 } as const;
/** Time to count a prompt, which may have to wait for a slice of another one. */
const countDeadlineMs = 30_000;

/** Who may stop an answer, and who hears of it. */
export interface ChatCallOptions {
  /** Refactors stand back while questions wait, and other programs for both. */
  readonly priority?: 'chat' | 'refactor' | 'server';
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ChatEvent) => void;
}

/** An engine's client as chat needs it. */
export interface ChatClientPorts {
  /** A session whose model is loaded; starts the process if need be. */
  readonly usable: () => Promise<EngineSession>;
  /** Runs what keeps the model in use. */
  readonly during: <T>(action: () => Promise<T>) => Promise<T>;
  /** Called when an answer is whole: the process works. */
  readonly answered: () => void;
}

/** Asks a model to chat, waiting for the engine's start if need be. All reject with EngineError. */
export class ChatClient {
  readonly #ports: ChatClientPorts;

  constructor(ports: ChatClientPorts) {
    this.#ports = ports;
  }

  /** What the model is, loading it if need be. */
  async model(signal?: AbortSignal): Promise<LoadedModel> {
    return (await abortable(this.#ports.usable(), signal)).ready;
  }

  /** Makes the model's context of chat, unless there is one; gives its tokens. */
  prepare(signal?: AbortSignal): Promise<{ model: LoadedModel; contextTokens: number }> {
    return this.#ports.during(async () => {
      const session = await abortable(this.#ports.usable(), signal);
      const options = signal === undefined ? request : { ...request, signal };
      const { contextTokens } = await session.request('prepareChat', {}, options);
      return { model: await session.ready, contextTokens };
    });
  }

  /** How many tokens the whole prompt of an answer has. */
  async countPrompt(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): Promise<number> {
    const session = await this.#ports.usable();
    const options = { ...request, deadlineMs: countDeadlineMs };
    return (await session.request('countChat', { messages, tools }, options)).tokens;
  }

  /**
   * Answers, however long that takes; `onEvent` gets what comes in. Rejects with `bad-request` where the prompt does not
   * fit into the window; after a crash, what came stays true.
   */
  answer(
    query: ChatQuery,
    { signal, onEvent, priority = 'chat' }: ChatCallOptions = {},
  ): Promise<ChatAnswer> {
    return this.#ports.during(async () => {
      const session = await abortable(this.#ports.usable(), signal);
      const answer = await session.request('chat', query, {
        ...{ ...request, priority },
        ...(signal === undefined ? {} : { signal }),
        ...(onEvent === undefined ? {} : { onEvent }),
      });
      this.#ports.answered();
      return answer;
    });
  }
}
