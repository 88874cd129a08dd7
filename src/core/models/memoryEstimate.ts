import type { CacheType } from './fit.ts';
import type { LayerShape, ModelShape } from './shape.ts';

/** What the memory of a model depends on beside its shape. */
export interface MemoryOptions {
  /** Tokens of one context; llama.cpp rounds them up to a multiple of 256. */
  readonly contextTokens: number;
  readonly cacheTypeK: CacheType;
  readonly cacheTypeV: CacheType;
  /** Most tokens that are evaluated at once. */
  readonly batchTokens: number;
  readonly flashAttention: boolean;
  /** Whether layers with a sliding window keep the whole context all the same, as Hearth's engine asks for. */
  readonly swaFullCache: boolean;
  /** Contexts of this size on the model: one for completions, another once there is chat. */
  readonly contexts: number;
  /** Layers on the GPU, the last ones first, the output counted as the last; null for all. */
  readonly gpuLayers: number | null;
}

/** What Hearth's engine asks llama.cpp for. */
export const engineMemoryOptions: MemoryOptions = {
  contextTokens: 8192,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchTokens: 512,
  flashAttention: true,
  swaFullCache: true,
  contexts: 1,
  gpuLayers: null,
};

/** Bytes in the machine's memory and in the GPU's. */
export interface Placed {
  readonly host: number;
  readonly device: number;
}

/** What a model and its contexts take. */
export interface MemoryEstimate {
  readonly weights: Placed;
  readonly kvCache: Placed;
  readonly compute: Placed;
  readonly total: number;
}

/** Cells of a cache come in multiples of this (`llama_context` pads n_ctx, `llama_kv_cache_iswa` its windows). */
export const contextStep = 256;

/** Bytes of a number of the cache: blocks of 32 with a scale of two bytes (ggml-common.h). */
const cacheBytes: Readonly<Record<CacheType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

/**
 * What llama.cpp allocates for a model, in bytes: the tensors, the cache, and the buffers that a batch is computed in.
 * The placement is llama.cpp's: the embedding stays in the machine's memory, an output that uses it is copied to the
 * GPU, and a layer's cache lies where the layer is. Buffers of the process itself are not part of it.
 */
export function estimateMemory(shape: ModelShape, options: MemoryOptions): MemoryEstimate {
  const count = shape.layers.length;
  const onDevice = Math.min(options.gpuLayers ?? count + 1, count + 1);
  const weights = placeWeights(shape, onDevice);
  const cache = placeCache(shape, options, onDevice);
  const buffers = placeBuffers(shape, options, onDevice);
  const kvCache = times(cache, options.contexts);
  const compute = times(buffers, options.contexts);
  const placed = [weights, kvCache, compute];
  return {
    weights,
    kvCache,
    compute,
    total: placed.reduce((sum, { host, device }) => sum + host + device, 0),
  };
}

/** Tokens of a context as llama.cpp makes it: no longer than trained for, and padded. */
export function paddedContext(shape: ModelShape, tokens: number): number {
  const wanted = Math.max(contextStep, Math.min(tokens, shape.trainedContext ?? tokens));
  return Math.ceil(wanted / contextStep) * contextStep;
}

function times({ host, device }: Placed, count: number): Placed {
  return { host: host * count, device: device * count };
}

/** The first of the layers that lie on the GPU, where `onDevice` of them and the output do. */
function firstOnDevice(count: number, onDevice: number): number {
  return onDevice === 0 ? count : count + 1 - onDevice;
}

function placeWeights({ layers, weights }: ModelShape, onDevice: number): Placed {
  if (onDevice === 0) return { host: weights.total, device: 0 };
  const moved = layers
    .slice(firstOnDevice(layers.length, onDevice))
    .reduce((sum, layer) => sum + layer.weightBytes, 0);
  const rest = weights.total - weights.embedding - weights.layers - weights.output;
  const output = weights.output > 0 ? weights.output : weights.embedding;
  const device = moved + output + rest;
  return { host: weights.embedding + weights.layers - moved, device };
}

function placeCache(shape: ModelShape, options: MemoryOptions, onDevice: number): Placed {
  const first = firstOnDevice(shape.layers.length, onDevice);
  // Without flash attention the values lie transposed, as wide as in the widest layer.
  const widest = options.flashAttention ? 0 : most(shape.layers, (layer) => layer.valueElements);
  let [host, device] = [0, 0];
  for (const [index, layer] of shape.layers.entries()) {
    const values = layer.valueElements === 0 ? 0 : Math.max(layer.valueElements, widest);
    const perToken =
      layer.keyElements * cacheBytes[options.cacheTypeK] + values * cacheBytes[options.cacheTypeV];
    const bytes = Math.ceil(cellsOf(shape, options, layer.sliding) * perToken) + layer.stateBytes;
    if (index >= first) device += bytes;
    else host += bytes;
  }
  return { host, device };
}

