import { memoryKind, slidingPattern, type MemoryKind } from './architectures.ts';
import { weightTypeOf } from './fileType.ts';
import type { GgufHeader, GgufValue } from './ggufTypes.ts';
import type { ExpertShape, LayerShape, ModelShape, ShapeGap } from './shape.ts';
import { tensorTable, type LayerTensors, type TensorTable } from './tensorTable.ts';

/** How `readGgufHeader` has to be asked for `shapeOf` to know what differs between layers. */
export const shapeReadOptions = { keepNumbers: 1024 } as const;

/**
 * The shape of a model from its header, or from the header of all its parts. What the metadata leaves out is taken
 * from the tensors' sizes, and told in `gaps`; nothing that is missing makes it throw. The keys and their defaults are
 * those of llama.cpp (`load_hparams` in its src/llama-model.cpp).
 */
export function shapeOf(header: Pick<GgufHeader, 'metadata' | 'tensors'>): ModelShape {
  const keys = new Keys(header.metadata);
  const gaps: ShapeGap[] = [];
  const experts = expertsOf(keys);
  const table = tensorTable(header.tensors, experts === null ? 1 : experts.used / experts.total);
  const count = layerCount(keys, table, gaps);
  const heads = keys.most('attention.head_count', count);
  const embedding = keys.number('embedding_length') ?? table.embedding?.dims[0] ?? null;
  if (embedding === null)
    gaps.push(gap('embedding', 'the width of the model', 'compute buffers are left out'));
  const headDim = headDimOf(keys, heads, embedding);
  const memory = memoryKind(keys.architecture ?? '');
  if (heads === null && memory !== 'recurrent') {
    gaps.push(gap('heads', 'how many heads there are', 'attention is computed as if with one'));
  }
  const context: LayerContext = { keys, heads, headDim, embedding, memory, gaps };
  const { window, slides } = slidingOf(keys);
  const layers = Array.from({ length: count }, (_, index) =>
    layerOf(context, index, count, table.layers[index], slides(index)),
  );
  const latent = keys.number('attention.key_length_mla') === null ? null : headDim?.key;
  const vocabulary = vocabularyOf(keys, table, gaps);
  const feedForward = keys.most('feed_forward_length', count) ?? widestFeedForward(table);
  if (feedForward === null && experts === null) {
    gaps.push(gap('feedForward', 'the feed-forward width', 'four times the width of the model is assumed'));
  }
  return {
    architecture: keys.architecture,
    layers,
    heads,
    headDim,
    embedding,
    feedForward: feedForward ?? (experts === null && embedding !== null ? 4 * embedding : null),
    gated: isGated(table),
    vocabulary,
    experts,
    slidingWindow: window,
    latent: latent ?? null,
    trainedContext: keys.number('context_length'),
    memory,
    parameters: table.parameters,
    weightType: weightTypeOf(header),
    weights: table.weights,
    gaps,
  };
}

/** The metadata of one architecture. */
class Keys {
  readonly architecture: string | null;
  readonly #metadata: ReadonlyMap<string, GgufValue>;

  constructor(metadata: ReadonlyMap<string, GgufValue>) {
    this.#metadata = metadata;
    const architecture = metadata.get('general.architecture');
    this.architecture = typeof architecture === 'string' ? architecture : null;
  }

