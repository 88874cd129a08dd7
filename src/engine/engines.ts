import type { ModelRole } from '../core/models/roles.ts';
import type { ChatAnswer, ChatMessage, ChatQuery, ToolDefinition } from '../core/chat/types.ts';
import type { ChatCallOptions } from './chatClient.ts';
import { EngineClient, type EngineClientOptions } from './client.ts';
import type { RequestOptions } from './connection.ts';
import { chatOnly, sameModel, sameSettings, type LoadSettings } from './loadOptions.ts';
import { memoryPressure } from './memoryPressure.ts';
import type { CompleteParams, CompleteResult, LoadedModel, Priority } from './protocol.ts';
import { systemTimers, type Timers } from './timers.ts';

export interface EnginesOptions {
  /** The client of completions, which chat shares where it has no model of its own. */
  readonly completion: EngineClientOptions;
  /** The client of chat's own model. */
  readonly chat: Omit<EngineClientOptions, 'settings'>;
  /** Chat's own model, or null where it shares that of completions; read at every request of chat. */
  readonly chatSettings: () => LoadSettings | null;
  /** Whether memory is short. */
  readonly memoryPressure?: () => Promise<boolean>;
  readonly timers?: Timers;
}

/** Time between two looks at memory while a model is loaded. */
const pressureMs = 30_000;
/** Quiet time after which the completion model is given up where memory is short. */
const quietMs = 60_000;

/**
 * The models by role: one process for each distinct model, one for both roles where it is the same. Chat's own starts
 * with its first request. While somebody waits at the cursor, it is told to hold, since both work on the same cores.
 */
export class Engines {
  readonly completion: EngineClient;
  readonly #chat: EngineClient;
  readonly #options: EnginesOptions;
  readonly #timers: Timers;
  /** Requests that somebody waits for at the cursor. */
  #urgent = 0;
  #cancelLook: (() => void) | null = null;

  constructor(options: EnginesOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.completion = new EngineClient(options.completion);
    this.#chat = new EngineClient({ ...options.chat, settings: () => this.#chatSettings() });
    for (const client of [this.completion, this.#chat]) client.onState(() => this.#watchMemory());
    // What began to wait before chat's model was loaded holds it too.
    this.#chat.onState(({ kind }) => {
      if (kind === 'ready' && this.#urgent > 0) this.#chat.hold();
    });
  }

  /** The clients of both roles, that of completions first; chat's own has nothing loaded while it shares. */
  get clients(): readonly EngineClient[] {
    return [this.completion, this.#chat];
  }

  /** Whether chat and completions use one model in one process. */
  get shared(): boolean {
    const chat = this.#options.chatSettings();
    return chat === null || sameModel(chat, this.#options.completion.settings());
  }

  /** Whether chat has a model that was chosen for it. */
  get chatChosen(): boolean {
    return this.#options.chatSettings() !== null;
  }

  /** Path of the model that chats. */
  get chatModelPath(): string {
    return this.#chatSettings().modelPath;
  }

  /** The client that answers for a role at present. */
  of(role: ModelRole): EngineClient {
    return role === 'completion' || this.shared ? this.completion : this.#chat;
  }

  /** Asks the model of the role that the priority belongs to; rejects with EngineError. */
  async complete(params: CompleteParams, options: RequestOptions): Promise<CompleteResult> {
    const client = this.of(roleOf(options.priority));
    if (client !== this.completion) return client.complete(params, options);
    const done = this.#whileUrgent(options);
    try {
      return await client.complete(params, options);
    } finally {
      done();
    }
  }

  /** Asks the model of chat; see ChatClient. */
  chat(query: ChatQuery, options: ChatCallOptions = {}): Promise<ChatAnswer> {
    return this.of('chat').chat.answer(query, options);
  }

  /** What the model of chat is, loading it if need be; see ChatClient. */
  loadChat(signal?: AbortSignal): Promise<LoadedModel> {
    return this.of('chat').chat.model(signal);
  }

  /** Loads the model of chat and makes its context; see ChatClient. */
  prepareChat(signal?: AbortSignal): Promise<{ model: LoadedModel; contextTokens: number }> {
    return this.of('chat').chat.prepare(signal);
  }

  /** How many tokens the prompt of an answer has for the model of chat; see ChatClient. */
  countChat(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): Promise<number> {
    return this.of('chat').chat.countPrompt(messages, tools);
  }

  /** How many tokens each text has for the model of chat; see EngineClient. */
  countChatTexts(texts: readonly string[]): Promise<number[]> {
    return this.of('chat').countTokens(texts);
  }

  /** How many tokens each text has for the completion model; see EngineClient. */
  countTokens(texts: readonly string[]): Promise<number[]> {
    return this.completion.countTokens(texts);
  }

  /**
   * Brings the loaded models in line with changed settings, each in its own time; a model that is not loaded takes them
   * at its next start. Rejects where a switch fails, with the old model still in use.
   */
  async apply(): Promise<void> {
    await Promise.all([
      this.#applyTo(this.completion, this.#options.completion.settings()),
      this.shared ? this.#chat.stop() : this.#applyTo(this.#chat, this.#chatSettings()),
    ]);
  }

  /** Ends all processes and waits until they are gone. */
  async stop(): Promise<void> {
    this.#cancelLook?.();
    this.#cancelLook = null;
    await Promise.all([this.completion.stop(), this.#chat.stop()]);
  }

  /** How the process of chat's own model loads it. */
  #chatSettings(): LoadSettings {
    return chatOnly(this.#options.chatSettings() ?? this.#options.completion.settings());
  }

  async #applyTo(client: EngineClient, settings: LoadSettings): Promise<void> {
    const { kind } = client.state;
    if (kind === 'stopped' || kind === 'unloaded') return client.stop();
    const present = client.nextSettings ?? client.settings;
    if (present === null || !sameSettings(present, settings)) await client.switchModel();
    else client.dismissSwitchError();
  }

  /** Counts a request as urgent from now on, or from when it becomes so; returns what to call at its end. */
  #whileUrgent({ priority, urgent }: RequestOptions): () => void {
    let counted = false;
    const begin = (): void => {
      if (counted) return;
      counted = true;
      this.#urgent += 1;
      if (this.#urgent === 1) this.#chat.hold();
    };
    if (priority === 'keystroke' || priority === 'manual' || urgent?.aborted === true) begin();
    else urgent?.addEventListener('abort', begin, { once: true });
    return () => {
      urgent?.removeEventListener('abort', begin);
      if (!counted) return;
      this.#urgent -= 1;
      if (this.#urgent === 0) this.#chat.release();
    };
  }

  /** Looks at memory from time to time as long as there is something that could be given up. */
  #watchMemory(): void {
    const loaded = [this.completion, this.#chat].some(({ state }) => state.kind === 'ready');
    if (!loaded) {
      this.#cancelLook?.();
      this.#cancelLook = null;
    } else {
      this.#cancelLook ??= this.#timers.after(pressureMs, () => void this.#look());
    }
  }

  async #look(): Promise<void> {
    const short = await (this.#options.memoryPressure ?? memoryPressure)().catch(() => false);
    // Chat can wait for its model; somebody who types can't, unless nobody types.
    if (short && !(await this.#chat.unload('memory')) && this.completion.idleMs >= quietMs) {
      await this.completion.unload('memory');
    }
    this.#cancelLook = null;
    this.#watchMemory();
  }
}

function roleOf(priority: Priority): ModelRole {
  return priority === 'chat' || priority === 'refactor' ? 'chat' : 'completion';
}
