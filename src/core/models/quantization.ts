/** How the weights of a model file are stored. */
export interface Quantization {
  /** llama.cpp's name of the type (`Q4_K_M`), or the publisher's own where llama.cpp has none (`Q4_K_XL`). */
  readonly name: string;
  /** As it was written, in upper case; differs from the name for Unsloth's mixtures (`UD-Q4_K_M`). */
  readonly label: string;
  /** Average over the whole file, in bits. */
  readonly bitsPerWeight: number;
  /** Place in the order of quality: the higher the better. */
  readonly quality: number;
  /** For a person who knows nothing of quantisation. */
  readonly description: string;
}

const hardly = 'hardly usable';
const large = 'large loss of quality';
const noticeable = 'noticeable loss of quality';
const small = 'small, some loss of quality';
const balance = 'good balance';
const little = 'little loss of quality';
const exact = 'practically no loss of quality';

/**
 * The types, from the worst to the best, with bits per weight. Those with four decimals were measured by llama.cpp on
 * Llama 3.1 8B (tools/quantize/README.md); the others follow from the size of the type's blocks
 * (ggml/src/ggml-common.h). The `_L` and `_XL` mixtures of publishers keep the embeddings or some layers in a larger
 * type, by an amount that differs from model to model: they count as the llama.cpp type they start from.
 */
const types: readonly (readonly [name: string, bitsPerWeight: number, description: string])[] = [
  ['IQ1_S', 2.0042, `1-bit, ${hardly}`],
  ['TQ1_0', 1.6875, '1-bit, for models that were trained so'],
  ['IQ1_M', 2.146, `1-bit, ${hardly}`],
  ['IQ2_XXS', 2.3824, `2-bit, ${large}`],
  ['IQ2_XS', 2.5882, `2-bit, ${large}`],
  ['TQ2_0', 2.0625, '2-bit, for models that were trained so'],
  ['IQ2_S', 2.7403, `2-bit, ${large}`],
  ['IQ2_M', 2.9294, `2-bit, ${large}`],
  ['Q2_K_S', 2.9697, `2-bit, ${large}`],
  ['Q2_K', 3.1593, `2-bit, ${large}`],
  ['Q2_K_L', 3.1593, `2-bit, ${large}`],
  ['Q2_K_XL', 3.1593, `2-bit, ${large}`],
  ['IQ3_XXS', 3.2548, `3-bit, ${noticeable}`],
  ['IQ3_XS', 3.4977, `3-bit, ${noticeable}`],
  ['Q3_K_S', 3.6429, `3-bit, ${noticeable}`],
  ['IQ3_S', 3.6606, `3-bit, ${noticeable}`],
  ['IQ3_M', 3.7628, `3-bit, ${noticeable}`],
  ['Q3_K_M', 3.996, `3-bit, ${noticeable}`],
  ['Q3_K_L', 4.2979, `3-bit, ${noticeable}`],
  ['Q3_K_XL', 4.2979, `3-bit, ${noticeable}`],
  ['Q4_0', 4.5, `4-bit, ${small}`],
  ['IQ4_XS', 4.4597, `4-bit, ${small}`],
  ['MXFP4', 4.25, '4-bit, as the publisher trained it'],
  ['NVFP4', 4.5, '4-bit, made for recent NVIDIA cards'],
  ['Q4_K_S', 4.6672, `4-bit, ${small}`],
  ['IQ4_NL', 4.6818, `4-bit, ${small}`],
  ['Q4_1', 5, `4-bit, ${balance}`],
  ['Q4_K_M', 4.8944, `4-bit, ${balance}`],
  ['Q4_K_L', 4.8944, `4-bit, ${balance}`],
  ['Q4_K_XL', 4.8944, `4-bit, ${balance}`],
  ['Q5_0', 5.5, `5-bit, ${little}`],
  ['Q5_1', 6, `5-bit, ${little}`],
  ['Q5_K_S', 5.5704, `5-bit, ${little}`],
  ['Q5_K_M', 5.7036, `5-bit, ${little}`],
  ['Q5_K_L', 5.7036, `5-bit, ${little}`],
  ['Q5_K_XL', 5.7036, `5-bit, ${little}`],
  ['Q6_K', 6.5633, '6-bit, very little loss of quality'],
  ['Q6_K_L', 6.5633, '6-bit, very little loss of quality'],
  ['Q6_K_XL', 6.5633, '6-bit, very little loss of quality'],
  ['Q8_0', 8.5008, `8-bit, ${exact}`],
  ['Q8_K_XL', 8.5008, `8-bit, ${exact}`],
  ['BF16', 16, '16-bit, not quantised'],
  ['F16', 16.0005, '16-bit, not quantised'],
  ['F32', 32, '32-bit, not quantised'],
];

/** Other spellings: llama-quantize's short names, and what publishers write. */
const aliases: Readonly<Record<string, string>> = {
  Q3_K: 'Q3_K_M',
  Q4_K: 'Q4_K_M',
  Q5_K: 'Q5_K_M',
  FP16: 'F16',
  FP32: 'F32',
  MXFP4_MOE: 'MXFP4',
};

const known = new Map(
  types.map(([name, bitsPerWeight, description], quality) => [
    name,
    { name, bitsPerWeight, description, quality },
  ]),
);
const spellings = [...known.keys(), ...Object.keys(aliases)].sort((a, b) => b.length - a.length);
const pattern = new RegExp(String.raw`(?<=^|[-._/:\s])(UD[-_])?(${spellings.join('|')})(?=$|[-./:\s])`, 'gi');

/**
 * The quantisation that a file's name, a repository's name or a tag speaks of (`model-Q4_K_M.gguf`, `UD-Q4_K_XL`,
 * `mxfp4`), or null. Where there are several, the last one counts: file names end with it.
 */
export function parseQuantization(text: string): Quantization | null {
  const found = [...text.matchAll(pattern)].at(-1);
  if (found === undefined) return null;
  const spelling = (found[2] ?? '').toUpperCase();
  const entry = known.get(aliases[spelling] ?? spelling);
  if (entry === undefined) return null;
  return { ...entry, label: found[1] === undefined ? entry.name : `UD-${entry.name}` };
}

/** Every known type, from the worst to the best. */
export function knownQuantizations(): Quantization[] {
  return [...known.values()].map((entry) => ({ ...entry, label: entry.name }));
}

/** A type for a person: `Q4_K_M (4-bit, good balance)`. */
export function describeQuantization({ label, description }: Quantization): string {
  return `${label} (${description})`;
}

/** Bytes that this many parameters take, by the type's average. */
export function estimateBytes(parameters: number, bitsPerWeight: number): number {
  return Math.round((parameters * bitsPerWeight) / 8);
}
