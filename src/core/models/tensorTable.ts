import type { GgufTensor } from './ggufTypes.ts';
import type { WeightBytes } from './shape.ts';

/** What the tensors of one layer say. */
export interface LayerTensors {
  readonly bytes: number;
  /** By name without `blk.N.`: `attn_k.weight`. */
  readonly byName: ReadonlyMap<string, GgufTensor>;
}

/** A model's tensors, sorted by where they belong. */
export interface TensorTable {
  readonly layers: readonly LayerTensors[];
  readonly embedding: GgufTensor | null;
  readonly weights: WeightBytes;
  readonly parameters: { readonly total: number; readonly active: number } | null;
}

/** llama.cpp's own limit (LLAMA_MAX_LAYERS); a larger number is no layer. */
const maxLayers = 512;
const layerPattern = /^blk\.(\d{1,3})\.(.+)$/su;

/**
 * Sorts the tensors of a model. `usedShare` is the share of a layer's experts that one token uses, by which the
 * active parameters are counted. A tensor of an unknown type counts as nothing.
 */
export function tensorTable(tensors: readonly GgufTensor[], usedShare: number): TensorTable {
  const layers: { bytes: number; byName: Map<string, GgufTensor> }[] = [];
  let [embedding, output, inLayers, total, largest] = [0, 0, 0, 0, 0];
  let [all, active] = [0, 0];
  let embeddingTensor: GgufTensor | null = null;
  for (const tensor of tensors) {
    const bytes = tensor.bytes ?? 0;
    const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
    total += bytes;
    all += elements;
    active += elements * (/_exps\./u.test(tensor.name) ? usedShare : 1);
    const [, number, name] = layerPattern.exec(tensor.name) ?? [];
    if (name !== undefined && Number(number) < maxLayers) {
      while (layers.length <= Number(number)) layers.push({ bytes: 0, byName: new Map() });
      const layer = layers[Number(number)];
      if (layer === undefined) continue;
      layer.bytes += bytes;
      layer.byName.set(name, tensor);
      inLayers += bytes;
      largest = Math.max(largest, bytes);
    } else if (tensor.name === 'token_embd.weight') {
      embeddingTensor = tensor;
      embedding = bytes;
    } else if (tensor.name.startsWith('output.')) output += bytes;
  }
  return {
    layers,
    embedding: embeddingTensor,
    weights: { total, embedding, output, layers: inLayers, largest },
    parameters: tensors.length === 0 ? null : { total: all, active: Math.round(active) },
  };
}
