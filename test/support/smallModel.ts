import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  int32s,
  string,
  strings,
  uint32,
  writeGguf,
  type GgufInput,
  type GgufTensorInput,
} from './ggufWriter.ts';

/** What a small model file says; it can be listed and inspected, not loaded. */
export interface SmallModel {
  readonly architecture?: string;
  readonly name?: string;
  /** Qwen's markers in the vocabulary (default true). */
  readonly fim?: boolean;
  /** The chat template (default a short one), or null. */
  readonly template?: string | null;
  /** Metadata that is added or replaces what is there. */
  readonly more?: Readonly<Record<string, GgufInput>>;
  /** Metadata that is left out. */
  readonly without?: readonly string[];
  readonly tensors?: readonly GgufTensorInput[];
  /** Different content for different seeds. */
  readonly seed?: number;
}

const markers = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|file_sep|>', '<|repo_name|>'];

/** Writes a small GGUF file of about a kilobyte and the folders to it; returns its length. */
export async function smallModel(file: string, options: SmallModel = {}): Promise<number> {
  const { architecture = 'qwen2', fim = true, seed = 1 } = options;
  const template = options.template === undefined ? "{{ 'user' }} {{ 'assistant' }}" : options.template;
  const tokens = ['a', 'b', ...(fim ? markers : [])];
  const metadata = new Map<string, GgufInput>([
    ['general.architecture', string(architecture)],
    ['general.name', string(options.name ?? 'Small model')],
    ['general.license', string('apache-2.0')],
    ['general.file_type', uint32(7)],
    [`${architecture}.context_length`, uint32(32_768)],
    [`${architecture}.block_count`, uint32(1)],
    [`${architecture}.embedding_length`, uint32(32)],
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.tokens', strings(tokens)],
    ['tokenizer.ggml.token_type', int32s(tokens.map((text) => (markers.includes(text) ? 3 : 1)))],
    ...(template === null ? [] : ([['tokenizer.chat_template', string(template)]] as const)),
    ...Object.entries(options.more ?? {}),
  ]);
  for (const key of options.without ?? []) metadata.delete(key);
  const tensors = options.tensors ?? [
    { name: 'token_embd.weight', dims: [32, tokens.length], type: 'F32', fill: () => seed },
    { name: 'blk.0.attn_norm.weight', dims: [32], type: 'F32', fill: 'ones' },
  ];
  await mkdir(path.dirname(file), { recursive: true });
  return writeGguf(file, { metadata, tensors });
}

/** Writes the parts of a split model below `base` and returns their paths. */
export async function splitModel(base: string, parts: number): Promise<string[]> {
  const files: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    const number = (value: number): string => String(value).padStart(5, '0');
    const file = `${base}-${number(part + 1)}-of-${number(parts)}.gguf`;
    const split = {
      'split.no': { type: 'uint16', value: part },
      'split.count': { type: 'uint16', value: parts },
      'split.tensors.count': { type: 'int32', value: parts },
    } as const;
    const tensors = [{ name: `blk.${part}.attn_norm.weight`, dims: [32], type: 'F32' }] as const;
    if (part === 0) await smallModel(file, { more: split, tensors });
    else await writeGguf(file, { metadata: new Map(Object.entries(split)), tensors });
    files.push(file);
  }
  return files;
}