/** Tokens that a layer's cache has room for. */
function cellsOf(shape: ModelShape, options: MemoryOptions, sliding: boolean): number {
  const cells = paddedContext(shape, options.contextTokens);
  if (!sliding || options.swaFullCache || shape.slidingWindow === null) return cells;
  // node-llama-cpp asks for one token more than a batch, which can cost a whole step.
  const window = Math.min(cells, shape.slidingWindow + batchOf(shape, options) + 1);
  return Math.ceil(window / contextStep) * contextStep;
}

function batchOf(shape: ModelShape, options: MemoryOptions): number {
  return Math.min(options.batchTokens, paddedContext(shape, options.contextTokens));
}

function placeBuffers(shape: ModelShape, options: MemoryOptions, onDevice: number): Placed {
  const peaks = computePeaks(shape, options);
  const everything = Math.max(peaks.layers, peaks.output);
  // The scores of the last token, which the processor reads.
  const scores = 4 * (shape.vocabulary ?? 0);
  if (onDevice === 0) return { host: everything + scores, device: 0 };
  if (onDevice > shape.layers.length) return { host: peaks.inputs + scores, device: everything };
  // For a batch, the GPU computes the layers in the machine's memory too, a copied matrix at a time.
  return { host: Math.max(peaks.inputs, peaks.layers) + scores, device: everything + shape.weights.largest };
}

/**
 * The largest sets of intermediate results that are alive at once while a batch is computed. Everything is 32-bit
 * floats but the attention mask, which flash attention reads as 16-bit. How many copies of the hidden state are alive
 * beside them was counted in the buffers that llama.cpp reserved for models of many shapes (test/engine/memoryFit).
 */
function computePeaks(
  shape: ModelShape,
  options: MemoryOptions,
): { inputs: number; layers: number; output: number } {
  const { flashAttention } = options;
  const tokens = batchOf(shape, options);
  const floats = (width: number): number => 4 * tokens * width;
  const hidden = floats(shape.embedding ?? 0);
  const caches = [true, false].filter((sliding) => shape.layers.some((layer) => layer.sliding === sliding));
  // A model with sliding windows has both masks, whichever its layers use.
  const masked = shape.slidingWindow === null ? [false] : [true, false];
  const masks = masked.reduce((sum, sliding) => sum + tokens * cellsOf(shape, options, sliding), 0);
  const maskBytes = masks * (flashAttention ? 2 : 4);
  const heads = shape.heads ?? 1;
  const cells = caches.map((sliding) => cellsOf(shape, options, sliding)).reduce((a, b) => Math.max(a, b), 0);
  const attended = flashAttention ? 0 : floats(heads * cells) + transposedRows(shape, tokens);
  const working =
    shape.latent === null
      ? 3 * hidden + 2 * floats(heads * (shape.headDim?.key ?? 0))
      : 3 * floats(heads * shape.latent);
  const feedForward = feedForwardPeak(shape, hidden, floats) + (flashAttention ? maskBytes : 0);
  const quantised = options.cacheTypeK !== 'f16' || options.cacheTypeV !== 'f16';
  return {
    inputs: maskBytes + hidden,
    layers: Math.max(maskBytes + attended + working, feedForward),
    output: floats(shape.vocabulary ?? 0) + (quantised ? 3 : 2) * hidden,
  };
}

/** Where each transposed value of a batch goes: a 64-bit index for every one of them, for each kind of cache. */
function transposedRows(shape: ModelShape, tokens: number): number {
  return [true, false].reduce((sum, sliding) => {
    const layers = shape.layers.filter((layer) => layer.sliding === sliding);
    return sum + 8 * tokens * most(layers, (layer) => layer.valueElements);
  }, 0);
}

function feedForwardPeak(shape: ModelShape, hidden: number, floats: (width: number) => number): number {
  const { experts } = shape;
  const wide = experts === null ? (shape.feedForward ?? 0) : experts.used * experts.feedForward;
  return (experts === null ? 4 : 5) * hidden + (shape.gated ? 3 : 1) * floats(wide);
}

function most(layers: readonly LayerShape[], of: (layer: LayerShape) => number): number {
  return layers.reduce((largest, layer) => Math.max(largest, of(layer)), 0);
}
