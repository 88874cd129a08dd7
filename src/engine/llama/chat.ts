import { AnswerParser } from '../../core/chat/output/answerParser.ts';
import { Repetition } from '../../core/chat/output/repetition.ts';
import type { RenderedPrompt } from '../../core/chat/template/chatFormat.ts';
import type { WrittenToken } from '../../core/chat/template/promptTokens.ts';
import { StopTexts } from '../../core/chat/template/stopTexts.ts';
import type { ChatAnswer, ChatEvent, ChatQuery, ChatStopReason, ToolCall } from '../../core/chat/types.ts';
import { Utf8Reader } from '../../core/prompt/bytes.ts';
import { EngineError } from '../errors.ts';
import { Constrained } from './constrained.ts';
import { Decoding } from './decode.ts';
import type { LogSink } from './library.ts';
import type { Model } from './model.ts';
import { Sampler } from './sampler.ts';
import type { Turn } from './scheduler.ts';
import type { Sequence } from './sequence.ts';

/** What answers, and where. */
export interface ChatWriter extends Pick<Model, 'talk' | 'tokenizer' | 'chatSpeculation'> {
  readonly sequence: Sequence;
}

/** Who may delay or end an answer, who hears of it, and when it was asked for (by `performance.now`). */
export interface ChatCall {
  readonly turn: Turn;
  readonly asked: number;
  readonly onEvent: (event: ChatEvent) => void;
  readonly log: LogSink;
}

/** Whether what is written is the answer itself, from its first token on: no thought, no call. */
function hasForm({ answerStart, schema }: ChatQuery): boolean {
  return answerStart !== undefined || schema !== undefined;
}

/** Answers a query. Throws `bad-request` where its prompt does not fit into the window. */
export async function chat(writer: ChatWriter, query: ChatQuery, call: ChatCall): Promise<ChatAnswer> {
  const { talk, sequence } = writer;
  const rendered = talk.format.render(hasForm(query) ? { answerStart: '', ...query } : query);
  if (rendered.failure !== null) {
    const why = `the model's chat template failed with this conversation (${rendered.failure})`;
    call.log('warn', `A safe format is used for one answer: ${why}.`);
  }
  const laid = talk.prompts.lay(rendered.text);
  const prompt = laid.tokens;
  checkRoom(prompt.length, sequence.contextTokens);
  const began = performance.now();
  const total = prompt.length;
  const prefill = await sequence.prefill(prompt, call.turn, (evaluated) =>
    // The last token is evaluated with the first one of the answer.
    call.onEvent({ kind: 'prefill', done: Math.min(total, evaluated + 1), total }),
  );
  const promptMs = performance.now() - began;
  const answer = new Answer(rendered, query, call.onEvent);
  const written: WrittenToken[] = [];
  try {
    await write(writer, { prompt, rendered, query }, call, answer, written);
  } finally {
    talk.prompts.remember(laid, written);
  }
  const { asked } = call;
  const { text, reasoning, toolCalls, stopReason, stop } = answer;
  return {
    text,
    reasoning,
    toolCalls,
    stopReason,
    ...(stop === null ? {} : { stop }),
    ...(rendered.failure === null ? {} : { templateFailure: rendered.failure }),
    tokens: {
      prompt: total,
      reused: prefill.reused,
      // Decoding begins with the prompt's last token.
      evaluated: prefill.evaluated + 1,
      generated: written.length,
    },
    milliseconds: {
      queue: began - asked,
      prompt: promptMs,
      firstToken: (answer.firstAt ?? began + promptMs) - asked,
      total: performance.now() - asked,
    },
  };
}

/** Tokens that a query's prompt has, in whichever way of thinking it has more. */
export function countChat(
  { talk }: Pick<Model, 'talk'>,
  query: Pick<ChatQuery, 'messages' | 'tools'>,
): number {
  const texts = new Set([true, false].map((thinking) => talk.format.render({ ...query, thinking }).text));
  return Math.max(...[...texts].map((text) => talk.prompts.lay(text).tokens.length));
}

function checkRoom(prompt: number, window: number): void {
  if (prompt < window) return;
  throw new EngineError(
    'bad-request',
    `The question has ${prompt} tokens with what goes with it, and the window of chat ${window}: ask for less, or set hearth.chat.contextTokens to more.`,
  );
}

interface Asked {
  readonly prompt: readonly number[];
  readonly rendered: RenderedPrompt;
  readonly query: ChatQuery;
}

