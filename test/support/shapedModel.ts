import { float32, string, strings, int32s, uint32, bool, writeGguf } from './ggufWriter.ts';
import type { GgufInput, GgufTensorInput, WrittenType } from './ggufWriter.ts';

/** Architectures whose tensors `writeShapedModel` knows. */
export type ShapedArchitecture =
  | 'llama'
  | 'qwen2'
  | 'qwen3'
  | 'qwen3moe'
  | 'gemma2'
  | 'gemma3'
  | 'deepseek2'
  | 'starcoder2'
  | 'gpt-oss'
  | 'lfm2';

/** Sizes of a model whose weights are all zero. */
export interface ShapedModel {
  readonly architecture: ShapedArchitecture;
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of a head; also the architecture's `key_length` and `value_length`. */
  readonly headDim: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly trainedContext: number;
  readonly weights: Exclude<WrittenType, 'F32'>;
  /** Type of the token embedding and the output matrix (default: as the other weights). */
  readonly outer?: WrittenType;
  /** Whether the output has a matrix of its own (default), or uses the token embedding. */
  readonly tied?: boolean;
  readonly experts?: { readonly total: number; readonly used: number; readonly feedForward: number };
  readonly slidingWindow?: number;
  /** DeepSeek's compressed cache: its rank, and the widths of the rotated part and of a value. */
  readonly latent?: { readonly rank: number; readonly rotated: number; readonly value: number };
}

/**
 * Writes a model that llama.cpp loads and that has the given sizes. Its weights are a hole in the file; its
 * answers mean nothing. Returns the file's length in bytes.
 */
export function writeShapedModel(path: string, shape: ShapedModel): Promise<number> {
  return writeGguf(path, { metadata: metadataOf(shape), tensors: tensorsOf(shape) });
}

/** The metadata that llama.cpp needs to load it. */
export function metadataOf(shape: ShapedModel): Map<string, GgufInput> {
  const { architecture, experts, slidingWindow, latent } = shape;
  const own: [string, GgufInput][] = [
    ['context_length', uint32(shape.trainedContext)],
    ['embedding_length', uint32(shape.embedding)],
    ['block_count', uint32(shape.layers)],
    ['feed_forward_length', uint32(shape.feedForward)],
    ['attention.head_count', uint32(shape.heads)],
    ['attention.head_count_kv', keyValueHeads(shape)],
    ['attention.layer_norm_rms_epsilon', float32(1e-6)],
    ['attention.layer_norm_epsilon', float32(1e-6)],
    ['rope.freq_base', float32(10_000)],
  ];
  if (latent === undefined) {
    own.push(['attention.key_length', uint32(shape.headDim)]);
    own.push(['attention.value_length', uint32(shape.headDim)]);
  } else {
    own.push(['attention.key_length', uint32(latent.rank + latent.rotated)]);
    own.push(['attention.value_length', uint32(latent.rank)]);
    own.push(['attention.key_length_mla', uint32(shape.headDim)]);
    own.push(['attention.value_length_mla', uint32(latent.value)]);
    own.push(['attention.kv_lora_rank', uint32(latent.rank)]);
    own.push(['attention.q_lora_rank', uint32(latent.rank)]);
    own.push(['rope.dimension_count', uint32(latent.rotated)]);
    own.push(['leading_dense_block_count', uint32(1)]);
    own.push(['expert_shared_count', uint32(1)]);
  }
  if (architecture === 'lfm2') own.push(['shortconv.l_cache', uint32(convolution)]);
  if (slidingWindow !== undefined) own.push(['attention.sliding_window', uint32(slidingWindow)]);
  if (experts !== undefined) {
    own.push(['expert_count', uint32(experts.total)]);
    own.push(['expert_used_count', uint32(experts.used)]);
    own.push(['expert_feed_forward_length', uint32(experts.feedForward)]);
  }
  const texts = Array.from({ length: shape.vocabulary }, (_, id) => `<${id}>`);
  return new Map<string, GgufInput>([
    ['general.architecture', string(architecture)],
    ['general.name', string('shaped')],
    ...own.map(([key, value]): [string, GgufInput] => [`${architecture}.${key}`, value]),
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.pre', string('qwen2')],
    ['tokenizer.ggml.tokens', strings(texts)],
    ['tokenizer.ggml.token_type', int32s(texts.map(() => 1))],
    ['tokenizer.ggml.merges', strings([])],
    ['tokenizer.ggml.bos_token_id', uint32(0)],
    ['tokenizer.ggml.eos_token_id', uint32(0)],
    ['tokenizer.ggml.add_bos_token', bool(false)],
  ]);
}

/** Every so many layers of an lfm2, one has attention; the others have a convolution over so many tokens. */
const attentionEvery = 3;
const convolution = 3;

function convolves({ architecture }: ShapedModel, layer: number): boolean {
  return architecture === 'lfm2' && layer % attentionEvery !== attentionEvery - 1;
}

function keyValueHeads(shape: ShapedModel): GgufInput {
  if (shape.architecture !== 'lfm2') return uint32(shape.latent === undefined ? shape.kvHeads : 1);
  return int32s(
    Array.from({ length: shape.layers }, (_, layer) => (convolves(shape, layer) ? 0 : shape.kvHeads)),
  );
}

