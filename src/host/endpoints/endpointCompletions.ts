import type { ModelAnswer, ModelCall, ModelQuery } from '../../core/completion/ports.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { familyById } from '../../core/endpoints/infillFamily.ts';
import { InfillPrompts } from '../../core/endpoints/infillPrompt.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import type { EndpointAbility } from '../../core/endpoints/types.ts';
import type { FimFamily } from '../../core/prompt/families.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import {
  aboutOf,
  asItIs,
  budgetOf,
  infillQuery,
  tokensOf,
  warms,
  type ClearedCompletion,
  type CompletionAsked,
} from './completionQuery.ts';
import { EndpointRest } from './endpointRest.ts';
import { WrittenCompletion } from './writtenCompletion.ts';

export interface EndpointCompletionsOptions {
  readonly client: EndpointClient;
  /** What of a query may be sent; rejects with EndpointError `forbidden`. Default: all of it, as it is. */
  readonly clear?: (query: CompletionAsked, signal: AbortSignal) => Promise<ClearedCompletion>;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
  /** Runs once after so many milliseconds; returns how to prevent that. */
  readonly after?: (milliseconds: number, run: () => void) => () => void;
  /** Told when what failed last changes. */
  readonly onState?: (error: EndpointError | null) => void;
}

/** Characters that are counted once by a server that can, to know how long its model's tokens are. */
const sampleUnits = 6000;

/** Why a call ended, in the pipeline's words. */
type EndCode = 'cancelled' | 'preempted' | 'deadline';

const sentences: Readonly<Record<EndCode, string>> = {
  cancelled: 'The request was cancelled.',
  preempted: 'A newer request took its place.',
  deadline: 'The endpoint did not answer in time.',
};

interface Running {
  readonly controller: AbortController;
  background: boolean;
  /** Whether some of the answer came. */
  heard: boolean;
}

/**
 * Completions by an endpoint, in the place of the local engine: it lays out the prompt, honours the stop rule as the
 * engine does, and asks one thing at a time, the newest. Nothing is worked ahead on other machines. A failing endpoint
 * rests (`EndpointRest`), and the errors say so.
 */
export class EndpointCompletions {
  readonly #options: EndpointCompletionsOptions;
  readonly #rest: EndpointRest;
  readonly #now: () => number;
  #running: Running | null = null;
  #prompts: InfillPrompts | null = null;
  /** The ability that `#prompts` belong to. */
  #ability: EndpointAbility | null = null;

  constructor(options: EndpointCompletionsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#rest = new EndpointRest(this.#now);
  }

  get client(): EndpointClient {
    return this.#options.client;
  }

  /** What failed last, until an answer came; null for nothing. */
  get error(): EndpointError | null {
    return this.#rest.error;
  }

  /** Something changed (a key, a setting, a server that was started): it is asked again at once. */
  forget(): void {
    this.client.forget();
    this.#rest.answered();
    this.#ability = null;
    this.#prompts = null;
    this.#options.onState?.(null);
  }

  /** Asks the endpoint; rejects with an error whose `code` is `cancelled`, `preempted`, `deadline` or an endpoint's. */
  async complete(query: CompletionAsked, call: ModelCall): Promise<ModelAnswer> {
    const background = call.priority === 'warm-up' || call.priority === 'speculation';
    if (call.signal.aborted) throw ended('cancelled');
    // What nobody asked for yet costs others' time, and money.
    if (background && this.client.endpoint.class !== 'local') throw ended('cancelled');
    const refusal = this.#rest.refusal(call.priority === 'manual');
    if (refusal !== null) throw background ? ended('cancelled') : refusal;
    const running = this.#begin(background && !call.urgent.aborted);
    const raise = (): void => void (running.background = false);
    call.urgent.addEventListener('abort', raise, { once: true });
    const stop = (): void => running.controller.abort(ended('cancelled'));
    call.signal.addEventListener('abort', stop, { once: true });
    const cancelDeadline = this.#deadline(call.deadlineMs, running);
    try {
      return await this.#ask(query, call, running);
    } catch (error) {
      throw this.#failure(error, call, running);
    } finally {
      cancelDeadline();
      call.urgent.removeEventListener('abort', raise);
      call.signal.removeEventListener('abort', stop);
      if (this.#running === running) this.#running = null;
    }
  }

  /** Takes the turn: from what is older, unless that is waited for and this is not. */
  #begin(background: boolean): Running {
    const before = this.#running;
    if (before !== null && background && !before.background) throw ended('preempted');
    before?.controller.abort(ended('preempted'));
    return (this.#running = { controller: new AbortController(), background, heard: false });
  }

  #deadline(milliseconds: number, { controller }: Running): () => void {
    if (milliseconds <= 0) return () => undefined;
    const after = this.#options.after ?? timer;
    return after(milliseconds, () => controller.abort(ended('deadline')));
  }

