import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import {
  aligned,
  bool,
  encodeHeader,
  float32,
  float32s,
  int32s,
  string,
  strings,
  uint32,
  type GgufInput,
  type TensorLayout,
} from '../core/models/ggufWriting.ts';
import { isAlive } from '../disk/isAlive.ts';

/** What the speed of a dense model depends on. */
export interface ProbeShape {
  readonly layers: number;
  /** Elements of a token's vector, a multiple of 32. */
  readonly width: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly feedForward: number;
}

/**
 * The layers of Qwen2.5 0.5B (its technical report, arXiv 2412.15115, table 1), 32 of them instead of 24: as many as
 * make 500 MB without that model's large vocabulary.
 */
export const probeShape: ProbeShape = {
  layers: 32,
  width: 896,
  heads: 14,
  keyValueHeads: 2,
  feedForward: 4864,
};

/** How the file system is asked, for tests. */
export interface ProbeDisk {
  /** Bytes that a file takes up. */
  taken(file: string): Promise<number>;
  /** Bytes that are free for us where a folder lies. */
  free(folder: string): Promise<number>;
}

/** Tokens: single bytes, by which any text has some, and others that nothing needs. */
const vocabulary = 512;
const specials = ['<unk>', '<s>', '</s>'];
/** How such a vocabulary writes a space. */
const space = '\u2581';
/** Token types (llama.h, `llama_token_type`). */
const tokenType = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

const name = /^probe-(\d+)-[0-9a-f]+\.gguf$/;
/** Longer than any measurement takes: the process that wrote such a file is another one by now. */
const staleMs = 60 * 60_000;
/** A file that takes up less than this part of its length has a hole. */
const sparse = 0.5;
/** What must stay free of a disk that has no holes. */
const spareDiskBytes = 1e9;

const fileSystem: ProbeDisk = {
  // Windows gives no blocks; there a file takes up its length, as far as can be known.
  taken: async (file) => {
    const { blocks, size } = await stat(file);
    return process.platform === 'win32' ? size : blocks * 512;
  },
  free: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

/** Parameters of a model of that shape. */
export function probeParameters(shape: ProbeShape): number {
  return tensorsOf(shape).reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1), 0);
}

/**
 * Writes a model of that shape whose weights (Q8_0) are all zero, as a hole that takes up no disk: it says nothing, and
 * is as fast as any other. Returns its path, for `removeProbeModel`; null where the file system has no holes and the
 * disk has too little room to do without. Rejects with the system's error. Leaves nothing behind in both cases.
 */
export async function writeProbeModel(
  folder: string,
  shape: ProbeShape = probeShape,
  disk: ProbeDisk = fileSystem,
): Promise<string | null> {
  const { header, dataBytes } = encodeHeader({ metadata: metadataOf(shape), tensors: tensorsOf(shape) });
  const bytes = aligned(header.length) + dataBytes;
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `probe-${process.pid}-${randomBytes(4).toString('hex')}.gguf`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(header);
      await handle.truncate(bytes);
    } finally {
      await handle.close();
    }
    const hole = (await disk.taken(file)) < bytes * sparse;
    if (hole || (await disk.free(folder)) >= spareDiskBytes) return file;
  } catch (error) {
    await removeProbeModel(file);
    throw error;
  }
  await removeProbeModel(file);
  return null;
}

/** Removes what `writeProbeModel` wrote, if it is there. Never rejects: what can't be removed is swept later. */
export async function removeProbeModel(file: string): Promise<void> {
  await rm(file, { force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Removes the files that processes left behind which are gone. Never rejects. */
export async function sweepProbeModels(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const entry of names) {
    const pid = name.exec(entry)?.[1];
    if (pid === undefined) continue;
    const file = path.join(folder, entry);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleMs || !isAlive(Number(pid))) await removeProbeModel(file);
  }
}

/** What llama.cpp wants to know of a llama, with a vocabulary of bytes. */
function metadataOf(shape: ProbeShape): Map<string, GgufInput> {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const rest = Array.from({ length: vocabulary - specials.length - bytes.length }, (_, index) =>
    index === 0 ? space : `<unused ${index}>`,
  );
  const tokens = [...specials, ...bytes, ...rest];
  const types = [
    ...[tokenType.unknown, tokenType.control, tokenType.control],
    ...bytes.map(() => tokenType.byte),
    ...rest.map(() => tokenType.normal),
  ];
  return new Map<string, GgufInput>([
    ['general.architecture', string('llama')],
    ['general.name', string('Measurement of this machine')],
    ['general.file_type', uint32(7)],
    ['llama.context_length', uint32(4096)],
    ['llama.embedding_length', uint32(shape.width)],
    ['llama.block_count', uint32(shape.layers)],
    ['llama.feed_forward_length', uint32(shape.feedForward)],
    ['llama.attention.head_count', uint32(shape.heads)],
    ['llama.attention.head_count_kv', uint32(shape.keyValueHeads)],
    ['llama.attention.layer_norm_rms_epsilon', float32(1e-6)],
    ['llama.rope.dimension_count', uint32(shape.width / shape.heads)],
    ['llama.vocab_size', uint32(vocabulary)],
    ['tokenizer.ggml.model', string('llama')],
    ['tokenizer.ggml.tokens', strings(tokens)],
    ['tokenizer.ggml.scores', float32s(tokens.map(() => 0))],
    ['tokenizer.ggml.token_type', int32s(types)],
    ['tokenizer.ggml.unknown_token_id', uint32(0)],
    ['tokenizer.ggml.bos_token_id', uint32(1)],
    ['tokenizer.ggml.eos_token_id', uint32(2)],
    ['tokenizer.ggml.add_bos_token', bool(false)],
    ['tokenizer.ggml.add_space_prefix', bool(false)],
  ]);
}

/** The output shares the embedding's weights, as in the small models of the family. */
function tensorsOf({ layers, width, heads, keyValueHeads, feedForward }: ProbeShape): TensorLayout[] {
  const keyValues = (width / heads) * keyValueHeads;
  const matrix = (tensor: string, columns: number, rows: number): TensorLayout => ({
    name: `${tensor}.weight`,
    dims: [columns, rows],
    type: 'Q8_0',
  });
  const norm = (tensor: string): TensorLayout => ({ name: `${tensor}.weight`, dims: [width], type: 'F32' });
  const layer = (index: number): TensorLayout[] => {
    const at = `blk.${index}`;
    return [
      norm(`${at}.attn_norm`),
      matrix(`${at}.attn_q`, width, width),
      matrix(`${at}.attn_k`, width, keyValues),
      matrix(`${at}.attn_v`, width, keyValues),
      matrix(`${at}.attn_output`, width, width),
      norm(`${at}.ffn_norm`),
      matrix(`${at}.ffn_gate`, width, feedForward),
      matrix(`${at}.ffn_up`, width, feedForward),
      matrix(`${at}.ffn_down`, feedForward, width),
    ];
  };
  return [
    matrix('token_embd', width, vocabulary),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    norm('output_norm'),
  ];
}
