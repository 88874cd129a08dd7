import { randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { readGgufHeader, type GgufArray, type GgufHeader } from '../src/core/models/ggufHeader.ts';
import { aligned } from '../src/core/models/ggufWriting.ts';
import {
  bool,
  encodeHeader,
  float32,
  halfBits,
  int32s,
  string,
  strings,
  uint32,
  type GgufInput,
  type GgufTensorInput,
} from '../test/support/ggufWriter.ts';
import { starterPath } from '../test/support/engine.ts';

/** What a model's speed depends on. */
export interface ModelShape {
  readonly name: string;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

/** The shapes of Qwen2.5 (its technical report, arXiv 2412.15115, table 1; the files' own vocabulary size). */
export const shapes = {
  small: {
    name: '0.5B',
    layers: 24,
    width: 896,
    heads: 14,
    keyValueHeads: 2,
    feedForward: 4864,
    vocabulary: 151_936,
  },
  large: {
    name: '1.5B',
    layers: 28,
    width: 1536,
    heads: 12,
    keyValueHeads: 2,
    feedForward: 8960,
    vocabulary: 151_936,
  },
} as const satisfies Record<string, ModelShape>;

/** Arrays of the starter's tokenizer, which the written model shares so that text becomes as many tokens. */
const tokenizerArrays = ['tokens', 'token_type', 'merges'].map((name) => `tokenizer.ggml.${name}`);
/** A block of Q8_0: a scale of two bytes and 32 weights. */
const blockBytes = 34;
const blocksAtATime = 32 * 1024;
/** Uniform weights from -127 to 127 times this have a deviation of about 0.02, as trained ones have. */
const weightScale = 0.02 / 73;

/**
 * Writes a model with random weights (Q8_0) in a shape of Qwen2, a piece of one megabyte at a time. It says nothing of
 * sense and is as fast as a trained one. Returns the file's length in bytes.
 */
export async function writeShapedModel(path: string, shape: ModelShape): Promise<number> {
  const contents = { metadata: await metadataOf(shape), tensors: tensorsOf(shape) };
  const { header, offsets, dataBytes } = encodeHeader(contents);
  const dataOffset = aligned(header.length);
  const piece = randomBlocks();
  const file = await open(path, 'w');
  try {
    await file.write(header, 0, header.length, 0);
    for (const [index, tensor] of contents.tensors.entries()) {
      const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
      const at = dataOffset + (offsets[index] ?? 0);
      if (tensor.type === 'Q8_0') await fill(file, piece, at, (elements / 32) * blockBytes);
      else if (tensor.fill === 'ones') await file.write(floats(elements, 1), 0, elements * 4, at);
    }
    await file.truncate(dataOffset + dataBytes);
  } finally {
    await file.close();
  }
  return dataOffset + dataBytes;
}

async function fill(file: FileHandle, piece: Buffer, offset: number, bytes: number): Promise<void> {
  for (let done = 0; done < bytes; done += piece.length) {
    await file.write(piece, 0, Math.min(piece.length, bytes - done), offset + done);
  }
}

function randomBlocks(): Buffer {
  const piece = randomBytes(blocksAtATime * blockBytes);
  for (let at = 0; at < piece.length; at += blockBytes) piece.writeUInt16LE(halfBits(weightScale), at);
  return piece;
}

function floats(count: number, value: number): Buffer {
  return Buffer.from(new Float32Array(count).fill(value).buffer);
}

function tensorsOf(shape: ModelShape): GgufTensorInput[] {
  const { layers, width, feedForward, vocabulary } = shape;
  const keyValues = (width / shape.heads) * shape.keyValueHeads;
  const matrix = (name: string, columns: number, rows: number): GgufTensorInput => ({
    name: `${name}.weight`,
    dims: [columns, rows],
    type: 'Q8_0',
  });
  const norm = (name: string): GgufTensorInput => ({
    name: `${name}.weight`,
    dims: [width],
    type: 'F32',
    fill: 'ones',
  });
  const bias = (name: string, rows: number): GgufTensorInput => ({
    name: `${name}.bias`,
    dims: [rows],
    type: 'F32',
  });
  const layer = (index: number): GgufTensorInput[] => {
    const at = `blk.${index}`;
    return [
      norm(`${at}.attn_norm`),
      matrix(`${at}.attn_q`, width, width),
      bias(`${at}.attn_q`, width),
      matrix(`${at}.attn_k`, width, keyValues),
      bias(`${at}.attn_k`, keyValues),
      matrix(`${at}.attn_v`, width, keyValues),
      bias(`${at}.attn_v`, keyValues),
      matrix(`${at}.attn_output`, width, width),
      norm(`${at}.ffn_norm`),
      matrix(`${at}.ffn_gate`, width, feedForward),
      matrix(`${at}.ffn_up`, width, feedForward),
      matrix(`${at}.ffn_down`, feedForward, width),
    ];
  };
  // The output shares the embedding's weights, as in the small models of the family.
  return [
    matrix('token_embd', width, vocabulary),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    norm('output_norm'),
  ];
}

async function metadataOf(shape: ModelShape): Promise<Map<string, GgufInput>> {
  const starter = await starterHeader();
  const metadata = new Map<string, GgufInput>([
    ['general.architecture', string('qwen2')],
    ['general.name', string(`random-${shape.name}`)],
    ['general.file_type', uint32(7)],
    ['qwen2.context_length', uint32(32_768)],
    ['qwen2.embedding_length', uint32(shape.width)],
    ['qwen2.block_count', uint32(shape.layers)],
    ['qwen2.feed_forward_length', uint32(shape.feedForward)],
    ['qwen2.attention.head_count', uint32(shape.heads)],
    ['qwen2.attention.head_count_kv', uint32(shape.keyValueHeads)],
    ['qwen2.attention.layer_norm_rms_epsilon', float32(1e-6)],
    ['qwen2.rope.freq_base', float32(1_000_000)],
  ]);
  for (const [key, value] of starter.metadata) {
    if (!key.startsWith('tokenizer.')) continue;
    if (typeof value === 'number') metadata.set(key, uint32(value));
    else if (typeof value === 'boolean') metadata.set(key, bool(value));
    else if (typeof value === 'string') metadata.set(key, string(value));
  }
  const array = (name: string) => (starter.metadata.get(`tokenizer.ggml.${name}`) as GgufArray).values ?? [];
  const missing = Array.from(
    { length: shape.vocabulary - array('tokens').length },
    (_, index) => `<unused ${index}>`,
  );
  metadata.set('tokenizer.ggml.tokens', strings([...array('tokens').map(String), ...missing]));
  metadata.set(
    'tokenizer.ggml.token_type',
    int32s([...array('token_type').map(Number), ...missing.map(() => 1)]),
  );
  metadata.set('tokenizer.ggml.merges', strings(array('merges').map(String)));
  return metadata;
}

async function starterHeader(): Promise<GgufHeader> {
  const file = await open(starterPath);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    return await readGgufHeader({ size, read }, { keepArrays: tokenizerArrays });
  } finally {
    await file.close();
  }
}
