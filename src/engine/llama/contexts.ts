import { InsufficientMemoryError, type LlamaContext, type LlamaModel } from 'node-llama-cpp';
import type { CacheType } from '../../core/models/fit.ts';
import { EngineError } from '../errors.ts';
import type { LoadParams } from '../loadOptions.ts';
import type { Library } from './library.ts';
import { Sequence } from './sequence.ts';
import { largestSlice } from './slices.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

const leastTokens = 256;
const completionSetting = 'hearth.engine.contextTokens';
/** llama.cpp's names of the types. */
const cacheTypeNames = { f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' } as const satisfies Record<
  CacheType,
  string
>;

export interface ContextOptions extends Pick<LoadParams, 'cacheType' | 'flashAttention' | 'batchTokens'> {
  readonly threads: number;
  /** Tokens of a context; never more than the model was trained for. */
  readonly tokens: number;
  /** The setting that says how many these are, for people (default: that of completions). */
  readonly setting?: string;
}

/** The context that completions use, and what else a model's memory is spent on. Throws `out-of-memory`. */
export async function createContext(
  model: LlamaModel,
  options: ContextOptions,
  library: Pick<Library, 'recentLog'>,
): Promise<LlamaContext> {
  const size = Math.max(leastTokens, Math.min(options.tokens, model.trainContextSize));
  const { setting = completionSetting } = options;
  checkFlashAttention(model, options);
  try {
    return await model.createContext({
      ...contextShape(size, options),
      contextSize: { min: leastTokens, max: size },
    });
  } catch (error) {
    if (error instanceof InsufficientMemoryError) {
      throw outOfMemory(model.filename ?? 'the model', 'auto', setting);
    }
    const detail = library.recentLog().at(-1) ?? sentenceOf(error);
    throw new EngineError(
      'out-of-memory',
      `llama.cpp could not create a context of ${size} tokens (${detail}): lower ${setting} or choose a smaller model.`,
    );
  }
}

/** Lends a sequence in a context of its own, for measurements that must leave the completions' KV cache alone. */
export async function withScratch<T>(
  model: LlamaModel,
  options: ContextOptions,
  use: (sequence: Sequence) => Promise<T>,
): Promise<T> {
  const { tokens } = options;
  const scratch = await model.createContext({ ...contextShape(tokens, options), contextSize: tokens });
  try {
    const largest = largestSlice(model.gpuLayers > 0, options.batchTokens);
    return await use(new Sequence(scratch.getSequence(), largest));
  } finally {
    await scratch.dispose();
  }
}

/**
 * A context beside that of completions, for chat and refactoring or for other programs: made when first used, and tried
 * again after a failure, since memory may have become free meanwhile.
 */
export class ChatContext {
  readonly #create: () => Promise<Pick<LlamaContext, 'getSequence' | 'dispose'>>;
  readonly #largestSlice: number | undefined;
  readonly #user: string;
  #made: Promise<{ context: Pick<LlamaContext, 'dispose'>; sequence: Sequence }> | null = null;
  #tokens: number | null = null;

  /**
   * `largest`: most tokens of a slice, where that is another number than the sequence's own; `user`: what it is for, in
   * a sentence.
   */
  constructor(
    create: () => Promise<Pick<LlamaContext, 'getSequence' | 'dispose'>>,
    largest?: number,
    user = 'chat',
  ) {
    this.#create = create;
    this.#largestSlice = largest;
    this.#user = user;
  }

  /** Tokens that it has room for; null while there is none. */
  get tokens(): number | null {
    return this.#tokens;
  }

  /** Its sequence. Throws `out-of-memory`, which leaves the completions as they are. */
  async sequence(): Promise<Sequence> {
    this.#made ??= this.#create().then((context) => ({
      context,
      sequence: new Sequence(context.getSequence(), this.#largestSlice),
    }));
    try {
      const { sequence } = await this.#made;
      this.#tokens = sequence.contextTokens;
      return sequence;
    } catch (error) {
      this.#made = null;
      const detail = sentenceOf(error);
      throw new EngineError(
        'out-of-memory',
        `There is too little memory for ${this.#user} beside the completions, which go on. ${detail}`,
      );
    }
  }

  async dispose(): Promise<void> {
    const made = this.#made;
    this.#made = null;
    this.#tokens = null;
    await made?.then(
      ({ context }) => context.dispose(),
      () => undefined,
    );
  }
}

function contextShape(size: number, { threads, batchTokens, cacheType, flashAttention }: ContextOptions) {
  return {
    sequences: 1,
    threads,
    batchSize: Math.min(batchTokens, size),
    experimentalKvCacheKeyType: cacheTypeNames[cacheType],
    experimentalKvCacheValueType: cacheTypeNames[cacheType],
    // Left out, it is tried where the model can have it.
    ...(flashAttention === 'auto' ? {} : { flashAttention: flashAttention === 'on' }),
    // A sliding-window model can only reuse its cache beyond the window when all of it is kept.
    swaFullCache: true,
  } as const;
}

function checkFlashAttention(model: LlamaModel, { cacheType, flashAttention }: ContextOptions): void {
  if (model.flashAttentionSupported) return;
  const wish =
    flashAttention === 'on'
      ? 'hearth.engine.flashAttention to auto or off'
      : cacheType !== 'f16'
        ? 'hearth.engine.cacheType to f16'
        : null;
  if (wish === null) return;
  throw new EngineError(
    'bad-request',
    `The model ${model.filename ?? ''} can't use flash attention, which these options need: set ${wish}.`,
  );
}

/** Not enough memory for a model or its context; `gpuLayers` as it was asked for. */
export function outOfMemory(
  name: string,
  gpuLayers: LoadParams['gpuLayers'] = 'auto',
  setting = completionSetting,
): EngineError {
  const layers = gpuLayers === 'auto' || gpuLayers === 0 ? '' : 'set hearth.engine.gpuLayers to less, ';
  return new EngineError(
    'out-of-memory',
    `There is too little free memory for ${name}: close other programs, ${layers}lower ${setting} or choose a smaller model.`,
  );
}
