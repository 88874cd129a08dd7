import { InsufficientMemoryError, type LlamaContext, type LlamaModel } from 'node-llama-cpp';
import { EngineError } from '../errors.ts';
import type { Library } from './library.ts';
import { Sequence } from './sequence.ts';

/** Largest batch a context evaluates at once; also its compute buffer's size. */
const batchTokens = 512;
const leastTokens = 256;

export interface ContextOptions {
  readonly threads: number;
  /** Tokens of a context; never more than the model was trained for. */
  readonly tokens: number;
}

/** The context that completions use, and what else a model's memory is spent on. Throws `out-of-memory`. */
export async function createContext(
  model: LlamaModel,
  { threads, tokens }: ContextOptions,
  library: Pick<Library, 'recentLog'>,
): Promise<LlamaContext> {
  const size = Math.max(leastTokens, Math.min(tokens, model.trainContextSize));
  try {
    return await model.createContext({
      ...sized(size, threads),
      contextSize: { min: leastTokens, max: size },
    });
  } catch (error) {
    if (error instanceof InsufficientMemoryError) throw outOfMemory(model.filename ?? 'the model');
    const detail = library.recentLog().at(-1) ?? (error instanceof Error ? error.message : String(error));
    throw new EngineError(
      'out-of-memory',
      `llama.cpp could not create a context of ${size} tokens (${detail}): lower hearth.engine.contextTokens or choose a smaller model.`,
    );
  }
}

/** Lends a sequence in a context of its own, for measurements that must leave the completions' KV cache alone. */
export async function withScratch<T>(
  model: LlamaModel,
  { threads, tokens }: ContextOptions,
  use: (sequence: Sequence) => Promise<T>,
): Promise<T> {
  const scratch = await model.createContext({ ...sized(tokens, threads), contextSize: tokens });
  try {
    return await use(new Sequence(scratch.getSequence()));
  } finally {
    await scratch.dispose();
  }
}

/**
 * The second context, of chat and refactoring: made when first used, and tried again after a failure, since memory
 * may have become free meanwhile.
 */
export class ChatContext {
  readonly #create: () => Promise<Pick<LlamaContext, 'getSequence' | 'dispose'>>;
  #made: Promise<{ context: Pick<LlamaContext, 'dispose'>; sequence: Sequence }> | null = null;

  constructor(create: () => Promise<Pick<LlamaContext, 'getSequence' | 'dispose'>>) {
    this.#create = create;
  }

  /** Its sequence. Throws `out-of-memory`, which leaves the completions as they are. */
  async sequence(): Promise<Sequence> {
    this.#made ??= this.#create().then((context) => ({
      context,
      sequence: new Sequence(context.getSequence()),
    }));
    try {
      return (await this.#made).sequence;
    } catch (error) {
      this.#made = null;
      const detail = error instanceof Error ? error.message : String(error);
      throw new EngineError(
        'out-of-memory',
        `There is too little memory for chat beside the completions, which go on. ${detail}`,
      );
    }
  }

  async dispose(): Promise<void> {
    const made = this.#made;
    this.#made = null;
    await made?.then(
      ({ context }) => context.dispose(),
      () => undefined,
    );
  }
}

function sized(size: number, threads: number) {
  // A sliding-window model can only reuse its cache beyond the window when all of it is kept.
  return { sequences: 1, threads, batchSize: Math.min(batchTokens, size), swaFullCache: true } as const;
}

/** Not enough memory for a model or its context. */
export function outOfMemory(name: string): EngineError {
  return new EngineError(
    'out-of-memory',
    `There is too little free memory for ${name}: close other programs, lower hearth.engine.contextTokens or choose a smaller model.`,
  );
}
