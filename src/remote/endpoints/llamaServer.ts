import * as v from 'valibot';
import type { ChatAnswer, ChatQuery } from '../../core/chat/types.ts';
import { familyById } from '../../core/endpoints/infillFamily.ts';
import { infillStops } from '../../core/endpoints/infillPrompt.ts';
import type { EndpointCall, InfillAnswer, InfillCall, InfillQuery } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import { noUsage } from './answerWriter.ts';
import type { EndpointApiClient } from './api.ts';
import { BegunThoughts } from './begunThoughts.ts';
import { badAnswer, brokenAnswer } from './failures.ts';
import { readInfill } from './infillWriter.ts';
import { chatWithLlamaServer } from './llamaServerChat.ts';
import { askLlamaServer, type LlamaServerModel } from './llamaServerModel.ts';
import { noInfill } from './openaiInfill.ts';
import { probing } from './probing.ts';
import type { EndpointHttp } from './transport.ts';

export interface LlamaServerOptions {
  readonly http: EndpointHttp;
  readonly endpoint: Endpoint;
}

/** So many texts are counted at a time. */
const countsAtOnce = 4;

const count = v.optional(v.nullable(v.number()));

/** An event of `/completion` and `/infill`. Older servers say in three flags why they stopped. */
const completed = v.object({
  content: v.optional(v.string(), ''),
  stop: v.optional(v.boolean(), false),
  stop_type: v.optional(v.string()),
  stopped_limit: v.optional(v.boolean(), false),
  stopped_word: v.optional(v.boolean(), false),
  tokens_predicted: count,
  tokens_evaluated: count,
  timings: v.optional(v.object({ prompt_n: count, cache_n: count, predicted_n: count })),
});

const tokens = v.object({ tokens: v.array(v.unknown()) });

/**
 * Speaks with llama.cpp's server, alone or behind llama-swap, as it is best spoken with: prompts of completions are laid
 * out here and go to `/completion`, which keeps what it evaluated; chat goes through the OpenAI-compatible interface,
 * where the server applies the model's template and parses its calls.
 */
export class LlamaServerClient implements EndpointApiClient {
  readonly #options: LlamaServerOptions;
  readonly #begunThoughts = new BegunThoughts();
  #model: LlamaServerModel | null = null;

  constructor(options: LlamaServerOptions) {
    this.#options = options;
  }

  async ability(signal: AbortSignal): Promise<EndpointAbility> {
    const { http, endpoint } = this.#options;
    this.#model = await askLlamaServer(http, endpoint, signal);
    return this.#model.ability;
  }

  async chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer> {
    const model = await this.#known(call.signal);
    return chatWithLlamaServer(this.#options.http, model, this.#begunThoughts, query, call);
  }

  async infill(query: InfillQuery, call: InfillCall): Promise<InfillAnswer> {
    const { base, named, ability } = await this.#known(call.signal);
    const { endpoint } = this.#options;
    if (ability.infill === 'none') throw noInfill(endpoint.name, ability.model);
    const raw = ability.infill === 'raw' && query.prompt !== null;
    const body = {
      ...named,
      ...(raw ? rawPrompt(query.prompt, ability) : serverPrompt(query)),
      n_predict: query.maxTokens,
      temperature: query.seed === undefined ? 0 : 0.6,
      ...(query.seed === undefined ? {} : { seed: query.seed }),
      stop: query.stops,
      cache_prompt: true,
      stream: true,
    };
    return readInfill(query, call, async (writer, signal) => {
      const events = this.#events(`${base}${raw ? '/completion' : '/infill'}`, body, { ...call, signal });
      for await (const event of events) {
        writer.push(event.content);
        if (event.stop) return { stopReason: stopReason(event), tokens: tokensOf(event) };
        if (writer.ended) return { stopReason: 'stop', tokens: noUsage };
      }
      throw brokenAnswer(endpoint.name, 'the connection was closed before its end');
    });
  }

  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | null> {
    const { base, named } = await this.#known(signal);
    const { http, endpoint } = this.#options;
    const counts: number[] = [];
    for (let start = 0; start < texts.length; start += countsAtOnce) {
      const some = texts.slice(start, start + countsAtOnce).map(async (content) => {
        const body = { ...named, content, parse_special: false };
        const call = { ...probing(endpoint.name, signal), purpose: 'endpoint' as const };
        const answer = v.safeParse(tokens, await http.json(`${base}/tokenize`, body, call));
        if (!answer.success) throw badAnswer(endpoint.name, 'it counts no tokens');
        return answer.output.tokens.length;
      });
      counts.push(...(await Promise.all(some)));
    }
    return counts;
  }

  async #known(signal: AbortSignal): Promise<LlamaServerModel> {
    if (this.#model === null) await this.ability(signal);
    if (this.#model === null) throw badAnswer(this.#options.endpoint.name, 'it did not say what it can do');
    return this.#model;
  }

  /** The events of an answer; one that says an error is thrown. */
  async *#events(
    path: string,
    body: unknown,
    call: Pick<EndpointCall, 'signal' | 'about'>,
  ): AsyncGenerator<v.InferOutput<typeof completed>, void> {
    const { http, endpoint } = this.#options;
    for await (const { data } of http.events(path, body, { ...call, purpose: 'endpoint' })) {
      if (data === '[DONE]') continue;
      const value = parsed(data);
      if (isObject(value) && value['error'] != null) throw await http.reported(value);
      const event = v.safeParse(completed, value);
      if (!event.success) throw badAnswer(endpoint.name, 'an event of its answer is none of a completion');
      yield event.output;
    }
  }
}

/** A prompt whose markers the server takes for tokens. Those that end an answer it gives as text only if told so. */
function rawPrompt(prompt: string | null, { family }: EndpointAbility): Record<string, unknown> {
  const known = familyById(family);
  return { prompt, ...(known === null ? {} : { preserved_tokens: infillStops(known) }) };
}

function serverPrompt(query: InfillQuery): Record<string, unknown> {
  return {
    input_prefix: query.prefix,
    input_suffix: query.suffix,
    input_extra: query.extra.map(({ path, text }) => ({ filename: path, text })),
  };
}

function stopReason(event: v.InferOutput<typeof completed>): InfillAnswer['stopReason'] {
  if (event.stop_type === 'limit' || event.stopped_limit) return 'max-tokens';
  return event.stop_type === 'word' || event.stopped_word ? 'stop' : 'end';
}

function tokensOf(event: v.InferOutput<typeof completed>): InfillAnswer['tokens'] {
  const { timings } = event;
  const prompt = event.tokens_evaluated ?? null;
  const evaluated = timings?.prompt_n ?? null;
  const reused = timings?.cache_n ?? (prompt === null || evaluated === null ? null : prompt - evaluated);
  return { prompt, reused, generated: event.tokens_predicted ?? timings?.predicted_n ?? null };
}
