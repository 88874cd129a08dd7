import type { ChatEvent } from '../types.ts';
import { Collected, type AnswerReader } from './collected.ts';
import type { OutputFormat } from './format.ts';
import { HarmonyAnswer } from './harmonyAnswer.ts';
import { MarkedAnswer } from './markedAnswer.ts';

/** What is known of an answer before it begins. */
export interface AnswerParserOptions {
  /** Whether the prompt ended inside of thinking (`OutputFormat.beginsThinking`). */
  readonly begunThinking: boolean;
  /** Whether tools were offered; where they weren't, what looks like a call is text. True where it isn't said. */
  readonly tools?: boolean;
  /** Makes the id of a call to which the model gave none. */
  readonly newCallId?: () => string;
}

/**
 * Turns what a model writes, its control tokens written out, into text, reasoning and calls. Where the text was cut
 * into pieces makes no difference but to the cuts of text and reasoning. What may be the beginning of a marker is held
 * back until it is certain. A call whose JSON is malformed is given with the text of its arguments as it is; what
 * names no function is text.
 */
export class AnswerParser {
  readonly #events: Collected;
  readonly #reader: AnswerReader;

  constructor(format: OutputFormat, options: AnswerParserOptions) {
    const { begunThinking, tools = true, newCallId = randomCallId } = options;
    this.#events = new Collected(newCallId);
    this.#reader = format.harmony
      ? new HarmonyAnswer({ begunThinking, tools }, this.#events)
      : new MarkedAnswer(format, { begunThinking, tools }, this.#events);
  }

  /** Takes more of the answer; gives what is certain by now. */
  push(text: string): readonly ChatEvent[] {
    this.#reader.push(text);
    return this.#events.take();
  }

  /** Gives what was held back. */
  end(): readonly ChatEvent[] {
    this.#reader.end();
    return this.#events.take();
  }
}

const idCharacters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Nine letters and digits: Mistral's templates refuse any other id. */
function randomCallId(): string {
  return Array.from({ length: 9 }, () => idCharacters[Math.floor(Math.random() * 36)]).join('');
}