  async #ask(query: CompletionAsked, call: ModelCall, running: Running): Promise<ModelAnswer> {
    const { signal } = running.controller;
    const began = this.#now();
    // Where nothing may be sent, not even what it can do is asked.
    const cleared = (await this.#options.clear?.(query, signal)) ?? asItIs(query);
    const ability = await this.client.ability(signal);
    const { family, prompts } = await this.#layouts(ability, query, signal);
    if (query.maxTokens === 0 && !warms(ability)) throw ended('cancelled');
    const prompt = prompts.prompt(cleared.query, budgetOf(ability, query));
    const written = new WrittenCompletion(query, call.onText, cleared.restore);
    const end = new AbortController();
    const enough = (): void => end.abort();
    if (call.enough.aborted) enough();
    call.enough.addEventListener('abort', enough, { once: true });
    let firstAt: number | null = null;
    try {
      const answer = await this.client.infill(infillQuery(query, cleared.query, prompt, family), {
        signal,
        enough: end.signal,
        about: aboutOf(this.client, cleared, prompt),
        onText: (text) => {
          firstAt ??= this.#now();
          running.heard = true;
          if (written.take(text)) enough();
        },
      });
      signal.throwIfAborted();
      this.#settle(null);
      const firstToken = (firstAt ?? this.#now()) - began;
      const milliseconds = { prompt: firstToken, firstToken, total: this.#now() - began };
      return { ...written.end(answer), parts: prompt.parts, tokens: tokensOf(answer, prompt), milliseconds };
    } finally {
      call.enough.removeEventListener('abort', enough);
    }
  }

  /** The layouts of the model's family; of a made-up one where the server lays out what it gets. */
  async #layouts(
    ability: EndpointAbility,
    query: ModelQuery,
    signal: AbortSignal,
  ): Promise<{ family: FimFamily | null; prompts: InfillPrompts }> {
    const family = ability.infill === 'raw' ? familyById(ability.family) : null;
    if (ability.infill === 'none' || (ability.infill === 'raw' && family === null)) {
      // Another model may be loaded there by the time that it is asked again.
      this.client.forget();
      throw none(this.client, ability);
    }
    if (this.#prompts !== null && this.#ability === ability) return { family, prompts: this.#prompts };
    const prompts = new InfillPrompts(family ?? serverFamily);
    // Other machines are sent nothing but what a completion needs.
    if (ability.counts && this.client.endpoint.class === 'local') {
      const sample = (query.prefix.slice(-sampleUnits) + query.suffix).slice(0, sampleUnits);
      const counts = await this.client.countTokens([sample], signal).catch(() => null);
      prompts.counted(sample, counts?.[0] ?? 0);
    }
    this.#ability = ability;
    this.#prompts = prompts;
    return { family, prompts };
  }

  /** What to throw: why the call was ended, if it was; else the endpoint's error, after which it rests. */
  #failure(error: unknown, { deadlineMs }: ModelCall, running: Running): unknown {
    const { signal } = running.controller;
    if (signal.aborted) return this.#silence(deadlineMs, running) ?? signal.reason;
    if (isEnd(error)) return error;
    const failure = error instanceof EndpointError ? error : new EndpointError('broken', sentenceOf(error));
    if (failure.code === 'cancelled') return ended('cancelled');
    if (failure.code === 'too-long') return this.#tooLong(failure);
    this.#settle(failure);
    return failure;
  }

  /** Who waited in vain until the time was over waited for nobody: it rests, and another model may be asked. */
  #silence(deadlineMs: number, { controller, heard, background }: Running): EndpointError | null {
    const { code } = controller.signal.reason as { code: EndCode };
    if (code !== 'deadline' || heard || background) return null;
    const error = new EndpointError(
      'unreachable',
      `${this.client.endpoint.name} did not answer within ${Math.ceil(deadlineMs / 1000)} s: check that it runs, and is not busy with something else.`,
    );
    this.#settle(error);
    return error;
  }

  /** The next prompt is shorter. Where that does not help, its window is smaller than is known. */
  #tooLong({ code, status }: EndpointError): EndpointError {
    this.#prompts?.tooLong();
    const { name } = this.client.endpoint;
    const error = new EndpointError(
      code,
      `${name} can't hold the prompt in its window: set "contextTokens" of its entry in hearth.endpoints to what the window has.`,
      { status },
    );
    this.#settle(error);
    return error;
  }

  #settle(error: EndpointError | null): void {
    const before = this.#rest.error;
    if (error === null) this.#rest.answered();
    else this.#rest.failed(error);
    if (this.#rest.error !== before) this.#options.onState?.(this.#rest.error);
  }
}

/** How a text around the cursor is cut for a server that has markers of its own. */
const serverFamily: FimFamily = {
  id: 'server',
  prefix: '\u{F0000}',
  suffix: '\u{F0001}',
  middle: '\u{F0002}',
  order: 'prefix-suffix-middle',
  repository: null,
  stops: [],
};

function none({ endpoint: { name } }: EndpointClient, { model }: EndpointAbility): EndpointError {
  return new EndpointError(
    'not-offered',
    `${name} can't complete code with ${model}, which has no way for it that Hearth knows: choose a model that is made for code completion, such as one of Qwen2.5-Coder, or take the role completion from ${name}.`,
  );
}

function ended(code: EndCode): Error & { code: EndCode } {
  return Object.assign(new Error(sentences[code]), { code });
}

function isEnd(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return !(error instanceof EndpointError) && typeof code === 'string' && code in sentences;
}

function timer(milliseconds: number, run: () => void): () => void {
  const handle = setTimeout(run, milliseconds);
  return () => clearTimeout(handle);
}
