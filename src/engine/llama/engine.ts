import { setTimeout as sleep } from 'node:timers/promises';
import { layoutPrompt } from '../../core/prompt/layout.ts';
import type { PromptFormat } from '../../core/prompt/format.ts';
import { preambleLength } from '../../core/prompt/preamble.ts';
import type { ChatAnswer, ChatEvent } from '../../core/chat/types.ts';
import { asEngineError, EngineError } from '../errors.ts';
import type { LoadProgress } from '../loadOptions.ts';
import type { CompleteResult, Params, Priority, Results, SelfTestReply, Speed } from '../protocol.ts';
import type { Embeddings } from '../servedProtocol.ts';
import { chat, countChat, type ChatWriter } from './chat.ts';
import { generate, splitPrompt } from './generate.ts';
import { laneOf, type Lane } from './lanes.ts';
import type { LogSink } from './library.ts';
import { loadModel } from './loadModel.ts';
import { measure } from './measure.ts';
import type { Model } from './model.ts';
import { Scheduler, type JobOptions, type Turn } from './scheduler.ts';
import { selfTest } from './selfTest.ts';
import type { Sequence } from './sequence.ts';
import type { Speculation } from './speculation.ts';

const never = new AbortController().signal;
/** Of a text that is to go on, whatever markers the model has. */
const plainFormat: PromptFormat = { kind: 'prefix-only', why: 'no-markers' };
/** Quiet time after which what was evaluated may be saved. */
const defaultIdleMs = 5_000;
/** Most tokens that are kept free for an answer, however short it is to be. */
const usualAnswer = 256;
/** What saving may take at the engine's end, before which its client waits. */
const lastSaveMs = 1_000;
/** A hold ends by itself, should the client that asked for it have died. */
const longestHoldMs = 10_000;

export interface EngineOptions {
  readonly log: LogSink;
  readonly idleMs?: number;
}

/** What may still be said about a completion while it runs or waits, each by aborting. */
export interface CompletionSignals {
  /** It is wanted no more. */
  readonly signal: AbortSignal;
  /** What it has so far is enough. */
  readonly enough: AbortSignal;
  /** It is as urgent as a keystroke now. */
  readonly urgent?: AbortSignal;
}

/** One completion on its way. */
interface Asked {
  readonly lane: Lane;
  readonly turn: Turn;
  /** Ends the generation with what it has so far. */
  readonly enough: AbortSignal;
  /** Milliseconds it waited for its turn. */
  readonly queue: number;
}

