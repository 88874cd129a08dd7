import {
  bool,
  float32,
  int32s,
  string,
  strings,
  uint32,
  type Fill,
  type GgufInput,
  type GgufTensorInput,
} from './ggufWriter.ts';

/** Token types of `tokenizer.ggml.token_type` (llama.h, `llama_token_type`). */
export const tokenType = { normal: 1, control: 3, 'user-defined': 4 } as const;
/** Score of a token that is as good as certain, against 0 for all others. */
export const defaultLogit = 20;
/** Width of an attention head; a model's width is a multiple of it. */
export const headWidth = 64;

/** A token that may come next, and its score. */
export interface Follower {
  readonly id: number;
  readonly logit: number;
}

/** Numbers that make a llama: layers, width (at least the vocabulary), width of the feed-forward part. */
export interface MarkovShape {
  readonly layers: number;
  readonly embd: number;
  readonly feedForward: number;
}

/** What the header of a model says, beside what is special about it. */
export interface MarkovHeader {
  readonly architecture: 'llama' | 'qwen2';
  readonly name: string;
  readonly contextLength: number;
  readonly shape: MarkovShape;
  readonly texts: readonly string[];
  readonly types: readonly number[];
  /** The token that ends a text. */
  readonly end: number;
}

/** The metadata of a model with a byte-level vocabulary that knows no merges: text is tokenised byte by byte. */
export function markovMetadata(header: MarkovHeader): Map<string, GgufInput> {
  const { architecture, shape, end } = header;
  return new Map<string, GgufInput>([
    ['general.architecture', string(architecture)],
    ['general.name', string(header.name)],
    ['general.file_type', uint32(1)],
    [`${architecture}.context_length`, uint32(header.contextLength)],
    [`${architecture}.embedding_length`, uint32(shape.embd)],
    [`${architecture}.block_count`, uint32(shape.layers)],
    [`${architecture}.feed_forward_length`, uint32(shape.feedForward)],
    [`${architecture}.attention.head_count`, uint32(shape.embd / headWidth)],
    [`${architecture}.attention.head_count_kv`, uint32(1)],
    [`${architecture}.attention.layer_norm_rms_epsilon`, float32(1e-6)],
    [`${architecture}.rope.freq_base`, float32(10_000)],
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.pre', string('qwen2')],
    ['tokenizer.ggml.tokens', strings([...header.texts])],
    ['tokenizer.ggml.token_type', int32s([...header.types])],
    ['tokenizer.ggml.merges', strings([])],
    ['tokenizer.ggml.bos_token_id', uint32(end)],
    ['tokenizer.ggml.eos_token_id', uint32(end)],
    ['tokenizer.ggml.add_bos_token', bool(false)],
  ]);
}

/**
 * The tensors of a llama in which only the embedding (one-hot) and the output (the table of the next tokens) are not
 * zero, so that the next token is a function of the current one.
 */
export function markovTensors(
  vocabulary: number,
  followers: (id: number) => readonly Follower[],
  { layers, embd, feedForward }: MarkovShape,
): GgufTensorInput[] {
  const next = Array.from({ length: vocabulary }, (_, id) => followers(id));
  const tensor = (name: string, dims: number[], fill: Fill = 'zeros'): GgufTensorInput => ({
    name: `${name}.weight`,
    dims,
    type: dims.length === 1 ? 'F32' : 'F16',
    fill,
  });
  const layer = (index: number): GgufTensorInput[] => [
    tensor(`blk.${index}.attn_norm`, [embd], 'ones'),
    tensor(`blk.${index}.attn_q`, [embd, embd]),
    tensor(`blk.${index}.attn_k`, [embd, headWidth]),
    tensor(`blk.${index}.attn_v`, [embd, headWidth]),
    tensor(`blk.${index}.attn_output`, [embd, embd]),
    tensor(`blk.${index}.ffn_norm`, [embd], 'ones'),
    tensor(`blk.${index}.ffn_gate`, [embd, feedForward]),
    tensor(`blk.${index}.ffn_up`, [embd, feedForward]),
    tensor(`blk.${index}.ffn_down`, [feedForward, embd]),
  ];
  // The norm before the output scales a one-hot vector to the root of its width.
  const scale = Math.sqrt(embd);
  return [
    tensor('token_embd', [embd, vocabulary], (column, row) => (column === row ? 1 : 0)),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    tensor('output_norm', [embd], 'ones'),
    tensor('output', [embd, vocabulary], (column, row) => {
      const follower = next[column]?.find(({ id }) => id === row);
      return follower === undefined ? 0 : follower.logit / scale;
    }),
  ];
}

/**
 * Bytes as a byte-level vocabulary writes them (GPT-2's table): printable Latin-1 stands for itself, the
 * other bytes, in order, for the characters from U+0100 on.
 */
export function byteText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byteCharacters[byte] ?? '').join('');
}

const byteCharacters: readonly string[] = (() => {
  let replaced = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : 0x100 + replaced++);
  });
})();
