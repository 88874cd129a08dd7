import { AnswerParser } from '../../core/chat/output/answerParser.ts';
import { Repetition } from '../../core/chat/output/repetition.ts';
import { StopTexts } from '../../core/chat/template/stopTexts.ts';
import type { ChatAnswer, ChatEvent, ChatQuery, ChatStopReason, ToolCall } from '../../core/chat/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointCall } from '../../core/endpoints/ports.ts';
import type { Timers } from '../timers.ts';
import { conforming } from './answerSchema.ts';
import {
  beginsThoughts,
  endsThoughts,
  partedThoughts,
  usualFormat,
  type BegunThoughts,
} from './begunThoughts.ts';
import { estimatedPrompt, estimatedTokens } from './estimate.ts';

/** What a server says of an answer's cost; null where it does not. */
export interface ServerUsage {
  readonly prompt: number | null;
  /** Of the prompt, what it had in its cache. */
  readonly reused: number | null;
  readonly generated: number | null;
  /** Milliseconds that it evaluated the prompt. */
  readonly promptMs?: number | null;
}

export const noUsage: ServerUsage = { prompt: null, reused: null, generated: null };

export interface AnswerWriterOptions {
  readonly query: ChatQuery;
  readonly call: Pick<EndpointCall, 'onEvent'>;
  readonly timers: Timers;
  /** The endpoint's, for errors. */
  readonly name: string;
  /** Whether the server goes on behind `answerStart`. Default: false. */
  readonly prefilled?: boolean;
  /** What earlier answers of the server have shown, and this one may show. */
  readonly begunThoughts?: BegunThoughts;
}

/** A server that does not keep to `maxTokens` is cut off here: hardly a token has more characters. */
const mostUnitsPerToken = 32;

/**
 * Makes an answer of what a server sends, and tells of it as it comes: parts thoughts from text where the server does
 * not, ends it at the query's `stops`, where the model repeats itself without end and where it is far too long. Where
 * pieces are cut makes no difference. An answer with a `schema` is given when it is whole and conforms.
 */
export class AnswerWriter {
  readonly #options: AnswerWriterOptions;
  readonly #began: number;
  #parser: Pick<AnswerParser, 'push' | 'end'>;
  readonly #stops: StopTexts;
  readonly #repetition = new Repetition();
  readonly #toolCalls: ToolCall[] = [];
  /** Whether the answer is taken to begin inside of its thoughts. */
  #begunThinking: boolean;
  /** What the server gave as text. */
  #written = '';
  #text = '';
  #reasoning = '';
  #units = 0;
  #firstAt: number | null = null;
  #ended: ChatStopReason | null = null;

  constructor(options: AnswerWriterOptions) {
    const { query, timers, prefilled = false, begunThoughts } = options;
    this.#options = options;
    this.#began = timers.now();
    this.#begunThinking = !prefilled && begunThoughts?.expected(query.thinking) === true;
    this.#parser = prefilled ? plainText : parserFrom(this.#begunThinking);
    this.#stops = new StopTexts(query.stops ?? [], prefilled ? query.answerStart : '');
  }

  /** Whether the answer is at its end although the server may go on: read no further then. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Tells how far the server is with the prompt. */
  prefill(done: number, total: number): void {
    if (!this.ended) this.#options.call.onEvent?.({ kind: 'prefill', done, total });
  }