/** What the engine process does, apart from how it is asked. */
export class Engine {
  readonly #scheduler = new Scheduler();
  readonly #log: LogSink;
  readonly #idleMs: number;
  #model: Model | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor({ log, idleMs = defaultIdleMs }: EngineOptions) {
    this.#log = log;
    this.#idleMs = idleMs;
  }

  get busy(): boolean {
    return this.#scheduler.busy;
  }

  /** Loads a model in place of the present one. */
  load(
    params: Params<'load'>,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void = () => undefined,
  ): Promise<Results['load']> {
    return this.#run({ priority: 'keystroke', signal, exclusive: true }, async () => {
      await this.#unload();
      this.#model = await loadModel(params, signal, this.#log, onProgress);
      return this.#model.info;
    });
  }

  /**
   * Completes at a cursor; `onText` gets the text as it becomes certain. Of several keystrokes in a document that wait
   * only the newest is answered, the others end with `cancelled`.
   */
  complete(
    params: Params<'complete'>,
    priority: Priority,
    { signal, enough, urgent }: CompletionSignals,
    onText: (text: string) => void,
  ): Promise<CompleteResult> {
    const asked = performance.now();
    const { workspace, repository, path } = params;
    const key = path === null ? null : JSON.stringify([workspace, repository, path]);
    return this.#run({ priority, signal, key, ...(urgent === undefined ? {} : { urgent }) }, (turn) =>
      this.#complete(
        params,
        { lane: laneOf(priority), turn, enough, queue: performance.now() - asked },
        onText,
      ),
    );
  }

  /** Answers in a conversation, or for a refactor; `onEvent` gets what comes in, in order. */
  chat(
    params: Params<'chat'>,
    signal: AbortSignal,
    onEvent: (event: ChatEvent) => void,
    asPriority: Priority = 'chat',
  ): Promise<ChatAnswer> {
    const asked = performance.now();
    // Any other priority belongs to the completions' KV cache.
    const priority = asPriority === 'refactor' || asPriority === 'server' ? asPriority : 'chat';
    return this.#run({ priority, signal }, async (turn) => {
      const writer = await chatWriter(this.#loaded(), priority);
      return chat(writer, params, { turn, asked, onEvent, log: this.#log });
    });
  }

  /** How many tokens the prompt of an answer has, without waiting for a turn. */
  countChat(params: Params<'countChat'>): Results['countChat'] {
    return { tokens: countChat(this.#loaded(), params) };
  }

  /** Makes vectors of texts. Throws `bad-request` where the model was not made for that. */
  embed({ texts }: Params<'embed'>, signal: AbortSignal): Promise<Embeddings> {
    return this.#run({ priority: 'server', signal }, (turn) => {
      const { embedder, info } = this.#loaded();
      if (embedder !== null) return embedder.embed(texts, turn);
      throw new EngineError(
        'bad-request',
        `The model ${info.name} was not made for embeddings: its file names no pooling type.`,
      );
    });
  }

  /** Makes the context of chat where there is none yet. */
  async prepareChat(signal: AbortSignal): Promise<Results['prepareChat']> {
    const made = this.#loaded().chatTokens;
    if (made !== null) return { contextTokens: made };
    return this.#run({ priority: 'chat', signal }, async () => {
      const { contextTokens } = await this.#loaded().chat();
      return { contextTokens };
    });
  }

  /** Finds out by the model's own likelihoods which prompt order suits it, and uses that from then on. */
  selfTest(priority: Priority, signal: AbortSignal): Promise<SelfTestReply> {
    // It works in a context of its own.
    return this.#run({ priority, signal, whenPreempted: 'rest' }, async (turn) => {
      const model = this.#loaded();
      const reply = await selfTest(model, turn);
      model.adopt(reply);
      return reply;
    });
  }

  /** Finds out how fast the model is here, between all that is more urgent. */
  measure({ milliseconds }: Params<'measure'>, priority: Priority, signal: AbortSignal): Promise<Speed> {
    return this.#run({ priority, signal, whenPreempted: 'rest' }, (turn) =>
      measure(this.#loaded(), turn, milliseconds),
    );
  }

  /** Lets nothing but a load run past its next step, until `release` or for ten seconds. */
  hold(): void {
    this.#scheduler.hold(longestHoldMs);
  }

  release(): void {
    this.#scheduler.release();
  }

  /** How many tokens each text has, without waiting for a turn: nothing is evaluated for it. */
  countTokens({ texts }: Params<'countTokens'>): Results['countTokens'] {
    const { tokenizer } = this.#loaded();
    return { counts: texts.map((text) => tokenizer.tokenize(text).length) };
  }

  /** Saves what was evaluated, where that is still to be done and quick, and frees all memory. */
  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    const model = this.#model;
    if (model?.warm?.dueInMs === 0 && !this.busy) {
      await Promise.race([model.warm.save(model.sequence), sleep(lastSaveMs)]);
    }
    await this.#unload();
  }

  async #run<T>(options: JobOptions, job: (turn: Turn) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    try {
      return await this.#scheduler.run(options, job);
    } finally {
      this.#saveWhenIdle();
    }
  }

  /** Once nothing was asked for a while: keeps what was evaluated for the next start. */
  #saveWhenIdle(): void {
    clearTimeout(this.#idle);
    const due = this.#model?.warm?.dueInMs ?? null;
    if (this.busy || due === null) return;
    const save = (): void => {
      this.#scheduler
        .run({ priority: 'speculation', signal: never, whenPreempted: 'stay' }, async () => {
          const model = this.#model;
          await model?.warm?.save(model.sequence);
        })
        .catch((error: unknown) => this.#log('debug', `Nothing was saved: ${asEngineError(error).message}`));
    };
    this.#idle = setTimeout(save, Math.max(this.#idleMs, due));
    this.#idle.unref();
  }

  async #unload(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    await model?.dispose();
  }

  #loaded(): Model {
    if (this.#model === null) throw new EngineError('not-loaded', 'No model is loaded.');
    return this.#model;
  }

  async #complete(
    params: Params<'complete'>,
    { lane, turn, enough, queue }: Asked,
    onText: (text: string) => void,
  ): Promise<CompleteResult> {
    const model = this.#loaded();
    const { sequence, speculation } = await laneParts(model, lane);
    const warm = lane === 'completion' ? model.warm : null;
    const { wishes } = params;
    const format = wishes?.plain === true ? plainFormat : model.format;
    const began = performance.now();
    const maxTokens = Math.min(params.maxTokens, Math.floor(sequence.contextTokens / 2));
    const layout = layoutPrompt(
      params,
      format,
      model.tokenizer,
      promptBudget(params.budgetTokens, maxTokens, sequence.contextTokens),
      sequence.layout,
    );
    if (layout.tokens.length === 0) {
      throw new EngineError('bad-request', 'There is nothing before the cursor to complete from.');
    }
    const { prompt, taken } = splitPrompt(layout, model);
    if (params.workspace !== null) await warm?.restore(params.workspace, prompt, sequence);
    // Reading a saved state is no measure of how fast the model evaluates.
    const evaluating = performance.now();
    const prefill = await sequence.prefill(prompt, turn);
    const promptMs = performance.now() - evaluating;
    if (params.workspace !== null) {
      warm?.note(params.workspace, prompt, preambleLength(layout, model.format, model.tokenizer));
    }
    const { stop, avoid } = params;
    const request = { prompt, taken, maxTokens, stop, avoid, ...(wishes === undefined ? {} : { wishes }) };
    const writer = { format, tokenizer: model.tokenizer, sequence, speculation };
    const { firstTokenAt, generated, ...answer } = await generate(writer, request, { turn, enough }, onText);
    return {
      ...answer,
      parts: layout.parts,
      tokens: {
        prompt: prompt.length,
        reused: prefill.reused,
        // Decoding begins with the prompt's last token.
        evaluated: prefill.evaluated + (maxTokens > 0 ? 1 : 0),
        generated,
      },
      milliseconds: {
        queue,
        prompt: promptMs,
        firstToken: (firstTokenAt ?? evaluating + promptMs) - began,
        total: performance.now() - began,
      },
    };
  }
}

