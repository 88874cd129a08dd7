/** Where a GGUF file's bytes come from: a file, a range of a download, a buffer in a test. */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Bytes from `offset`; fewer than `length` only where the source ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Names of the metadata value types, by the numbers that stand for them in the file (ggml/include/gguf.h).
 */
export const ggufValueTypes = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
] as const;

/** Name of a metadata value type. */
export type GgufValueType = (typeof ggufValueTypes)[number];

/**
 * An array of the metadata: its element type and count, and its elements where the reader was told to keep
 * them.
 */
export interface GgufArray {
  readonly kind: 'array';
  readonly type: GgufValueType;
  readonly length: number;
  readonly values?: readonly GgufValue[];
}

/** A metadata value. 64-bit integers are numbers where that is exact, else bigints. */
export type GgufValue = number | bigint | boolean | string | GgufArray;

/** One tensor as the header describes it. */
export interface GgufTensor {
  readonly name: string;
  /** Elements per dimension, the fastest-moving first; empty for a scalar. */
  readonly dims: readonly number[];
  /** Number of the ggml type. */
  readonly type: number;
  /** Its name in ggml, upper case (`Q4_K`), or `type 77` where it is not known. */
  readonly typeName: string;
  /** Bytes from the start of the tensor data (`GgufHeader.dataOffset`). */
  readonly offset: number;
  /** Length in bytes, or null where the type is not known. */
  readonly bytes: number | null;
}

/** Everything that stands before the tensor data. */
export interface GgufHeader {
  /** 2 or 3. */
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes from the start of the file to the end of the last tensor description. */
  readonly headerBytes: number;
  /** Byte offset at which the tensor data starts: `headerBytes`, aligned. */
  readonly dataOffset: number;
  /** Bytes that the file must have for every tensor of a known type to lie inside it. */
  readonly requiredBytes: number;
}

/** Why a file can't be read as a GGUF model. `incomplete`: parts of a split model are missing, or don't belong together. */
export type GgufErrorCode =
  'empty' | 'not-gguf' | 'unsupported-version' | 'big-endian' | 'truncated' | 'invalid' | 'incomplete';

/**
 * A file that is not a usable GGUF model. The message is one sentence about "it", without the file's path.
 */
export class GgufError extends Error {
  readonly code: GgufErrorCode;

  constructor(code: GgufErrorCode, message: string) {
    super(message);
    this.name = 'GgufError';
    this.code = code;
  }
}

/** How a ggml type lies in memory: elements per block and bytes per block. */
export interface GgmlType {
  readonly name: string;
  readonly blockElements: number;
  readonly blockBytes: number;
}

/**
 * The ggml types by number, from `enum ggml_type` (ggml/include/ggml.h) and the block structures' sizes
 * (ggml/src/ggml-common.h) of the llama.cpp that node-llama-cpp 3.21.1 is built from. The numbers that are
 * missing here were withdrawn: no current llama.cpp reads them.
 */
export const ggmlTypes: ReadonlyMap<number, GgmlType> = new Map(
  (
    [
      [0, 'F32', 1, 4],
      [1, 'F16', 1, 2],
      [2, 'Q4_0', 32, 18],
      [3, 'Q4_1', 32, 20],
      [6, 'Q5_0', 32, 22],
      [7, 'Q5_1', 32, 24],
      [8, 'Q8_0', 32, 34],
      [9, 'Q8_1', 32, 36],
      [10, 'Q2_K', 256, 84],
      [11, 'Q3_K', 256, 110],
      [12, 'Q4_K', 256, 144],
      [13, 'Q5_K', 256, 176],
      [14, 'Q6_K', 256, 210],
      [15, 'Q8_K', 256, 292],
      [16, 'IQ2_XXS', 256, 66],
      [17, 'IQ2_XS', 256, 74],
      [18, 'IQ3_XXS', 256, 98],
      [19, 'IQ1_S', 256, 50],
      [20, 'IQ4_NL', 32, 18],
      [21, 'IQ3_S', 256, 110],
      [22, 'IQ2_S', 256, 82],
      [23, 'IQ4_XS', 256, 136],
      [24, 'I8', 1, 1],
      [25, 'I16', 1, 2],
      [26, 'I32', 1, 4],
      [27, 'I64', 1, 8],
      [28, 'F64', 1, 8],
      [29, 'IQ1_M', 256, 56],
      [30, 'BF16', 1, 2],
      [34, 'TQ1_0', 256, 54],
      [35, 'TQ2_0', 256, 66],
      [39, 'MXFP4', 32, 17],
      [40, 'NVFP4', 64, 36],
      [41, 'Q1_0', 128, 18],
      [42, 'Q2_0', 64, 18],
    ] as const
  ).map(([type, name, blockElements, blockBytes]) => [type, { name, blockElements, blockBytes }]),
);
