import * as v from 'valibot';
import type { ChatAnswer, ChatMessage, ChatQuery, ChatStopReason } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointCall, InfillAnswer, InfillCall, InfillQuery } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import { jsonSchemaOf } from './answerSchema.ts';
import { AnswerWriter, noUsage, type ServerUsage } from './answerWriter.ts';
import type { EndpointApiClient } from './api.ts';
import { BegunThoughts } from './begunThoughts.ts';
import { badAnswer, brokenAnswer } from './failures.ts';
import { readInfill } from './infillWriter.ts';
import { noInfill } from './openaiInfill.ts';
import { ollamaGenerated, ollamaSaid } from './ollamaAnswers.ts';
import type { OllamaContexts } from './ollamaContexts.ts';
import { toRoot } from './openaiServer.ts';
import { askOllama, pullAdvice, type OllamaModel } from './ollamaModel.ts';
import type { EndpointHttp } from './transport.ts';

export interface OllamaOptions {
  readonly http: EndpointHttp;
  readonly endpoint: Endpoint;
  /** Shared by all endpoints. */
  readonly contexts: OllamaContexts;
}

/** Why an answer ended, in Ollama's words. */
const cutOff = 'length';
/** So many tokens of a window that is full Ollama may leave out of its counts. */
const countsDiffer = 4;

/**
 * Ollama's own interface, which says more than its OpenAI-compatible one: windows, what a model can do, how long it stays
 * loaded. Every request of every role asks for the same window, since Ollama loads the model anew for another one; and
 * for no cutting: a prompt that does not fit is an error (`too-long`), where Ollama would leave out its beginning.
 */
export class OllamaClient implements EndpointApiClient {
  readonly #options: OllamaOptions;
  readonly #begunThoughts = new BegunThoughts();
  #model: OllamaModel | null = null;

  constructor(options: OllamaOptions) {
    this.#options = options;
  }

  async ability(signal: AbortSignal): Promise<EndpointAbility> {
    const { http, endpoint, contexts } = this.#options;
    this.#model = await askOllama(http, endpoint, contexts, signal);
    return this.#model.ability;
  }

  async chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer> {
    const model = await this.#known(call.signal);
    const { http, endpoint } = this.#options;
    const { ability } = model;
    const { tools } = query;
    const { name } = endpoint;
    const begunThoughts = this.#begunThoughts;
    const writer = new AnswerWriter({ query, call, timers: http.timers, name, begunThoughts });
    const body = {
      ...this.#common(ability),
      messages: query.messages.map((message) => ollamaMessage(message)),
      ...(tools.length === 0 || !ability.tools ? {} : { tools: tools.map(ollamaTool) }),
      ...(query.schema === undefined ? {} : { format: jsonSchemaOf(query.schema) }),
      ...(ability.thinking ? { think: thinkValue(query.thinking, model.thinkValues) } : {}),
      options: {
        ...this.#window(ability),
        num_predict: query.maxTokens,
        temperature: query.temperature,
        seed: query.seed,
      },
    };
    let end: { reason: ChatStopReason; usage: ServerUsage } | null = null;
    // Ollama does not say which text stopped an answer, so the stops are looked for here.
    for await (const line of this.#lines('/api/chat', body, call)) {
      const { output, success } = v.safeParse(ollamaSaid, line);
      if (!success) throw badAnswer(endpoint.name, 'a line of its answer is none of a chat');
      writer.reasoning(output.message?.thinking ?? '');
      writer.text(output.message?.content ?? '');
      for (const { id, function: called } of output.message?.tool_calls ?? []) {
        writer.toolCall({ id, name: called.name, arguments: JSON.stringify(called.arguments ?? {}) });
      }
      if (output.done) end = { reason: stopReason(output, body.options), usage: usageOf(output) };
      if (writer.ended || end !== null) break;
    }
    if (end === null && !writer.ended) throw ended(endpoint.name);
    return writer.finish(end?.reason ?? 'end', end?.usage ?? noUsage);
  }

  async infill(query: InfillQuery, call: InfillCall): Promise<InfillAnswer> {
    const { ability } = await this.#known(call.signal);
    const { endpoint } = this.#options;
    if (ability.infill === 'none') throw noInfill(endpoint.name, ability.model);
    const body = {
      ...this.#common(ability),
      ...infillPrompt(query, ability),
      // One that thinks would think of the code first.
      ...(ability.thinking ? { think: false } : {}),
      options: {
        ...this.#window(ability),
        // Nothing at all means no limit to Ollama.
        num_predict: Math.max(1, query.maxTokens),
        temperature: query.seed === undefined ? 0 : 0.6,
        ...(query.seed === undefined ? {} : { seed: query.seed }),
        stop: query.stops,
      },
    };
    return readInfill(query, call, async (writer, signal) => {
      for await (const line of this.#lines('/api/generate', body, { ...call, signal })) {
        const { output, success } = v.safeParse(ollamaGenerated, line);
        if (!success) throw badAnswer(endpoint.name, 'a line of its answer is none of a completion');
        writer.push(output.response);
        if (output.done) {
          const { prompt, generated } = usageOf(output);
          const reason = output.done_reason === cutOff ? 'max-tokens' : 'end';
          return { stopReason: reason, tokens: { prompt, reused: null, generated } };
        }
        if (writer.ended) return { stopReason: 'stop', tokens: noUsage };
      }
      throw ended(endpoint.name);
    });
  }

