import { sizeOf, type ModelChoice, type PublishedShape } from './catalogue.ts';
import type { MemoryFit } from './fit.ts';
import type { Machine } from './machine.ts';
import { engineMemoryOptions, type MemoryOptions } from './memoryEstimate.ts';
import { fitOf } from './memoryFit.ts';
import { shapeFromFacts, type ModelShape } from './shape.ts';

/**
 * Stands for the shape of a model whose publisher's figures are not in the catalogue: that of Llama 3 8B, whose cache
 * is larger than that of most models with fewer parameters, and of the hybrid ones with more. Better too much than too
 * little.
 */
const typicalShape: PublishedShape = {
  layers: 32,
  heads: 32,
  kvHeads: 8,
  headDim: 128,
  embedding: 4096,
  feedForward: 14_336,
  vocabulary: 128_256,
};

/** The shape of a choice, from what the catalogue knows; a typical one where it knows none. */
export function shapeOfChoice({ model, quantization }: ModelChoice): ModelShape {
  return shapeFromFacts({
    ...(model.shape ?? typicalShape),
    fileBytes: sizeOf(quantization).bytes,
    trainedContext: model.contextTokens,
    parameters: model.parameters,
    quantization: quantization.name,
  });
}

/** What a choice of the catalogue needs on a machine, before its file is here. */
export function fitOfChoice(
  choice: ModelChoice,
  machine: Machine,
  contextTokens: number,
  options: MemoryOptions = engineMemoryOptions,
): MemoryFit {
  return fitOf(shapeOfChoice(choice), machine, { ...options, contextTokens });
}
