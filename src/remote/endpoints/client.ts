import type { ChatAnswer, ChatQuery } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type {
  EndpointCall,
  EndpointClient,
  EndpointKeys,
  InfillAnswer,
  InfillCall,
  InfillQuery,
} from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility, EndpointApi } from '../../core/endpoints/types.ts';
import type { Egress } from '../egress.ts';
import type { Timers } from '../timers.ts';
import { anthropicApi } from './anthropic.ts';
import type { EndpointApiClient } from './api.ts';
import { LlamaServerClient } from './llamaServer.ts';
import { OllamaClient } from './ollama.ts';
import { OllamaContexts } from './ollamaContexts.ts';
import { openAiApi } from './openai.ts';
import { probeApi } from './probe.ts';
import { SharedQuestion } from './sharedQuestion.ts';
import { EndpointHttp } from './transport.ts';

export interface EndpointClientOptions {
  readonly egress: Pick<Egress, 'request'>;
  readonly keys: EndpointKeys;
  /** Told what a server turned out to be, without anything of the user's. */
  readonly log?: (message: string) => void;
  readonly timers?: Timers;
}

/** Windows that Ollama's models were asked for, for all endpoints that one egress serves. */
const contexts = new WeakMap<EndpointClientOptions['egress'], OllamaContexts>();

/** A client for an endpoint, which asks for nothing until it is used. */
export function createEndpointClient(endpoint: Endpoint, options: EndpointClientOptions): EndpointClient {
  return new Client(endpoint, options);
}

/** What was found out about a server. */
interface Known {
  readonly api: EndpointApiClient;
  readonly ability: EndpointAbility;
}

/** Failures after which nothing that was found out about a server need hold any more. */
const unsettling: ReadonlySet<EndpointError['code']> = new Set([
  'unreachable',
  'server',
  'bad-answer',
  'no-model',
  'not-offered',
  'broken',
  'unauthorized',
]);

class Client implements EndpointClient {
  readonly endpoint: Endpoint;
  readonly #options: EndpointClientOptions;
  readonly #question: SharedQuestion<Known>;

  constructor(endpoint: Endpoint, options: EndpointClientOptions) {
    this.endpoint = endpoint;
    this.#options = options;
    this.#question = new SharedQuestion((signal) => this.#ask(signal));
  }

  async ability(signal: AbortSignal): Promise<EndpointAbility> {
    return (await this.#question.answer(signal)).ability;
  }

  chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer> {
    return this.#settled(call.signal, (api) => api.chat(query, call));
  }

  infill(query: InfillQuery, call: InfillCall): Promise<InfillAnswer> {
    return this.#settled(call.signal, (api) => api.infill(query, call));
  }

  countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | null> {
    return this.#settled(signal, (api) => api.countTokens(texts, signal));
  }

  forget(): void {
    this.#question.forget();
    contexts.get(this.#options.egress)?.release(this.endpoint);
  }

  /** Does something with what is known, and forgets it where it failed in a way that it should not. */
  async #settled<T>(signal: AbortSignal, use: (api: EndpointApiClient) => Promise<T>): Promise<T> {
    const known = await this.#question.answer(signal);
    try {
      return await use(known.api);
    } catch (error) {
      if (error instanceof EndpointError && unsettling.has(error.code)) this.#question.forget(known);
      throw error;
    }
  }

  async #ask(signal: AbortSignal): Promise<Known> {
    const { endpoint } = this;
    const { egress, keys, timers, log } = this.#options;
    const http = new EndpointHttp({ egress, endpoint, keys, ...(timers === undefined ? {} : { timers }) });
    const kind = endpoint.api === 'auto' ? await probeApi(http, endpoint, signal) : endpoint.api;
    let api = this.#api(kind, http);
    let ability: EndpointAbility;
    try {
      ability = await api.ability(signal);
    } catch (error) {
      // Behind llama-swap may be any server, and others imitate Ollama's interface in parts.
      const other = endpoint.api === 'auto' && (kind === 'llama-server' || kind === 'ollama');
      if (!other || !(error instanceof EndpointError) || error.code !== 'bad-answer') throw error;
      api = this.#api('openai', http);
      ability = await api.ability(signal);
    }
    log?.(`${endpoint.name}: ${ability.product ?? ability.api}, model ${ability.model}.`);
    return { api, ability };
  }

  #api(kind: EndpointApi, http: EndpointHttp): EndpointApiClient {
    const { endpoint } = this;
    switch (kind) {
      case 'openai':
        return openAiApi(http, endpoint);
      case 'anthropic':
        return anthropicApi(http, endpoint);
      case 'llama-server':
        return new LlamaServerClient({ http, endpoint });
      case 'ollama':
        return new OllamaClient({ http, endpoint, contexts: this.#contexts() });
    }
  }

  #contexts(): OllamaContexts {
    const { egress } = this.#options;
    const known = contexts.get(egress) ?? new OllamaContexts();
    contexts.set(egress, known);
    return known;
  }
}