/** Decodes until the answer ends; `written` gets its tokens as they come. */
async function write(
  writer: ChatWriter,
  asked: Asked,
  { turn }: ChatCall,
  answer: Answer,
  written: WrittenToken[],
): Promise<void> {
  const { talk, tokenizer } = writer;
  const { maxTokens } = asked.query;
  const decoding = decoderOf(writer, asked);
  const utf8 = new Utf8Reader();
  for await (const { id, text } of decoding.tokens(turn.signal)) {
    const control = talk.controls.textOf(id);
    utf8.read(tokenizer.bytes(id));
    written.push({ id, text: control ?? text, control: control !== null, whole: !utf8.incomplete });
    if (!answer.push(control ?? text)) return;
    if (written.length >= maxTokens) return answer.end('max-tokens');
    await turn.giveWay();
  }
  answer.end(decoding.full ? 'window-full' : 'end');
}

/** What gives the tokens of an answer. */
function decoderOf(
  { talk, tokenizer, sequence, chatSpeculation }: ChatWriter,
  { prompt, rendered, query }: Asked,
): Decoding | Constrained {
  const { controls } = talk;
  const { temperature, seed, expected, schema } = query;
  if (schema !== undefined)
    return new Constrained(sequence.llama, tokenizer, { prompt, schema, temperature, seed });
  return new Decoding(sequence.llama, tokenizer, chatSpeculation, {
    prompt,
    taken: [],
    stops: new Set(
      rendered.stopTokens.filter((text) => controls.has(text)).map((text) => controls.token(text).id),
    ),
    avoid: [],
    ...(expected === undefined ? {} : { expected: tokenizer.tokenize(expected) }),
    ...(temperature > 0 ? { sampler: new Sampler(temperature, seed) } : {}),
  });
}

/** Takes an answer that is text from its first character to its last. */
const plainReader = {
  push: (text: string): readonly ChatEvent[] => (text === '' ? [] : [{ kind: 'text', text }]),
  end: (): readonly ChatEvent[] => [],
};

/** What became of an answer so far. */
class Answer {
  readonly #parser: Pick<AnswerParser, 'push' | 'end'>;
  readonly #stops: StopTexts;
  readonly #asked: readonly string[];
  readonly #repetition = new Repetition();
  readonly #onEvent: (event: ChatEvent) => void;
  readonly toolCalls: ToolCall[] = [];
  text = '';
  reasoning = '';
  stopReason: ChatStopReason = 'end';
  /** When the first token came. */
  firstAt: number | null = null;

  constructor(
    { text, output, stops }: RenderedPrompt,
    query: ChatQuery,
    onEvent: (event: ChatEvent) => void,
  ) {
    const begunThinking = output.beginsThinking(text);
    this.#parser = hasForm(query)
      ? plainReader
      : new AnswerParser(output, { begunThinking, tools: query.tools.length > 0 });
    this.#asked = query.stops ?? [];
    this.#stops = new StopTexts([...stops, ...this.#asked], query.answerStart);
    this.#onEvent = onEvent;
  }

  /** Which of the texts ended it that the query asked for; null for none. */
  get stop(): string | null {
    const { found } = this.#stops;
    return found !== null && this.#asked.includes(found) ? found : null;
  }

  /** Takes what a token added; false where the answer ends with it. */
  push(text: string): boolean {
    this.firstAt ??= performance.now();
    if (!this.#give(this.#parser.push(this.#stops.push(text)))) return this.#endsWith('tool-calls');
    if (this.#stops.stopped) return this.#endsWith('end');
    if (this.#repetition.push(text)) return this.#endsWith('repetition');
    return true;
  }

  /** Nothing more comes. */
  end(reason: ChatStopReason): void {
    this.#give(this.#parser.push(this.#stops.end()));
    this.#give(this.#parser.end());
    this.stopReason = reason === 'end' && this.toolCalls.length > 0 ? 'tool-calls' : reason;
  }

  #endsWith(reason: ChatStopReason): false {
    this.end(reason);
    return false;
  }

  /** Passes events on; false where text follows a call: a model that makes up what the tool gives. */
  #give(events: readonly ChatEvent[]): boolean {
    for (const event of events) {
      if (event.kind === 'tool-call') this.toolCalls.push(event.call);
      else if (event.kind === 'reasoning') this.reasoning += event.text;
      else if (event.kind === 'text') {
        if (this.toolCalls.length > 0) {
          if (event.text.trim() !== '') return false;
          continue;
        }
        this.text += event.text;
      }
      this.#onEvent(event);
    }
    return true;
  }
}
