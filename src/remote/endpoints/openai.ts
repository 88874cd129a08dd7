import type { ChatAnswer, ChatQuery } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointCall, InfillAnswer, InfillCall, InfillQuery } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { AnswerWriter } from './answerWriter.ts';
import type { EndpointApiClient } from './api.ts';
import { BegunThoughts } from './begunThoughts.ts';
import { estimatedTokens } from './estimate.ts';
import { readInfill } from './infillWriter.ts';
import { ChatPieces, contentOf, readOpenAi, type OpenAiPiece } from './openaiAnswer.ts';
import { chatRequest, prefills, type OpenAiForm, type OpenAiRequest } from './openaiChat.ts';
import {
  countsTokens,
  countTokens,
  infillOfOpenAi,
  infillRequest,
  noInfill,
  type OpenAiInfill,
} from './openaiInfill.ts';
import { askOpenAi, type OpenAiServer } from './openaiServer.ts';
import { mostAdaptions, RefusedFields } from './refusedFields.ts';
import type { ServerEvent } from './serverEvents.ts';
import type { EndpointHttp } from './transport.ts';

/** Speaks OpenAI's interface with an endpoint: `/models`, `/chat/completions`, `/completions`. */
export function openAiApi(http: EndpointHttp, endpoint: Endpoint): EndpointApiClient {
  return new OpenAiClient(http, endpoint);
}

/** Who may stop one request, what it is for, and whether something of its answer was given already. */
type Asked = Pick<EndpointCall, 'signal' | 'about'> & { readonly begun: () => boolean };

class OpenAiClient implements EndpointApiClient {
  readonly #http: EndpointHttp;
  readonly #endpoint: Endpoint;
  readonly #refused = new RefusedFields();
  readonly #begunThoughts = new BegunThoughts();
  #server: OpenAiServer | null = null;
  #infill: OpenAiInfill | null = null;

  constructor(http: EndpointHttp, endpoint: Endpoint) {
    this.#http = http;
    this.#endpoint = endpoint;
  }

  async ability(signal: AbortSignal): Promise<EndpointAbility> {
    const server = await askOpenAi(this.#http, this.#endpoint, signal);
    this.#server = server;
    this.#infill = null;
    const infill = await this.#infillOf(server, signal);
    const { product, models, model } = server;
    const most = this.#endpoint.contextTokens ?? Infinity;
    const contextTokens = Math.min(model.contextTokens ?? Infinity, most);
    return {
      api: 'openai',
      product,
      models: models.length === 0 ? [model.id] : models.map(({ id }) => id),
      model: model.id,
      contextTokens: Number.isFinite(contextTokens) ? contextTokens : null,
      chat: model.chat !== false && !model.embeddings,
      tools: model.tools !== false && !this.#refused.has('tools'),
      thinking: model.thinking ?? (product === 'vLLM' || product === 'SGLang'),
      prefill: prefills(server),
      infill: infill.form,
      family: infill.family,
      counts: countsTokens(server, this.#endpoint),
      embeddings: models.some(({ embeddings }) => embeddings),
    };
  }

  async chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer> {
    const server = await this.#known(call.signal);
    const form = this.#form(server);
    let begun = false;
    const onEvent: EndpointCall['onEvent'] = (event) => {
      begun = true;
      call.onEvent?.(event);
    };
    return this.#adapted(
      { ...call, begun: () => begun },
      () => chatRequest(query, form),
      async (events, sent) => {
        const prefilled = prefills(server) && query.answerStart !== undefined;
        const { timers } = this.#http;
        const { name } = this.#endpoint;
        const begunThoughts = this.#begunThoughts;
        const writer = new AnswerWriter({
          ...{ query, call: { onEvent }, timers, name, prefilled, begunThoughts },
        });
        const pieces = new ChatPieces(writer);
        const { reason, stop, usage } = await readOpenAi(events('/chat/completions'), {
          http: this.#http,
          take: (piece) => pieces.take(piece),
          ended: () => writer.ended,
          awaitsUsage: sent.optional.has('stream_options'),
        });
        pieces.end();
        return writer.finish(reason, usage, stop);
      },
    );
  }

  async infill(query: InfillQuery, call: InfillCall): Promise<InfillAnswer> {
    const server = await this.#known(call.signal);
    const { form, path } = await this.#infillOf(server, call.signal);
    if (form === 'none') throw noInfill(this.#endpoint.name, server.model.id);
    const request = (): OpenAiRequest => infillRequest(query, form, this.#form(server));
    return readInfill(query, call, (writer, signal) => {
      let begun = false;
      return this.#adapted({ ...call, signal, begun: () => begun }, request, async (events, sent) => {
        const { reason, usage } = await readOpenAi(events(path), {
          http: this.#http,
          take: (piece) => {
            const text = completionText(piece);
            begun ||= text !== '';
            writer.push(text);
          },
          ended: () => writer.ended,
          awaitsUsage: sent.optional.has('stream_options'),
        });
        return { stopReason: reason === 'max-tokens' ? 'max-tokens' : 'end', tokens: usage };
      });
    });
  }

  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | null> {
    const server = await this.#known(signal);
    const tokens = estimatedTokens(texts.reduce((sum, text) => sum + text.length, 0));
    const { name } = this.#endpoint;
    const about = { endpoint: name, purpose: 'count', places: [], tokens, redactions: 0 } as const;
    return countTokens(this.#http, this.#endpoint, server, texts, { signal, about, purpose: 'endpoint' });
  }

  async #known(signal: AbortSignal): Promise<OpenAiServer> {
    this.#server ??= await askOpenAi(this.#http, this.#endpoint, signal);
    return this.#server;
  }

  async #infillOf(server: OpenAiServer, signal: AbortSignal): Promise<OpenAiInfill> {
    this.#infill ??= await infillOfOpenAi(this.#http, this.#endpoint, server, signal);
    return this.#infill;
  }

