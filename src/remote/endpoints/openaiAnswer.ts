import * as v from 'valibot';
import type { ChatStopReason } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import type { AnswerWriter, ServerUsage } from './answerWriter.ts';
import { noUsage } from './answerWriter.ts';
import { badAnswer, brokenAnswer } from './failures.ts';
import { openAiChunk, type OpenAiChunk, type OpenAiMessage, type OpenAiToolCall } from './openaiShapes.ts';
import type { ServerEvent } from './serverEvents.ts';
import type { EndpointHttp } from './transport.ts';

/** How a stream ended, as the server says. */
export interface StreamEnd {
  readonly reason: Extract<ChatStopReason, 'end' | 'tool-calls' | 'max-tokens' | 'window-full'>;
  /** Which text ended it, where the server says that. */
  readonly stop: string | null;
  readonly usage: ServerUsage;
}

/** Who gets what a stream brings. */
export interface StreamReader {
  readonly http: EndpointHttp;
  /** Takes one choice's piece. */
  readonly take: (piece: OpenAiPiece) => void;
  /** Whether the answer is at its end already. */
  readonly ended: () => boolean;
  /** Whether usage is to come behind the end. */
  readonly awaitsUsage: boolean;
}

export type OpenAiPiece = NonNullable<OpenAiChunk['choices']>[number];

const done = '[DONE]';

/** So long the cost of an answer may come behind its end. */
const usageMs = 2_000;

/** Of how an answer ended; all others say that the model was done. */
const reasons: Readonly<Record<string, StreamEnd['reason']>> = {
  length: 'max-tokens',
  max_tokens: 'max-tokens',
  model_length: 'window-full',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
};

/**
 * Reads the events of an answer, which `open` asks for; its signal closes the connection. Rejects with EndpointError
 * where they end before the answer does, or are none.
 */
export async function readOpenAi(
  open: (close: AbortSignal) => AsyncIterable<ServerEvent>,
  { http, take, ended, awaitsUsage }: StreamReader,
): Promise<StreamEnd> {
  const { name } = http.endpoint;
  let usage = noUsage;
  let finish: Pick<StreamEnd, 'reason' | 'stop'> | null = null;
  let answers = false;
  let closes = false;
  const close = new AbortController();
  let cancelClose: (() => void) | null = null;
  try {
    for await (const { data } of open(close.signal)) {
      if (data.trim() === done) {
        closes = true;
        break;
      }
      const chunk = await chunkOf(data, http);
      if (chunk.usage != null) usage = usageOf(chunk.usage);
      for (const piece of chunk.choices ?? []) {
        if ((piece.index ?? 0) !== 0) continue;
        answers = true;
        take(piece);
        if (piece.finish_reason == null) continue;
        checkFinish(piece.finish_reason, name);
        finish = { reason: reasons[piece.finish_reason] ?? 'end', stop: stopOf(piece) };
      }
      if (ended() || (finish !== null && (!awaitsUsage || usage !== noUsage))) break;
      // Some servers keep the connection open behind the end.
      if (finish !== null) cancelClose ??= http.timers.after(usageMs, () => close.abort());
    }
  } catch (error) {
    // The answer is whole, only what it cost is missing.
    const cut = close.signal.aborted || (error instanceof EndpointError && error.code === 'broken');
    if (finish === null || !cut) throw error;
  } finally {
    cancelClose?.();
  }
  if (!answers) throw badAnswer(name, 'it answers nothing');
  if (finish === null && !closes && !ended()) {
    throw brokenAnswer(name, 'the connection was closed before its end');
  }
  return { reason: 'end', stop: null, ...finish, usage };
}

async function chunkOf(data: string, http: EndpointHttp): Promise<OpenAiChunk> {
  const { name } = http.endpoint;
  const value = parsed(data);
  if (!isObject(value)) throw badAnswer(name, 'an event of its answer is no JSON object');
  // vLLM's errors stood at the top once.
  if (value['error'] != null || value['object'] === 'error') throw await http.reported(value);
  const { success, output } = v.safeParse(openAiChunk, value);
  if (!success) throw badAnswer(name, 'an event of its answer is none of the OpenAI interface');
  return output;
}