  /** More of the answer, thoughts between markers included. */
  text(piece: string): void {
    if (!this.#counts(piece)) return;
    this.#written += piece;
    this.#give(this.#parser.push(piece));
    this.#check(piece);
  }

  /** More of what the server itself says is thought. */
  reasoning(piece: string): void {
    if (!this.#counts(piece)) return;
    // A server that parts the thoughts itself gives text behind them.
    if (this.#begunThinking && this.#written === '') this.#begin(false);
    this.#reason(piece);
    this.#check(piece);
  }

  /** A call that is complete; an id is made where it has none. */
  toolCall(call: Omit<ToolCall, 'id'> & { readonly id?: string | null }): void {
    const { id, name } = call;
    if (!this.#counts(name + call.arguments)) return;
    this.#flush();
    const own = id ?? '';
    const whole = { id: own === '' ? newCallId() : own, name, arguments: call.arguments };
    this.#toolCalls.push(whole);
    this.#options.call.onEvent?.({ kind: 'tool-call', call: whole });
  }

  /**
   * The whole answer. `reason` is the server's, `stop` which of the query's `stops` it says ended it. Rejects an answer
   * that breaks the schema with EndpointError (`bad-answer`).
   */
  finish(reason: ChatStopReason, usage: ServerUsage, stop: string | null = null): ChatAnswer {
    const { query } = this.#options;
    if (!this.ended) this.#flush();
    const ended = this.#ended ?? reason;
    this.#part(ended);
    const text = query.schema === undefined ? this.#text : this.#conforming(query.schema, reason);
    const found = this.#stops.found ?? (query.stops?.includes(stop ?? '') === true ? stop : null);
    return {
      text,
      reasoning: this.#reasoning,
      toolCalls: this.#toolCalls,
      stopReason: ended === 'end' && this.#toolCalls.length > 0 ? 'tool-calls' : ended,
      ...(found === null ? {} : { stop: found }),
      ...this.#costs(usage),
    };
  }

  /** Parts thoughts that the server's template began from the text, and remembers it for the next answer. */
  #part(ended: ChatStopReason): void {
    const { query, prefilled, begunThoughts } = this.#options;
    if (prefilled === true) return;
    if (this.#begunThinking) {
      // Thoughts that are cut off have no end; where the answer has one and they don't, they were none.
      const whole = ended === 'end' || ended === 'tool-calls';
      if (!whole || this.#written === '' || endsThoughts(this.#written)) return;
      const text = this.#reasoning;
      this.#reasoning = '';
      this.#write(this.#stops.push(text));
      this.#write(this.#stops.end());
      begunThoughts?.learn(query.thinking, false);
      return;
    }
    const parted = beginsThoughts(this.#written) ? null : partedThoughts(this.#text);
    if (parted === null) return;
    this.#reasoning += parted.reasoning;
    this.#text = parted.text;
    begunThoughts?.learn(query.thinking, true);
  }

  #begin(begunThinking: boolean): void {
    this.#begunThinking = begunThinking;
    this.#parser = parserFrom(begunThinking);
  }

  #costs(usage: ServerUsage): Pick<ChatAnswer, 'tokens' | 'milliseconds'> {
    const now = this.#options.timers.now();
    const firstToken = (this.#firstAt ?? now) - this.#began;
    const prompt = usage.prompt ?? estimatedPrompt(this.#options.query);
    const reused = Math.min(prompt, usage.reused ?? 0);
    const generated = usage.generated ?? estimatedTokens(this.#units);
    return {
      tokens: { prompt, reused, evaluated: prompt - reused, generated },
      milliseconds: {
        queue: 0,
        prompt: usage.promptMs ?? firstToken,
        firstToken,
        total: now - this.#began,
      },
    };
  }

  #conforming(schema: ChatQuery['schema'] & {}, reason: ChatStopReason): string {
    const text = conforming(schema, this.#text);
    if (text === null) {
      const why =
        reason === 'max-tokens'
          ? 'its answer was not whole at its limit of tokens'
          : 'it wrote something else';
      throw new EndpointError(
        'bad-answer',
        `${this.#options.name} did not answer in the form that was asked for (${why}): ask again, or ask another model.`,
      );
    }
    this.#options.call.onEvent?.({ kind: 'text', text });
    return text;
  }

  /** False where the piece is nothing, or comes behind the end. */
  #counts(piece: string): boolean {
    if (piece === '' || this.ended) return false;
    this.#firstAt ??= this.#options.timers.now();
    this.#units += piece.length;
    return true;
  }

  #check(piece: string): void {
    if (this.#stops.stopped) this.#ended = 'end';
    else if (this.#repetition.push(piece)) this.#end('repetition');
    else if (this.#units > this.#options.query.maxTokens * mostUnitsPerToken) this.#end('max-tokens');
  }

  #end(reason: ChatStopReason): void {
    this.#flush();
    this.#ended = reason;
  }

  /** Gives what was held back. */
  #flush(): void {
    this.#give(this.#parser.end());
    this.#write(this.#stops.end());
  }

  #give(events: readonly ChatEvent[]): void {
    for (const event of events) {
      if (event.kind === 'reasoning') this.#reason(event.text);
      else if (event.kind === 'text') this.#write(this.#stops.push(event.text));
    }
  }

  #reason(text: string): void {
    this.#reasoning += text;
    this.#options.call.onEvent?.({ kind: 'reasoning', text });
  }

  #write(text: string): void {
    if (text === '') return;
    this.#text += text;
    if (this.#options.query.schema === undefined) this.#options.call.onEvent?.({ kind: 'text', text });
  }
}

function parserFrom(begunThinking: boolean): AnswerParser {
  return new AnswerParser(usualFormat, { begunThinking, tools: false });
}

/** Takes an answer that is text from its first character to its last. */
const plainText = {
  push: (text: string): readonly ChatEvent[] => [{ kind: 'text', text }],
  end: (): readonly ChatEvent[] => [],
};

/** Nine letters and digits: Mistral's templates refuse any other id. */
function newCallId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 9);
}
