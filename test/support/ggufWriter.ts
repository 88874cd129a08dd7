import { open, type FileHandle } from 'node:fs/promises';
import { ggmlTypes, ggufValueTypes, type GgufValueType } from '../../src/core/models/ggufTypes.ts';

/** A metadata value to write, with the type it has in the file; see the helpers below. */
export type GgufInput =
  | { readonly type: Exclude<GgufValueType, 'array'>; readonly value: number | bigint | boolean | string }
  | { readonly type: 'array'; readonly of: GgufValueType; readonly values: readonly GgufInput[] };

export const uint32 = (value: number): GgufInput => ({ type: 'uint32', value });
export const float32 = (value: number): GgufInput => ({ type: 'float32', value });
export const bool = (value: boolean): GgufInput => ({ type: 'bool', value });
export const string = (value: string): GgufInput => ({ type: 'string', value });
export const strings = (values: readonly string[]): GgufInput => ({
  type: 'array',
  of: 'string',
  values: values.map(string),
});
export const int32s = (values: readonly number[]): GgufInput => ({
  type: 'array',
  of: 'int32',
  values: values.map((value) => ({ type: 'int32', value })),
});

/**
 * The values of a tensor: all 0 (a hole in the file), all 1, or a function of the column (fastest) and the
 * row.
 */
export type Fill = 'zeros' | 'ones' | ((column: number, row: number) => number);

/** Types that a tensor can be written in; of those behind Q8_0, only zeros can. */
export type WrittenType = 'F32' | 'F16' | 'Q8_0' | 'Q4_0' | 'Q4_K' | 'Q6_K';

/** A tensor to write. Rows are made of whole blocks: of 32 elements, in the types with a K of 256. */
export interface GgufTensorInput {
  readonly name: string;
  /** Elements per dimension, the fastest-moving first. */
  readonly dims: readonly number[];
  readonly type: WrittenType;
  readonly fill?: Fill;
}

/** What a GGUF file holds, in the order in which it is written. */
export interface GgufContents {
  /** 3 unless given. */
  readonly version?: 2 | 3;
  readonly metadata: ReadonlyMap<string, GgufInput>;
  readonly tensors: readonly GgufTensorInput[];
}

/** Bytes between which tensors are aligned (the format's default). */
const alignment = 32;
/** Bytes of weights that are made and written at a time. */
const chunkBytes = 1024 * 1024;

/**
 * The header of a GGUF file, without the padding that follows it, and the place of each tensor's data, in
 * bytes from the start of the data.
 */
export function encodeHeader(contents: GgufContents): {
  header: Uint8Array;
  offsets: number[];
  dataBytes: number;
} {
  const offsets: number[] = [];
  const parts = [
    Buffer.from('GGUF'),
    integer(contents.version ?? 3, 4),
    integer(contents.tensors.length, 8),
    integer(contents.metadata.size, 8),
  ];
  for (const [key, value] of contents.metadata) parts.push(text(key), typeNumber(value.type), encoded(value));
  let dataBytes = 0;
  for (const tensor of contents.tensors) {
    offsets.push(dataBytes);
    parts.push(
      text(tensor.name),
      integer(tensor.dims.length, 4),
      ...tensor.dims.map((dim) => integer(dim, 8)),
    );
    parts.push(integer(ggmlType(tensor.type).number, 4), integer(dataBytes, 8));
    dataBytes = aligned(dataBytes + rows(tensor) * rowBytes(tensor));
  }
  return { header: new Uint8Array(Buffer.concat(parts)), offsets, dataBytes };
}

/**
 * Writes a GGUF file, a piece of a tensor at a time; tensors of zeros become holes that take no disk space.
 * Returns the file's length in bytes.
 */
export async function writeGguf(path: string, contents: GgufContents): Promise<number> {
  const { header, offsets, dataBytes } = encodeHeader(contents);
  const dataOffset = aligned(header.length);
  const file = await open(path, 'w');
  try {
    await file.write(header, 0, header.length, 0);
    for (const [index, tensor] of contents.tensors.entries()) {
      await writeTensor(file, tensor, dataOffset + (offsets[index] ?? 0));
    }
    await file.truncate(dataOffset + dataBytes);
  } finally {
    await file.close();
  }
  return dataOffset + dataBytes;
}

