import type { ChatAnswer, ChatQuery } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointCall } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { isObject } from '../../core/text/json.ts';
import { AnswerWriter } from './answerWriter.ts';
import { AnthropicReader } from './anthropicAnswer.ts';
import { anthropicRequest } from './anthropicRequest.ts';
import type { EndpointApiClient } from './api.ts';
import { chosenModel } from './chosenModel.ts';
import { badAnswer } from './failures.ts';
import { noInfill } from './openaiInfill.ts';
import { listedModels, type ListedModel } from './openaiShapes.ts';
import { probing } from './probing.ts';
import { mostAdaptions, RefusedFields } from './refusedFields.ts';
import type { EndpointHttp } from './transport.ts';

/** The version of the interface: the only one there is. */
const version = '2023-06-01';

/** Speaks Anthropic's interface with an endpoint: `/models` and `/messages`. */
export function anthropicApi(http: EndpointHttp, endpoint: Endpoint): EndpointApiClient {
  // Other servers with this interface may want the key as they want it everywhere else; Anthropic itself would not.
  const bearer = endpoint.class !== 'cloud';
  const signed = http.withHeaders((key) => ({
    'anthropic-version': version,
    ...(key === null ? {} : { 'x-api-key': key }),
    ...(key === null || !bearer ? {} : { authorization: `Bearer ${key}` }),
  }));
  return new AnthropicClient(signed, endpoint);
}

interface AnthropicServer {
  readonly models: readonly ListedModel[];
  readonly model: string;
}

class AnthropicClient implements EndpointApiClient {
  readonly #http: EndpointHttp;
  readonly #endpoint: Endpoint;
  readonly #base: string;
  readonly #refused = new RefusedFields();
  #server: AnthropicServer | null = null;

  constructor(http: EndpointHttp, endpoint: Endpoint) {
    this.#http = http;
    this.#endpoint = endpoint;
    this.#base = /\/v\d+$/.test(new URL(endpoint.address).pathname) ? '' : '/v1';
  }

  async ability(signal: AbortSignal): Promise<EndpointAbility> {
    const { models, model } = await this.#ask(signal);
    const listed = models.find(({ id }) => id === model);
    const most = Math.min(listed?.contextTokens ?? Infinity, this.#endpoint.contextTokens ?? Infinity);
    const thinks = !this.#refused.has('thinking-adaptive') || !this.#refused.has('thinking-budget');
    return {
      api: 'anthropic',
      product: null,
      models: models.length === 0 ? [model] : models.map(({ id }) => id),
      model,
      contextTokens: Number.isFinite(most) ? most : null,
      chat: true,
      tools: true,
      thinking: thinks,
      // Newer models refuse an answer that was begun for them.
      prefill: false,
      infill: 'none',
      family: null,
      counts: false,
      embeddings: false,
    };
  }

  async chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer> {
    const { model } = this.#server ?? (await this.#ask(call.signal));
    const { signal, about } = call;
    const { name } = this.#endpoint;
    let begun = false;
    const onEvent: EndpointCall['onEvent'] = (event) => {
      begun = true;
      call.onEvent?.(event);
    };
    for (let adaptions = 0; ; adaptions += 1) {
      const { body, optional } = anthropicRequest(query, model, this.#refused);
      const writer = new AnswerWriter({ query, call: { onEvent }, timers: this.#http.timers, name });
      const reader = new AnthropicReader(this.#http, writer, optional.has('tool_choice'));
      try {
        return await reader.read(
          this.#http.events(`${this.#base}/messages`, body, { signal, about, purpose: 'endpoint' }),
        );
      } catch (error) {
        if (begun || adaptions === mostAdaptions || !this.#refused.learn(error, optional)) throw error;
      }
    }
  }

  infill(): Promise<never> {
    return Promise.reject(noInfill(this.#endpoint.name, this.#server?.model ?? this.#endpoint.model));
  }

  /** Anthropic counts whole conversations only, and would have to be sent them. */
  countTokens(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Asks which models there are. A server that lists none is taken at its word, if the endpoint names a model. */
  async #ask(signal: AbortSignal): Promise<AnthropicServer> {
    const { name, model } = this.#endpoint;
    let models: readonly ListedModel[] = [];
    try {
      models = await this.#list(signal);
    } catch (error) {
      const none = error instanceof EndpointError && error.code === 'bad-answer' && model !== '';
      if (!none) throw error;
    }
    const ids = models.map(({ id }) => id);
    const missing = (): EndpointError => badAnswer(name, 'it has no model');
    const chosen = model === '' ? chosenModel(this.#endpoint, ids, [], Object.is, missing) : model;
    this.#server = { models, model: chosen };
    return this.#server;
  }

  async #list(signal: AbortSignal): Promise<readonly ListedModel[]> {
    const { name } = this.#endpoint;
    const answer = await this.#http.json(`${this.#base}/models?limit=1000`, null, probing(name, signal));
    if (isObject(answer) && answer['error'] != null) throw await this.#http.reported(answer);
    const models = listedModels(answer);
    if (models === null) throw badAnswer(name, 'it does not list its models as Anthropic does');
    return models;
  }
}
