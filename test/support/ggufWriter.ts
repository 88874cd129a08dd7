import { open, type FileHandle } from 'node:fs/promises';
import {
  aligned,
  encodeHeader,
  rowBytes,
  rows,
  type GgufLayout,
  type TensorLayout,
} from '../../src/core/models/ggufWriting.ts';

export {
  bool,
  encodeHeader,
  float32,
  int32s,
  string,
  strings,
  uint32,
  type GgufInput,
} from '../../src/core/models/ggufWriting.ts';

/**
 * The values of a tensor: all 0 (a hole in the file), all 1, or a function of the column (fastest) and the
 * row.
 */
export type Fill = 'zeros' | 'ones' | ((column: number, row: number) => number);

/** Types that a tensor can be written in; of those behind Q8_0, only zeros can. */
export type WrittenType = 'F32' | 'F16' | 'Q8_0' | 'Q4_0' | 'Q4_K' | 'Q6_K';

/** A tensor to write. */
export interface GgufTensorInput extends TensorLayout {
  readonly type: WrittenType;
  readonly fill?: Fill;
}

/** What a GGUF file holds, in the order in which it is written. */
export interface GgufContents extends GgufLayout {
  readonly tensors: readonly GgufTensorInput[];
}

/** Bytes of weights that are made and written at a time. */
const chunkBytes = 1024 * 1024;

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