  /** A number of the architecture's that can be a size, else null. */
  number(key: string): number | null {
    return size(this.#metadata.get(`${this.architecture}.${key}`));
  }

  /** The value of one layer, of a key that has one value for all or an array with one for each. */
  ofLayer(key: string, layer: number): number | null {
    const value = this.#metadata.get(`${this.architecture}.${key}`);
    if (typeof value !== 'object') return size(value);
    const own = value.values?.[layer];
    return typeof own === 'boolean' ? Number(own) : size(own);
  }

  /** The largest of its layers' values. */
  most(key: string, layers: number): number | null {
    const values = Array.from({ length: Math.max(1, layers) }, (_, layer) => this.ofLayer(key, layer));
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  }

  isArray(key: string): boolean {
    return typeof this.#metadata.get(`${this.architecture}.${key}`) === 'object';
  }

  arrayLength(key: string): number | null {
    const value = this.#metadata.get(key);
    return typeof value === 'object' ? value.length : null;
  }
}

/** Larger than any size in a model; a damaged header's number must not make a loop or a product endless. */
const largestSize = 2 ** 32;
const maxLayers = 512;

function size(value: GgufValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < largestSize
    ? value
    : null;
}

function gap(field: ShapeGap['field'], what: string, instead: string): ShapeGap {
  return { field, reason: `The header does not say ${what}; ${instead}.` };
}

function layerCount(keys: Keys, table: TensorTable, gaps: ShapeGap[]): number {
  const claimed = keys.number('block_count');
  if (claimed !== null && claimed >= 1 && claimed <= maxLayers) return claimed;
  gaps.push(gap('layers', 'how many layers there are', 'they are counted by the names of its tensors'));
  return table.layers.length;
}

function expertsOf(keys: Keys): ExpertShape | null {
  const total = keys.number('expert_count');
  if (total === null || total === 0) return null;
  const used = Math.min(total, Math.max(1, keys.most('expert_used_count', maxLayers) ?? 1));
  const feedForward =
    keys.most('expert_feed_forward_length', maxLayers) ?? keys.most('feed_forward_length', maxLayers) ?? 0;
  return { total, used, feedForward };
}

function headDimOf(keys: Keys, heads: number | null, embedding: number | null): ModelShape['headDim'] {
  const even = heads !== null && heads > 0 && embedding !== null ? Math.floor(embedding / heads) : null;
  const key = keys.number('attention.key_length') ?? even;
  const value = keys.number('attention.value_length') ?? even;
  return key === null || value === null ? null : { key, value };
}

function slidingOf(keys: Keys): { window: number | null; slides: (layer: number) => boolean } {
  const pattern = slidingPattern(keys.architecture ?? '');
  const window = keys.number('attention.sliding_window') ?? pattern?.window ?? null;
  const patternKey = 'attention.sliding_window_pattern';
  const none = { window: null, slides: () => false };
  if (window === null || window === 0) return none;
  if (keys.isArray(patternKey)) return { window, slides: (layer) => keys.ofLayer(patternKey, layer) === 1 };
  const period = keys.number(patternKey) ?? pattern?.period;
  if (period === undefined) return none;
  const slides = (layer: number): boolean => {
    if (period === 0) return true;
    return pattern?.fullFirst === true ? layer % period !== 0 : layer % period < period - 1;
  };
  return { window, slides };
}

interface LayerContext {
  readonly keys: Keys;
  readonly heads: number | null;
  readonly headDim: ModelShape['headDim'];
  readonly embedding: number | null;
  readonly memory: MemoryKind;
  readonly gaps: ShapeGap[];
}

function layerOf(
  context: LayerContext,
  index: number,
  count: number,
  tensors: LayerTensors | undefined,
  sliding: boolean,
): LayerShape {
  const { keys } = context;
  const kinds = layerKinds(context, index, tensors);
  const cached = kinds.attention && index < cachedLayers(keys, count);
  const { kvHeads, keyElements, valueElements } = cached
    ? cacheOf(context, index, tensors, sliding)
    : { kvHeads: 0, keyElements: 0, valueElements: 0 };
  return {
    weightBytes: tensors?.bytes ?? 0,
    kvHeads,
    keyElements,
    valueElements,
    sliding: sliding && keyElements > 0,
    stateBytes: kinds.recurrent ? stateBytes(context) : 0,
  };
}

/** Layers from the first on that have a cache of their own; those behind them use another layer's. */
function cachedLayers(keys: Keys, count: number): number {
  const shared = keys.number('attention.shared_kv_layers');
  if (shared !== null) return count - shared;
  return keys.architecture === 'gemma3n' ? Math.min(count, 20) : count;
}

/** Whether a layer has attention, a recurrent state, or both (falcon-h1). */
function layerKinds(
  { keys, memory }: LayerContext,
  index: number,
  tensors: LayerTensors | undefined,
): { attention: boolean; recurrent: boolean } {
  if (memory !== 'hybrid') return { attention: memory === 'attention', recurrent: memory === 'recurrent' };
  const names = [...(tensors?.byName.keys() ?? [])];
  if (names.length > 0) {
    const recurrent = names.some((name) => /^(ssm_|shortconv|time_mix_)/u.test(name));
    // Linear attention has a joint projection too, beside its state.
    const joint = !recurrent && names.some((name) => name.startsWith('attn_qkv'));
    return { attention: joint || names.some((name) => /^attn_(k|kv_a_mqa)\./u.test(name)), recurrent };
  }
  const kvHeads = keys.ofLayer('attention.head_count_kv', index);
  const interval = keys.number('full_attention_interval') ?? 0;
  const full = interval > 0 ? (index + 1) % interval === 0 : kvHeads !== 0;
  return { attention: full, recurrent: !full };
}

function cacheOf(
  { keys, heads, headDim, embedding, gaps }: LayerContext,
  index: number,
  tensors: LayerTensors | undefined,
  sliding: boolean,
): Pick<LayerShape, 'kvHeads' | 'keyElements' | 'valueElements'> {
  const own = keys.ofLayer('attention.head_count_kv', index);
  const stored = own ?? keys.ofLayer('attention.head_count', index) ?? null;
  const key = (sliding ? keys.number('attention.key_length_swa') : null) ?? headDim?.key ?? null;
  const value = (sliding ? keys.number('attention.value_length_swa') : null) ?? headDim?.value ?? null;
  const latent = keys.number('attention.key_length_mla') !== null;
  if (stored !== null && key !== null && value !== null) {
    return { kvHeads: stored, keyElements: stored * key, valueElements: latent ? 0 : stored * value };
  }
  const keyRows = tensors?.byName.get('attn_k.weight')?.dims[1];
  const valueRows = tensors?.byName.get('attn_v.weight')?.dims[1];
  const known = keyRows !== undefined && valueRows !== undefined;
  if (!gaps.some(({ field }) => field === 'keyValueHeads')) {
    const instead = known ? 'they are taken from the tensors' : 'as many as heads are assumed';
    gaps.push(gap('keyValueHeads', 'how many key-value heads there are', instead));
  }
  const width = embedding ?? 0;
  const keyElements = keyRows ?? width;
  const kvHeads = key !== null && key > 0 ? Math.round(keyElements / key) : (heads ?? 1);
  return { kvHeads, keyElements, valueElements: valueRows ?? width };
}

/** Bytes of one layer's recurrent state, in 32-bit floats (`n_embd_r` and `n_embd_s` in llama.cpp's hparams). */
function stateBytes({ keys, embedding, gaps }: LayerContext): number {
  const width = embedding ?? 0;
  const inner = keys.number('ssm.inner_size');
  if (inner !== null) {
    const state = keys.number('ssm.state_size') ?? 0;
    const groups = keys.number('ssm.group_count') ?? 0;
    const convolution = Math.max(0, (keys.number('ssm.conv_kernel') ?? 1) - 1);
    return 4 * (convolution * (inner + 2 * groups * state) + state * inner);
  }
  const shortConvolution = keys.number('shortconv.l_cache');
  if (shortConvolution !== null) return 4 * width * Math.max(0, shortConvolution - 1);
  const wkv = keys.number('wkv.head_size');
  if (wkv !== null) return 4 * width * (wkv + (keys.number('token_shift_count') ?? 2));
  if (!gaps.some(({ field }) => field === 'state')) {
    gaps.push(gap('state', 'how large its recurrent state is', 'it is left out'));
  }
  return 0;
}

function vocabularyOf(keys: Keys, table: TensorTable, gaps: ShapeGap[]): number | null {
  const rows = table.embedding?.dims[1];
  const known = rows ?? keys.arrayLength('tokenizer.ggml.tokens') ?? keys.number('vocab_size');
  if (known === null)
    gaps.push(gap('vocabulary', 'how many tokens there are', 'scores of tokens are left out'));
  return known;
}

function widestFeedForward(table: TensorTable): number | null {
  const rows = table.layers.map((layer) => layer.byName.get('ffn_up.weight')?.dims[1] ?? 0);
  const widest = rows.reduce((most, row) => Math.max(most, row), 0);
  return widest === 0 ? null : widest;
}

/** A gate beside the way up, or both in one matrix of double width; without tensors, as nearly all models have it. */
function isGated({ layers }: TensorTable): boolean {
  const names = new Set(layers.flatMap((layer) => [...layer.byName.keys()]));
  if (![...names].some((name) => name.startsWith('ffn_'))) return true;
  if ([...names].some((name) => /^ffn_(gate|gate_up)(_exps|_shexp)?\./u.test(name))) return true;
  const [layer] = layers;
  const [up, down] = ['ffn_up', 'ffn_down'].map((name) => layer?.byName.get(`${name}.weight`));
  return up?.dims[1] !== undefined && down?.dims[0] !== undefined && up.dims[1] === 2 * down.dims[0];
}