function checkFinish(reason: string, name: string): void {
  if (reason === 'content_filter') {
    throw new EndpointError(
      'refused',
      `${name} ended its answer because of its content filter: ask in other words, or ask another model.`,
    );
  }
  if (reason === 'error')
    throw new EndpointError('server', `${name} failed in the middle of its answer: ask again.`);
  if (reason === 'abort') throw brokenAnswer(name, 'it gave it up');
}

function stopOf({ stop_reason: stop }: OpenAiPiece): string | null {
  return typeof stop === 'string' ? stop : null;
}

function usageOf(usage: OpenAiChunk['usage'] & {}): ServerUsage {
  const reused = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens;
  return {
    prompt: usage.prompt_tokens ?? null,
    reused: reused ?? null,
    generated: usage.completion_tokens ?? null,
  };
}

/** The text of a message, and the thoughts in it where they stand beside each other. */
export function contentOf({
  content,
}: OpenAiMessage): readonly { kind: 'text' | 'reasoning'; text: string }[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return (content ?? []).map((part) =>
    part.type === 'thinking'
      ? { kind: 'reasoning', text: textIn(part.thinking) }
      : { kind: 'text', text: part.text ?? '' },
  );
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  return value
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

/** A call of which fragments come. */
interface OpenCall {
  id: string;
  name: string;
  arguments: string;
}

/** Puts calls together from their fragments, which may come in turns, and gives them to the answer at its end. */
export class ChatPieces {
  readonly #writer: AnswerWriter;
  readonly #calls: OpenCall[] = [];
  /** The call that a fragment with this number goes on with; null: one without a number. */
  readonly #open = new Map<number | null, OpenCall>();

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
  }

  take({ delta, message, text }: OpenAiPiece): void {
    const said = delta ?? message;
    this.#writer.text(text ?? '');
    if (said == null) return;
    const thought = said.reasoning_content ?? (typeof said.reasoning === 'string' ? said.reasoning : '');
    this.#writer.reasoning(thought);
    for (const part of contentOf(said)) {
      if (part.kind === 'reasoning') this.#writer.reasoning(part.text);
      else this.#writer.text(part.text);
    }
    this.#writer.text(said.refusal ?? '');
    for (const call of said.tool_calls ?? []) this.#take(call);
  }

  /** Nothing more comes. */
  end(): void {
    this.#open.clear();
    for (const call of this.#calls.splice(0)) {
      if (call.name === '') continue;
      this.#writer.toolCall({ ...call, arguments: call.arguments === '' ? '{}' : call.arguments });
    }
  }

  #take({ index: number, id: given, function: called }: OpenAiToolCall): void {
    const index = number ?? null;
    const id = given ?? '';
    const name = called?.name ?? '';
    // Some leave out the number of all fragments but the first.
    const last = this.#open.get(index) ?? (index === null && name === '' ? this.#calls.at(-1) : undefined);
    const call = last === undefined || this.#isOther(last, index, id, name) ? this.#begin(index) : last;
    // Some give each fragment an id of its own, or the name again.
    if (call.id === '') call.id = id;
    if (call.name === '') call.name = name;
    const text = called?.arguments ?? '';
    call.arguments += typeof text === 'string' ? text : JSON.stringify(text);
  }

  /** Servers that send calls whole may leave out their numbers, or give all of them the first one. */
  #isOther(last: OpenCall, index: number | null, id: string, name: string): boolean {
    if (name === '') return false;
    if (index === null) return last.name !== '' && (id === '' || id !== last.id);
    return id !== '' && last.id !== '' && id !== last.id;
  }

  #begin(index: number | null): OpenCall {
    const call = { id: '', name: '', arguments: '' };
    this.#calls.push(call);
    this.#open.set(index, call);
    return call;
  }
}