/** Its tensors, all zero. */
export function tensorsOf(shape: ShapedModel): GgufTensorInput[] {
  const outer = shape.outer ?? shape.weights;
  const matrix = (name: string, ...dims: number[]): GgufTensorInput => ({
    name: `${name}.weight`,
    dims,
    type: shape.weights,
  });
  const embedding = { ...matrix('token_embd', shape.embedding, shape.vocabulary), type: outer };
  const ends = [embedding, vector(lastNorm(shape), shape.embedding)];
  if (shape.architecture === 'starcoder2') ends.push(vector('output_norm.bias', shape.embedding));
  if (shape.tied !== true) {
    ends.push({ ...matrix('output', shape.embedding, shape.vocabulary), type: outer });
  }
  const layers = Array.from({ length: shape.layers }, (_, index) => {
    const tensors = [
      ...(convolves(shape, index) ? shortConvolution : attention)(shape, matrix),
      ...feedForward(shape, matrix, index),
    ];
    return tensors.map((tensor) => ({ ...tensor, name: `blk.${index}.${tensor.name}` }));
  });
  return [...ends, ...layers.flat()];
}

type Matrix = (name: string, ...dims: number[]) => GgufTensorInput;

function vector(name: string, length: number): GgufTensorInput {
  return { name, dims: [length], type: 'F32' };
}

/** What the norm before the output is called; an early lfm2 named it after another. */
function lastNorm({ architecture }: ShapedModel): string {
  return architecture === 'lfm2' ? 'token_embd_norm.weight' : 'output_norm.weight';
}

function shortConvolution({ embedding }: ShapedModel, matrix: Matrix): GgufTensorInput[] {
  return [
    vector('attn_norm.weight', embedding),
    { ...matrix('shortconv.conv', convolution, embedding), type: 'F32' },
    matrix('shortconv.in_proj', embedding, 3 * embedding),
    matrix('shortconv.out_proj', embedding, embedding),
  ];
}

function attention(shape: ShapedModel, matrix: Matrix): GgufTensorInput[] {
  const { architecture, embedding, heads, headDim, latent } = shape;
  const [queries, keys] = [heads * headDim, shape.kvHeads * headDim];
  const norm = vector('attn_norm.weight', embedding);
  if (latent !== undefined) {
    return [
      norm,
      matrix('attn_q_a', embedding, latent.rank),
      vector('attn_q_a_norm.weight', latent.rank),
      matrix('attn_q_b', latent.rank, queries),
      matrix('attn_kv_a_mqa', embedding, latent.rank + latent.rotated),
      vector('attn_kv_a_norm.weight', latent.rank),
      { ...matrix('attn_k_b', headDim - latent.rotated, latent.rank, heads), type: 'F16' },
      { ...matrix('attn_v_b', latent.rank, latent.value, heads), type: 'F16' },
      matrix('attn_output', heads * latent.value, embedding),
    ];
  }
  const tensors = [
    norm,
    matrix('attn_q', embedding, queries),
    matrix('attn_k', embedding, keys),
    matrix('attn_v', embedding, keys),
    matrix('attn_output', queries, embedding),
  ];
  if (['qwen2', 'starcoder2', 'gpt-oss'].includes(architecture)) {
    tensors.push(vector('attn_q.bias', queries), vector('attn_k.bias', keys), vector('attn_v.bias', keys));
  }
  if (['qwen3', 'qwen3moe', 'gemma3', 'lfm2'].includes(architecture)) {
    tensors.push(vector('attn_q_norm.weight', headDim), vector('attn_k_norm.weight', headDim));
  }
  if (['gemma2', 'gemma3'].includes(architecture)) {
    tensors.push(vector('post_attention_norm.weight', embedding), vector('post_ffw_norm.weight', embedding));
  }
  if (architecture === 'starcoder2') {
    tensors.push(vector('attn_norm.bias', embedding), vector('attn_output.bias', embedding));
  }
  if (architecture === 'gpt-oss') {
    tensors.push(vector('attn_output.bias', embedding), vector('attn_sinks.weight', heads));
    tensors.push(vector('post_attention_norm.weight', embedding));
  }
  return tensors;
}

function feedForward(shape: ShapedModel, matrix: Matrix, layer: number): GgufTensorInput[] {
  const { architecture, embedding, experts, latent } = shape;
  const norm = architecture === 'gpt-oss' ? [] : [vector('ffn_norm.weight', embedding)];
  const dense = (suffix: string, width: number): GgufTensorInput[] => [
    matrix(`ffn_gate${suffix}`, embedding, width),
    matrix(`ffn_up${suffix}`, embedding, width),
    matrix(`ffn_down${suffix}`, width, embedding),
  ];
  if (architecture === 'starcoder2') {
    return [
      ...norm,
      vector('ffn_norm.bias', embedding),
      matrix('ffn_up', embedding, shape.feedForward),
      vector('ffn_up.bias', shape.feedForward),
      matrix('ffn_down', shape.feedForward, embedding),
      vector('ffn_down.bias', embedding),
    ];
  }
  if (experts === undefined || (latent !== undefined && layer === 0)) {
    return [...norm, ...dense('', shape.feedForward)];
  }
  const { total, feedForward: width } = experts;
  const tensors = [
    ...norm,
    { ...matrix('ffn_gate_inp', embedding, total), type: 'F32' as const },
    matrix('ffn_gate_exps', embedding, width, total),
    matrix('ffn_up_exps', embedding, width, total),
    matrix('ffn_down_exps', width, embedding, total),
  ];
  if (latent !== undefined) tensors.push(...dense('_shexp', width));
  if (architecture === 'gpt-oss') {
    tensors.push(vector('ffn_gate_inp.bias', total));
    for (const [name, length] of [
      ['gate', width],
      ['up', width],
      ['down', embedding],
    ] as const) {
      tensors.push({ name: `ffn_${name}_exps.bias`, dims: [length, total], type: 'F32' });
    }
  }
  return tensors;
}
