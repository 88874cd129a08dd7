import { LlamaGrammarEvaluationState, type LlamaContextSequence, type Token } from 'node-llama-cpp';
import type { AnswerSchema } from '../../core/chat/types.ts';
import { Utf8Reader } from '../../core/prompt/bytes.ts';
import { parsed } from '../../core/text/json.ts';
import { topK, topP } from './sampler.ts';
import { throwIfAborted } from './scheduler.ts';
import type { ModelTokenizer } from './tokenizer.ts';

/** What JSON is to be written, and how. */
export interface ConstrainedRequest {
  /** All but the last token of it must be evaluated. */
  readonly prompt: readonly number[];
  readonly schema: AnswerSchema;
  readonly temperature: number;
  readonly seed: number;
}

/** A token, and the text that became certain with it ('' while a character is incomplete). */
export interface ConstrainedToken {
  readonly id: number;
  readonly text: string;
}

/** How a whole value of JSON may end; a number may go on, so it ends with the blank behind it. */
const mayBeWhole = /[\]}"\s]$/;

/**
 * Writes JSON of a schema, one token at a time: llama.cpp leaves only those to choose from with which it can still become
 * such. Ends when the JSON is whole, or the context full. Throws `cancelled` or `deadline`.
 */
export class Constrained {
  readonly #sequence: LlamaContextSequence;
  readonly #tokenizer: ModelTokenizer;
  readonly #request: ConstrainedRequest;
  #full = false;

  constructor(sequence: LlamaContextSequence, tokenizer: ModelTokenizer, request: ConstrainedRequest) {
    this.#sequence = sequence;
    this.#tokenizer = tokenizer;
    this.#request = request;
  }

  /** Whether the answer ended because the context was full. */
  get full(): boolean {
    return this.#full;
  }

  async *tokens(signal: AbortSignal): AsyncGenerator<ConstrainedToken> {
    const { prompt, schema, temperature, seed } = this.#request;
    const { model, context } = this.#sequence;
    const grammar = await model.llama.createGrammarForJsonSchema(schema as never);
    const state = new LlamaGrammarEvaluationState({ model, grammar });
    const utf8 = new Utf8Reader();
    let all = '';
    const options = { temperature, topK, topP, minP: 0, seed, grammarEvaluationState: state };
    for await (const id of this.#sequence.evaluate(prompt.slice(-1) as Token[], options)) {
      throwIfAborted(signal);
      const text = utf8.read(this.#tokenizer.bytes(id));
      all += text;
      yield { id, text };
      if (mayBeWhole.test(text) && parsed(all) !== undefined) return;
      // One place more and llama.cpp would forget the beginning to make room.
      this.#full = context.contextSize - 1 - this.#sequence.nextTokenIndex - 1 < 0;
      if (this.#full) return;
    }
  }
}
