import * as v from 'valibot';
import type { ChatAnswer, ChatStopReason } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import type { AnswerWriter } from './answerWriter.ts';
import { answerTool } from './anthropicRequest.ts';
import {
  anthropicEvent,
  anthropicMessage,
  type AnthropicBlock,
  type AnthropicEvent,
  type AnthropicUsage,
} from './anthropicShapes.ts';
import { badAnswer, brokenAnswer } from './failures.ts';
import type { ServerEvent } from './serverEvents.ts';
import type { EndpointHttp } from './transport.ts';

/** Of how an answer ended; all others say that the model was done. */
const reasons: Readonly<Record<string, ChatStopReason>> = {
  max_tokens: 'max-tokens',
  model_context_window_exceeded: 'window-full',
  tool_use: 'tool-calls',
};

/** Counts that come in parts: the prompt's at the beginning, the answer's at the end, or all of them at either. */
type Counts = Partial<Record<'input' | 'written' | 'read' | 'output', number>>;

/** Reads one answer of `/messages` into a writer. */
export class AnthropicReader {
  readonly #http: EndpointHttp;
  readonly #writer: AnswerWriter;
  /** Whether the arguments of `answerTool` are the answer. */
  readonly #answersByTool: boolean;
  #counts: Counts = {};
  #call: { readonly id: string; readonly name: string; json: string } | null = null;
  #reason: string | null = null;
  #stop: string | null = null;

  constructor(http: EndpointHttp, writer: AnswerWriter, answersByTool: boolean) {
    this.#http = http;
    this.#writer = writer;
    this.#answersByTool = answersByTool;
  }

  /** Reads to the end. Rejects with EndpointError where the events end before it, or are none. */
  async read(events: AsyncIterable<ServerEvent>): Promise<ChatAnswer> {
    const { name } = this.#http.endpoint;
    let whole = false;
    let answers = false;
    try {
      for await (const { data } of events) {
        const event = await this.#eventOf(data);
        answers ||= event.type !== 'ping';
        whole = this.#take(event);
        if (whole || this.#writer.ended) break;
      }
    } catch (error) {
      // The answer is whole, only its last event is missing.
      const cut = error instanceof EndpointError && error.code === 'broken' && this.#reason !== null;
      if (!cut) throw error;
    }
    if (!answers) throw badAnswer(name, 'it answers nothing');
    const ended = whole || this.#writer.ended || this.#reason !== null;
    if (!ended) throw brokenAnswer(name, 'the connection was closed before its end');
    return this.#finish();
  }

  #finish(): ChatAnswer {
    const { input, written = 0, read = 0, output } = this.#counts;
    // The first event counts the beginning of the answer as if it were all of it.
    const generated = this.#reason === null ? null : (output ?? null);
    const usage = { prompt: input === undefined ? null : input + written + read, reused: read, generated };
    const reason = reasons[this.#reason ?? ''] ?? 'end';
    // The tool that is the answer is no call.
    const own = this.#answersByTool && reason === 'tool-calls' ? 'end' : reason;
    return this.#writer.finish(own, usage, this.#stop);
  }

  async #eventOf(data: string): Promise<AnthropicEvent> {
    const { name } = this.#http.endpoint;
    const value = parsed(data);
    if (!isObject(value)) throw badAnswer(name, 'an event of its answer is no JSON object');
    if (value['type'] === 'error' || value['error'] != null) throw await this.#http.reported(value);
    const { success, output } = v.safeParse(anthropicEvent, value);
    if (!success) throw badAnswer(name, 'an event of its answer is none of the Anthropic interface');
    return output;
  }

  /** Takes an event; true where the answer is whole with it. */
  #take(event: AnthropicEvent): boolean {
    switch (event.type) {
      case 'message_start':
        this.#count(event.message?.usage);
        return false;
      case 'content_block_start':
        if (event.content_block != null) this.#begin(event.content_block);
        return false;
      case 'content_block_delta':
        this.#add(event.delta ?? {});
        return false;
      case 'content_block_stop':
        this.#endCall();
        return false;
      case 'message_delta':
        this.#count(event.usage);
        this.#end(event.delta ?? {});
        return false;
      case 'message_stop':
        return true;
      case 'message':
        return this.#takeWhole(event);
      default:
        return false;
    }
  }

  #takeWhole(event: AnthropicEvent): boolean {
    const { success, output } = v.safeParse(anthropicMessage, event);
    if (!success) throw badAnswer(this.#http.endpoint.name, 'its answer is none of the Anthropic interface');
    for (const block of output.content) {
      this.#begin(block);
      this.#endCall();
    }
    this.#count(output.usage);
    this.#end(output);
    return true;
  }

  #begin(block: AnthropicBlock): void {
    this.#endCall();
    if (block.type === 'text') this.#writer.text(block.text ?? '');
    else if (block.type === 'thinking') this.#writer.reasoning(block.thinking ?? '');
    else if (block.type === 'tool_use') {
      // Where fragments follow, this is empty.
      const given = isObject(block.input) && Object.keys(block.input).length > 0;
      this.#call = {
        id: block.id ?? '',
        name: block.name ?? '',
        json: given ? JSON.stringify(block.input) : '',
      };
    }
  }

  #add({ text, thinking, partial_json: json }: NonNullable<AnthropicEvent['delta']>): void {
    this.#writer.text(text ?? '');
    this.#writer.reasoning(thinking ?? '');
    if (this.#call !== null) this.#call.json += json ?? '';
  }

  #endCall(): void {
    const call = this.#call;
    this.#call = null;
    if (call === null || call.name === '') return;
    if (this.#answersByTool && call.name === answerTool) this.#writer.text(call.json);
    else {
      const { id, name, json } = call;
      this.#writer.toolCall({ id, name, arguments: json === '' ? '{}' : json });
    }
  }

  #end(end: { stop_reason?: string | null | undefined; stop_sequence?: string | null | undefined }): void {
    const { name } = this.#http.endpoint;
    if (end.stop_reason === 'refusal') {
      throw new EndpointError(
        'refused',
        `${name} refuses to answer this: ask in other words, or ask another model.`,
      );
    }
    this.#reason = end.stop_reason ?? this.#reason;
    this.#stop = end.stop_sequence ?? this.#stop;
  }

  #count(usage: AnthropicUsage | null | undefined): void {
    const { input, written, read, output } = this.#counts;
    this.#counts = {
      ...known('input', usage?.input_tokens ?? input),
      ...known('written', usage?.cache_creation_input_tokens ?? written),
      ...known('read', usage?.cache_read_input_tokens ?? read),
      ...known('output', usage?.output_tokens ?? output),
    };
  }
}

function known(name: keyof Counts, value: number | undefined): Counts {
  return value === undefined ? {} : { [name]: value };
}