/** The KV cache of a lane, and what guesses tokens ahead there. */
async function laneParts(
  model: Model,
  lane: Lane,
): Promise<{ sequence: Sequence; speculation: Speculation }> {
  if (lane === 'server') return { sequence: await model.server(), speculation: model.serverSpeculation };
  if (lane === 'chat') return { sequence: await model.chat(), speculation: model.chatSpeculation };
  return { sequence: model.sequence, speculation: model.speculation };
}

/** What answers in a conversation: other programs have all of their own, so that the user's stays as it is. */
async function chatWriter(model: Model, priority: 'chat' | 'refactor' | 'server'): Promise<ChatWriter> {
  const { sequence, speculation } = await laneParts(model, laneOf(priority));
  const { tokenizer, talk } = model;
  const prompts = priority === 'server' ? talk.serverPrompts : talk.prompts;
  return { tokenizer, talk: { ...talk, prompts }, chatSpeculation: speculation, sequence };
}

/**
 * Tokens that a prompt may have: what was asked for, within what the window leaves beside the answer. Answers of usual
 * length all leave the same, since a prompt of another budget is laid out otherwise and evaluated anew.
 */
function promptBudget(asked: number, maxTokens: number, contextTokens: number): number {
  const answer = Math.max(maxTokens, Math.min(usualAnswer, Math.floor(contextTokens / 8)));
  const room = contextTokens - answer - 1;
  return asked === 0 ? room : Math.min(asked, room);
}
