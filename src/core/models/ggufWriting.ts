import { ggmlTypes, ggufValueTypes, type GgufValueType } from './ggufTypes.ts';

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
export const float32s = (values: readonly number[]): GgufInput => ({
  type: 'array',
  of: 'float32',
  values: values.map(float32),
});

/** A tensor to lay out. Rows are made of whole blocks: of 32 elements, in the types with a K of 256. */
export interface TensorLayout {
  readonly name: string;
  /** Elements per dimension, the fastest-moving first. */
  readonly dims: readonly number[];
  /** Name of the ggml type, upper case. */
  readonly type: string;
}

/** What the header of a GGUF file says, in the order in which it is written. */
export interface GgufLayout {
  /** 3 unless given. */
  readonly version?: 2 | 3;
  readonly metadata: ReadonlyMap<string, GgufInput>;
  readonly tensors: readonly TensorLayout[];
}

/** Bytes between which tensors are aligned (the format's default). */
const alignment = 32;
const utf8 = new TextEncoder();

/**
 * The header of a GGUF file, without the padding that follows it, the place of each tensor's data in bytes from the
 * start of the data, and the length of all data. Throws for a type that there is not, and for a row that does not fill
 * its blocks.
 */
export function encodeHeader(layout: GgufLayout): {
  header: Uint8Array;
  offsets: number[];
  dataBytes: number;
} {
  const offsets: number[] = [];
  const parts = [
    utf8.encode('GGUF'),
    integer(layout.version ?? 3, 4),
    integer(layout.tensors.length, 8),
    integer(layout.metadata.size, 8),
  ];
  for (const [key, value] of layout.metadata) parts.push(text(key), typeNumber(value.type), encoded(value));
  let dataBytes = 0;
  for (const tensor of layout.tensors) {
    offsets.push(dataBytes);
    parts.push(
      text(tensor.name),
      integer(tensor.dims.length, 4),
      ...tensor.dims.map((dim) => integer(dim, 8)),
    );
    parts.push(integer(ggmlType(tensor.type).number, 4), integer(dataBytes, 8));
    dataBytes = aligned(dataBytes + rows(tensor) * rowBytes(tensor));
  }
  return { header: joined(parts), offsets, dataBytes };
}

/** The next place at which a tensor, or all of their data behind a header, may begin. */
export function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Rows of a tensor: all elements but those of the first dimension count. */
export function rows(tensor: TensorLayout): number {
  return tensor.dims.slice(1).reduce((product, dim) => product * dim, 1);
}

/** Bytes of a row; throws where it does not fill the type's blocks. */
export function rowBytes(tensor: TensorLayout): number {
  const { blockElements, blockBytes } = ggmlType(tensor.type);
  const blocks = (tensor.dims[0] ?? 1) / blockElements;
  if (!Number.isInteger(blocks))
    throw new Error(`A row of ${tensor.name} does not fill blocks of ${tensor.type}.`);
  return blocks * blockBytes;
}

function encoded(input: GgufInput): Uint8Array {
  if (input.type === 'array') {
    return joined([typeNumber(input.of), integer(input.values.length, 8), ...input.values.map(encoded)]);
  }
  if (input.type === 'string') return text(String(input.value));
  if (input.type === 'bool') return integer(input.value ? 1 : 0, 1);
  const view = new DataView(new ArrayBuffer(8));
  switch (input.type) {
    case 'float32':
      view.setFloat32(0, Number(input.value), true);
      return new Uint8Array(view.buffer, 0, 4);
    case 'float64':
      view.setFloat64(0, Number(input.value), true);
      return new Uint8Array(view.buffer);
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
function integer(value: number | bigint, length: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return new Uint8Array(view.buffer, 0, length);
}

function text(value: string): Uint8Array {
  const bytes = utf8.encode(value);
  return joined([integer(bytes.length, 8), bytes]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function typeNumber(type: GgufValueType): Uint8Array {
  return integer(ggufValueTypes.indexOf(type), 4);
}

function ggmlType(name: string): { number: number; blockElements: number; blockBytes: number } {
  for (const [number, type] of ggmlTypes) if (type.name === name) return { number, ...type };
  throw new Error(`There is no ggml type ${name}.`);
}
