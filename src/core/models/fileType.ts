import { metadataNumber } from './ggufHeader.ts';
import type { GgufHeader, GgufTensor } from './ggufTypes.ts';

/**
 * Names of the quantisations by `general.file_type` (`enum llama_ftype` in llama.cpp's include/llama.h). The numbers
 * that are missing were withdrawn.
 */
const fileTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
  36: 'TQ1_0',
  37: 'TQ2_0',
  38: 'MXFP4',
  39: 'NVFP4',
  40: 'Q1_0',
  41: 'Q2_0',
};

/** The bit that llama.cpp adds to a type that it only guessed (LLAMA_FTYPE_GUESSED). */
const guessed = 1024;

/** How a model's weights are stored: as people know it (`Q4_K_M`), and the ggml type that most bytes have. */
export interface WeightType {
  readonly name: string | null;
  readonly dominantType: string | null;
}

/** The type by the metadata, else by the tensors; null where there are neither. */
export function weightTypeOf(header: Pick<GgufHeader, 'metadata' | 'tensors'>): WeightType {
  const dominantType = dominantTypeOf(header.tensors);
  const fileType = metadataNumber(header, 'general.file_type');
  const named = fileType === undefined ? undefined : fileTypes[fileType % guessed];
  return { name: named ?? dominantType, dominantType };
}

function dominantTypeOf(tensors: readonly GgufTensor[]): string | null {
  const bytes = new Map<string, number>();
  for (const tensor of tensors) {
    bytes.set(tensor.typeName, (bytes.get(tensor.typeName) ?? 0) + (tensor.bytes ?? 0));
  }
  const [dominant] = [...bytes].sort(([, a], [, b]) => b - a);
  return dominant?.[0] ?? null;
}
