import type { MemoryKind } from './architectures.ts';
import type { WeightType } from './fileType.ts';

/** One layer, as far as memory is concerned. */
export interface LayerShape {
  readonly weightBytes: number;
  readonly kvHeads: number;
  /** Numbers that the cache of keys holds for each token; 0 for a layer without a cache of its own. */
  readonly keyElements: number;
  /** The same for values; 0 where keys and values are kept compressed as one (DeepSeek's latent attention). */
  readonly valueElements: number;
  /** Whether its attention looks back over the sliding window only. */
  readonly sliding: boolean;
  /** Bytes of a recurrent state, which don't depend on the context's length. */
  readonly stateBytes: number;
}

/** A mixture's experts: how many a layer has, how many each token uses, and the width of one. */
export interface ExpertShape {
  readonly total: number;
  readonly used: number;
  readonly feedForward: number;
}

/** Bytes of the weights by where llama.cpp keeps them: the embedding in RAM, layers and output where the GPU is. */
export interface WeightBytes {
  readonly total: number;
  readonly embedding: number;
  /** The output matrix; 0 where the model uses its embedding for it. */
  readonly output: number;
  readonly layers: number;
  /** The largest single tensor of a layer. */
  readonly largest: number;
}

/** Something that could not be read, and what was assumed instead. */
export interface ShapeGap {
  readonly field: 'layers' | 'embedding' | 'heads' | 'keyValueHeads' | 'vocabulary' | 'feedForward' | 'state';
  /** One sentence. */
  readonly reason: string;
}

/** The sizes of a model that its memory depends on. What is not known is null, and `gaps` says why. */
export interface ModelShape {
  readonly architecture: string | null;
  readonly layers: readonly LayerShape[];
  readonly heads: number | null;
  /** Width of a head's keys and of its values. */
  readonly headDim: { readonly key: number; readonly value: number } | null;
  readonly embedding: number | null;
  /** Width of the dense feed-forward part, the widest where layers differ. */
  readonly feedForward: number | null;
  /** Whether the feed-forward part has a gate beside its way up. */
  readonly gated: boolean;
  readonly vocabulary: number | null;
  readonly experts: ExpertShape | null;
  /** Tokens; null where every layer sees everything. */
  readonly slidingWindow: number | null;
  /** Width of a compressed key and value as one, in elements (latent attention); null elsewhere. */
  readonly latent: number | null;
  readonly trainedContext: number | null;
  readonly memory: MemoryKind;
  /** Number of weights, and of those that one token uses. */
  readonly parameters: { readonly total: number; readonly active: number } | null;
  readonly weightType: WeightType;
  readonly weights: WeightBytes;
  readonly gaps: readonly ShapeGap[];
}

/**
 * What is known of a model whose file is not here. A catalogue's published shape is one, once the file's length and
 * the trained context are added.
 */
export interface ShapeFacts {
  readonly architecture?: string;
  readonly fileBytes: number;
  readonly layers: number;
  /** Default: as many as make up the width of the model. */
  readonly heads?: number;
  readonly kvHeads: number;
  /** Width of a head's keys, and of its values where `valueDim` is not given. */
  readonly headDim: number;
  readonly valueDim?: number;
  readonly embedding: number;
  /** Default: four times the width of the model. */
  readonly feedForward?: number;
  readonly vocabulary: number;
  readonly trainedContext: number;
  readonly slidingWindow?: number;
  /** Every how many layers one sees the whole context (default: none does). */
  readonly globalEvery?: number;
  readonly experts?: ExpertShape;
  /** Elements of a compressed key and value per token and layer (latent attention). */
  readonly latent?: number;
  /** Whether the output uses the embedding instead of a matrix of its own (the default). */
  readonly tied?: boolean;
  readonly parameters?: { readonly total: number; readonly active: number };
  readonly quantization?: string;
}

/**
 * The shape of a model of which a few numbers are known. Its weights are as long as its file, shared out between
 * embedding, output and layers by their number of elements.
 */
export function shapeFromFacts(facts: ShapeFacts): ModelShape {
  const { headDim, embedding, experts } = facts;
  const feedForward = facts.feedForward ?? 4 * embedding;
  const heads = facts.heads ?? Math.max(facts.kvHeads, Math.round(embedding / headDim));
  return {
    architecture: facts.architecture ?? null,
    ...weightsFromFacts(facts, heads, feedForward),
    heads,
    headDim: { key: headDim, value: facts.valueDim ?? headDim },
    embedding,
    feedForward,
    gated: true,
    vocabulary: facts.vocabulary,
    experts: experts ?? null,
    slidingWindow: facts.slidingWindow ?? null,
    latent: facts.latent ?? null,
    trainedContext: facts.trainedContext,
    memory: 'attention',
    parameters: facts.parameters ?? null,
    weightType: { name: facts.quantization ?? null, dominantType: null },
    gaps: [],
  };
}

function weightsFromFacts(
  facts: ShapeFacts,
  heads: number,
  feedForward: number,
): Pick<ModelShape, 'layers' | 'weights'> {
  const { layers, kvHeads, headDim, embedding, experts, fileBytes, tied = false } = facts;
  const values = facts.valueDim ?? headDim;
  const matrix = facts.vocabulary * embedding;
  const attention = embedding * (heads * (headDim + values) + kvHeads * (headDim + values));
  const wide = embedding * (experts === undefined ? feedForward : experts.total * experts.feedForward);
  const elements = (tied ? 1 : 2) * matrix + layers * (attention + 3 * wide);
  const share = (part: number): number => Math.round((fileBytes * part) / elements);
  const [embeddingBytes, output] = [share(matrix), tied ? 0 : share(matrix)];
  // Whole bytes for each layer; what is left over is too little to matter, and stays in the total.
  const layerBytes = Math.floor((fileBytes - embeddingBytes - output) / layers);
  const period = facts.globalEvery ?? 0;
  const cache =
    facts.latent === undefined
      ? { kvHeads, keyElements: kvHeads * headDim, valueElements: kvHeads * values }
      : { kvHeads: 1, keyElements: facts.latent, valueElements: 0 };
  return {
    layers: Array.from({ length: layers }, (_, index) => ({
      weightBytes: layerBytes,
      ...cache,
      sliding: facts.slidingWindow !== undefined && (period === 0 || index % period < period - 1),
      stateBytes: 0,
    })),
    weights: {
      total: fileBytes,
      embedding: embeddingBytes,
      output,
      layers: layerBytes * layers,
      largest: share(wide),
    },
  };
}