async function writeTensor(file: FileHandle, tensor: GgufTensorInput, offset: number): Promise<void> {
  const fill = tensor.fill ?? 'zeros';
  if (fill === 'zeros') return;
  const valueAt = fill === 'ones' ? () => 1 : fill;
  const width = rowBytes(tensor);
  const rowsAtATime = Math.max(1, Math.floor(chunkBytes / width));
  for (let row = 0; row < rows(tensor); row += rowsAtATime) {
    const chunk = Buffer.alloc(Math.min(rowsAtATime, rows(tensor) - row) * width);
    for (let at = 0; at < chunk.length; at += width) {
      const values = Float32Array.from({ length: tensor.dims[0] ?? 1 }, (_, column) =>
        valueAt(column, row + at / width),
      );
      writeRow(chunk, at, values, tensor.type);
    }
    await file.write(chunk, 0, chunk.length, offset + row * width);
  }
}

function writeRow(chunk: Buffer, at: number, values: Float32Array, type: GgufTensorInput['type']): void {
  if (type === 'F32') values.forEach((value, i) => chunk.writeFloatLE(value, at + 4 * i));
  else if (type === 'F16') values.forEach((value, i) => chunk.writeUInt16LE(halfBits(value), at + 2 * i));
  else if (type !== 'Q8_0') throw new Error(`Only zeros can be written as ${type}.`);
  else {
    for (let start = 0; start < values.length; start += 32) {
      const block = values.subarray(start, start + 32);
      const scale = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
      const to = at + (start / 32) * 34;
      chunk.writeUInt16LE(halfBits(scale), to);
      block.forEach((value, i) => chunk.writeInt8(scale === 0 ? 0 : Math.round(value / scale), to + 2 + i));
    }
  }
}

/** The bits of the 16-bit float nearest to a number (ties to even; too large becomes infinity). */
export function halfBits(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // Below 2^-14 a half counts in steps of 2^-24; above, re-bias the exponent (127 to 15) and round 13 bits
  // away.
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 2 ** 24);
  const rounded = roundHalfEven(magnitude / 2 ** 13) - ((127 - 15) << 10);
  return sign | Math.min(rounded, 0x7c00);
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const above = value - down;
  return above > 0.5 || (above === 0.5 && down % 2 === 1) ? down + 1 : down;
}

function encoded(input: GgufInput): Buffer {
  if (input.type === 'array') {
    return Buffer.concat([
      typeNumber(input.of),
      integer(input.values.length, 8),
      ...input.values.map(encoded),
    ]);
  }
  if (input.type === 'string') return text(String(input.value));
  if (input.type === 'bool') return integer(input.value ? 1 : 0, 1);
  const bytes = Buffer.alloc(8);
  const number = Number(input.value);
  switch (input.type) {
    case 'float32':
      return bytes.subarray(0, bytes.writeFloatLE(number));
    case 'float64':
      return bytes.subarray(0, bytes.writeDoubleLE(number));
    case 'uint8':
    case 'int8':
      return integer(BigInt(input.value), 1);
    case 'uint16':
    case 'int16':
      return integer(BigInt(input.value), 2);
    case 'uint32':
    case 'int32':
      return integer(BigInt(input.value), 4);
    case 'uint64':
    case 'int64':
      return integer(BigInt(input.value), 8);
  }
}

/** A whole number in `length` bytes, little-endian, negative ones in two's complement. */
function integer(value: number | bigint, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, length);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([integer(bytes.length, 8), bytes]);
}

function typeNumber(type: GgufValueType): Buffer {
  return integer(ggufValueTypes.indexOf(type), 4);
}

function ggmlType(name: string): { number: number; blockElements: number; blockBytes: number } {
  for (const [number, type] of ggmlTypes) if (type.name === name) return { number, ...type };
  throw new Error(`There is no ggml type ${name}.`);
}

function rowBytes(tensor: GgufTensorInput): number {
  const { blockElements, blockBytes } = ggmlType(tensor.type);
  const blocks = (tensor.dims[0] ?? 1) / blockElements;
  if (!Number.isInteger(blocks))
    throw new Error(`A row of ${tensor.name} does not fill blocks of ${tensor.type}.`);
  return blocks * blockBytes;
}

function rows(tensor: GgufTensorInput): number {
  return tensor.dims.slice(1).reduce((product, dim) => product * dim, 1);
}

function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