  /**
   * A text of the query's `stops` that the server itself looks for may end the thoughts, too, and most servers don't say
   * which one it was. So they are sent where the server says it, or what it writes beyond costs money.
   */
  #form(server: OpenAiServer): OpenAiForm {
    const sendStops = server.product === 'vLLM' || this.#endpoint.class === 'cloud';
    return { server, refused: this.#refused, sendStops };
  }

  /** Asks, and asks again without what the server refuses by name, as long as nothing of an answer came. */
  async #adapted<T>(
    { signal, about, begun }: Asked,
    make: () => OpenAiRequest,
    read: (
      events: (path: string) => (close: AbortSignal) => AsyncIterable<ServerEvent>,
      sent: OpenAiRequest,
    ) => Promise<T>,
  ): Promise<T> {
    for (let adaptions = 0; ; adaptions += 1) {
      const sent = make();
      const base = this.#server?.bases[0] ?? '';
      const events = (path: string) => (close: AbortSignal) =>
        this.#http.events(`${base}${path}`, sent.body, {
          signal: AbortSignal.any([signal, close]),
          ...{ about, purpose: 'endpoint' },
        });
      try {
        return await read(events, sent);
      } catch (error) {
        if (begun() || adaptions === mostAdaptions) throw error;
        if (!this.#triesOtherBase(error) && !this.#refused.learn(error, sent.optional)) throw error;
      }
    }
  }

  /** Where a server lists no models, its address shows only now what it begins with. */
  #triesOtherBase(error: unknown): boolean {
    const server = this.#server;
    if (!(error instanceof EndpointError) || error.code !== 'bad-answer' || error.status !== 404)
      return false;
    if (server === null || server.bases.length < 2) return false;
    this.#server = { ...server, bases: server.bases.slice(1) };
    return true;
  }
}

/** What a piece of a completion says; Mistral's have the form of a chat's. */
function completionText({ text, delta, message }: OpenAiPiece): string {
  if (text != null) return text;
  const said = delta ?? message;
  return said == null
    ? ''
    : contentOf(said)
        .map((part) => (part.kind === 'text' ? part.text : ''))
        .join('');
}
