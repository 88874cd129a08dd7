import type { ShapeFacts } from '../../src/core/models/shape.ts';
import type { ShapedModel } from './shapedModel.ts';

/**
 * Sizes of published coding models (their config.json), with the types of a Q4_K_M file simplified: layers Q4_K,
 * embedding and output Q6_K. `fileBytes` is about the length of the Q4_K_M file that is offered.
 */
export const publishedModels = {
  'Qwen2.5-Coder 1.5B': { ...qwen2(28, 1536, 12, 2, 8960, 151_936), tied: true, fileBytes: 1.12e9 },
  'Qwen2.5-Coder 7B': { ...qwen2(28, 3584, 28, 4, 18_944, 152_064), fileBytes: 4.68e9 },
  'Qwen2.5-Coder 14B': { ...qwen2(48, 5120, 40, 8, 13_824, 152_064), fileBytes: 8.99e9 },
  'Qwen2.5-Coder 32B': { ...qwen2(64, 5120, 40, 8, 27_648, 152_064), fileBytes: 19.85e9 },
  'Qwen3-Coder 30B-A3B': {
    ...qwen2(48, 2048, 32, 4, 6144, 151_936),
    architecture: 'qwen3moe',
    trainedContext: 262_144,
    experts: { total: 128, used: 8, feedForward: 768 },
    fileBytes: 18.6e9,
  },
} as const satisfies Record<string, ShapedModel & { fileBytes: number }>;

function qwen2(
  layers: number,
  embedding: number,
  heads: number,
  kvHeads: number,
  feedForward: number,
  vocabulary: number,
): ShapedModel {
  return {
    architecture: 'qwen2',
    layers,
    embedding,
    heads,
    kvHeads,
    headDim: 128,
    feedForward,
    vocabulary,
    trainedContext: 32_768,
    weights: 'Q4_K',
    outer: 'Q6_K',
  };
}

/** What a catalogue could say of a model whose weights are so many bytes long. */
export function factsOf(model: ShapedModel, fileBytes: number): ShapeFacts {
  const { layers, heads, kvHeads, headDim, embedding, feedForward, vocabulary, trainedContext } = model;
  return {
    fileBytes,
    layers,
    heads,
    kvHeads,
    headDim,
    embedding,
    feedForward,
    vocabulary,
    trainedContext,
    tied: model.tied ?? false,
    ...(model.experts === undefined ? {} : { experts: model.experts }),
  };
}