  /** Ollama counts no tokens of a text without answering it. */
  countTokens(): Promise<null> {
    return Promise.resolve(null);
  }

  async #known(signal: AbortSignal): Promise<OllamaModel> {
    if (this.#model === null) await this.ability(signal);
    if (this.#model === null) throw badAnswer(this.#options.endpoint.name, 'it did not say what it can do');
    return this.#model;
  }

  #common({ model }: EndpointAbility): Record<string, unknown> {
    const { keepAliveMinutes } = this.#options.endpoint;
    return {
      model,
      stream: true,
      truncate: false,
      shift: false,
      ...(keepAliveMinutes === null ? {} : { keep_alive: `${keepAliveMinutes}m` }),
    };
  }

  #window({ model, contextTokens }: EndpointAbility): { num_ctx?: number } {
    const { endpoint, contexts } = this.#options;
    const tokens = contexts.of(endpoint, model) ?? contextTokens;
    return tokens === null ? {} : { num_ctx: tokens };
  }

  /** The lines of an answer; one that says an error is thrown. */
  async *#lines(
    path: string,
    body: unknown,
    call: Pick<EndpointCall, 'signal' | 'about'>,
  ): AsyncGenerator<unknown, void> {
    const { http, endpoint } = this.#options;
    try {
      for await (const line of http.lines(`${toRoot(endpoint.address)}${path}`, body, {
        ...call,
        purpose: 'endpoint',
      })) {
        if (isObject(line) && line['error'] != null) {
          throw await http.reported(line);
        }
        yield line;
      }
    } catch (error) {
      const missing = error instanceof EndpointError && error.code === 'no-model';
      throw missing ? pullAdvice(endpoint.name, this.#model?.ability.model ?? endpoint.model) : error;
    }
  }
}

function ended(name: string): EndpointError {
  return brokenAnswer(name, 'the connection was closed before its end');
}

/** The prompt of a completion. Without a suffix, or a prompt, Ollama would take it for something else than that. */
function infillPrompt(query: InfillQuery, { infill }: EndpointAbility): Record<string, unknown> {
  if (infill === 'raw' && query.prompt !== null) return { prompt: query.prompt, raw: true };
  return {
    prompt: query.prefix === '' ? '\n' : query.prefix,
    suffix: query.suffix === '' ? '\n' : query.suffix,
  };
}

function ollamaMessage(message: ChatMessage): Record<string, unknown> {
  const { role, content, reasoning, toolCalls, toolName } = message;
  return {
    role,
    content,
    ...(reasoning === undefined || reasoning === '' ? {} : { thinking: reasoning }),
    ...(toolCalls === undefined || toolCalls.length === 0
      ? {}
      : {
          tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
            id,
            function: { name, arguments: objectOf(text) },
          })),
        }),
    ...(toolName === undefined ? {} : { tool_name: toolName }),
    ...(message.toolCallId === undefined ? {} : { tool_call_id: message.toolCallId }),
  };
}

/** Ollama takes arguments as an object only; what a model wrote may be malformed. */
function objectOf(text: string): Record<string, unknown> {
  const value = parsed(text);
  return isObject(value) ? value : {};
}

function ollamaTool(tool: ChatQuery['tools'][number]): Record<string, unknown> {
  return { type: 'function', function: { ...tool } };
}

/** A model with levels takes no other values; the middle one of several levels is as much as `true`. */
function thinkValue(wanted: boolean, values: OllamaModel['thinkValues']): boolean | string {
  if (values === null || values.includes(wanted)) return wanted;
  const levels = values.filter((value) => typeof value === 'string');
  const at = wanted ? Math.floor(levels.length / 2) : 0;
  return levels[at] ?? wanted;
}

/** Ollama has one word for both: the answer has as many tokens as it may, or prompt and answer fill the window. */
function stopReason(
  { done_reason: reason, prompt_eval_count: prompt, eval_count: generated }: Counts & { done_reason: string },
  { num_ctx: window, num_predict: most }: { num_ctx?: number; num_predict: number },
): ChatStopReason {
  if (reason !== cutOff) return 'end';
  const counted = window !== undefined && prompt !== null && generated !== null;
  return counted && generated < most && prompt + generated >= window - countsDiffer
    ? 'window-full'
    : 'max-tokens';
}

function usageOf({
  prompt_eval_count: prompt,
  eval_count: generated,
  prompt_eval_duration: nanoseconds,
}: Counts): ServerUsage {
  return {
    prompt,
    reused: null,
    generated,
    promptMs: nanoseconds === null ? null : nanoseconds / 1e6,
  };
}

interface Counts {
  readonly prompt_eval_count: number | null;
  readonly eval_count: number | null;
  readonly prompt_eval_duration: number | null;
}
