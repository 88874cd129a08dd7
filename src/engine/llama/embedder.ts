import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { metadataNumber, metadataString, type GgufHeader } from '../../core/models/ggufHeader.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { EngineError } from '../errors.ts';
import type { Embeddings, PoolingType } from '../servedProtocol.ts';
import type { Turn } from './scheduler.ts';

/** Most tokens of a text: it is evaluated in one step, and a keystroke waits for that. */
const mostTokens = 2048;
/** `enum llama_pooling_type` (llama.h). The others give no vector of a text: none (0) and the ranking one (4). */
const poolingTypes: Readonly<Record<number, PoolingType>> = { 1: 'mean', 2: 'cls', 3: 'last' };

/** How the model that a header describes makes one vector of a text; null where it says nothing of that. */
export function poolingOf(header: GgufHeader): PoolingType | null {
  const architecture = metadataString(header, 'general.architecture') ?? '';
  return poolingTypes[metadataNumber(header, `${architecture}.pooling_type`) ?? 0] ?? null;
}

/** Makes vectors of texts, in a context of its own that is made when first used. */
export class Embedder {
  readonly #model: LlamaModel;
  readonly #threads: number;
  #context: Promise<LlamaEmbeddingContext> | null = null;

  constructor(model: LlamaModel, threads: number) {
    this.#model = model;
    this.#threads = threads;
  }

  /** Tokens that a text may have. */
  get contextTokens(): number {
    return Math.min(mostTokens, this.#model.trainContextSize);
  }

  /**
   * A vector for each text, giving way before each. Throws `bad-request` where one is empty or too long, `cancelled`,
   * `deadline` and `out-of-memory`.
   */
  async embed(texts: readonly string[], turn: Turn): Promise<Embeddings> {
    const context = await this.#ready();
    const inputs = texts.map((text, index) => this.#input(context, text, index));
    const vectors: Float32Array[] = [];
    for (const { input } of inputs) {
      await turn.giveWay();
      const { vector } = await context.getEmbeddingFor(input);
      vectors.push(ofLengthOne(vector));
    }
    return { vectors, tokens: inputs.reduce((sum, { length }) => sum + length, 0) };
  }

  async dispose(): Promise<void> {
    const context = this.#context;
    this.#context = null;
    await context?.then(
      (made) => made.dispose(),
      () => undefined,
    );
  }

  /** Tokens of a text, none of them a control token whatever it says, and how many go in with those around it. */
  #input(
    context: LlamaEmbeddingContext,
    text: string,
    index: number,
  ): { readonly input: Token[]; readonly length: number } {
    const input = this.#model.tokenize(text, false);
    if (input.length === 0) throw new EngineError('bad-request', `Text ${index + 1} of the input is empty.`);
    const length = context.calculateInputLength([...input]);
    if (length < this.contextTokens) return { input, length };
    throw new EngineError(
      'bad-request',
      `Text ${index + 1} of the input has ${length} tokens, and the model takes ${this.contextTokens - 1}: send shorter pieces.`,
    );
  }

  async #ready(): Promise<LlamaEmbeddingContext> {
    const { contextTokens } = this;
    this.#context ??= this.#model.createEmbeddingContext({
      contextSize: contextTokens,
      // A text is evaluated at once: its vector is that of the last batch alone.
      batchSize: contextTokens,
      threads: this.#threads,
    });
    try {
      return await this.#context;
    } catch (error) {
      // Memory may become free.
      this.#context = null;
      throw new EngineError(
        'out-of-memory',
        `There is too little memory for embeddings beside the completions, which go on. ${sentenceOf(error)}`,
      );
    }
  }
}

function ofLengthOne(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
