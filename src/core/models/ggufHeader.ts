import { HeaderReader, grouped, invalid, truncated } from './ggufReader.ts';
import {
  ggmlTypes,
  GgufError,
  ggufValueTypes,
  type ByteSource,
  type GgufArray,
  type GgufHeader,
  type GgufTensor,
  type GgufValue,
  type GgufValueType,
} from './ggufTypes.ts';

export { GgufError } from './ggufTypes.ts';
export type {
  ByteSource,
  GgufArray,
  GgufErrorCode,
  GgufHeader,
  GgufTensor,
  GgufValue,
  GgufValueType,
} from './ggufTypes.ts';

/** Caps that no real model comes near; they stop a damaged count before it costs anything. */
const maxEntries = 1_000_000;
const maxTensors = 1_000_000;
const maxArrayDepth = 4;
/** ggml's own limit (GGML_MAX_DIMS). */
const maxDims = 4;
/** The GGUF specification's limit for a key; tensor names are shorter still. */
const maxNameBytes = 65_535;
/** Elements of an array that is kept; the largest vocabularies have 600,000 merges. */
const maxKeptElements = 4_000_000;
const defaultAlignment = 32;

/**
 * Least bytes of: a string, a metadata entry (key of one byte, type, value), a tensor (name, dims, type,
 * offset).
 */
const minStringBytes = 8;
const minEntryBytes = 14;
const minTensorBytes = 24;
/** Element type and count. */
const minArrayBytes = 12;

const fixedSizes: Readonly<Record<Exclude<GgufValueType, 'string' | 'array'>, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/**
 * Reads the header of a GGUF file (version 2 or 3, little-endian; the format is docs/gguf.md of ggml). Arrays
 * are passed over unless their key is in `keepArrays`, or they hold at most `keepNumbers` numbers (a model
 * says with those what differs from layer to layer); an array inside another always is. Time is linear in the
 * header, memory in what is kept. Throws `GgufError`; what the source itself throws passes through.
 */
export async function readGgufHeader(
  source: ByteSource,
  options: { readonly keepArrays?: readonly string[]; readonly keepNumbers?: number } = {},
): Promise<GgufHeader> {
  const reader = new HeaderReader(source);
  const version = await readStart(reader, source.size);
  await reader.need(16);
  const tensorCount = countOf(reader.u64(), maxTensors, 'tensors');
  const entryCount = countOf(reader.u64(), maxEntries, 'metadata entries');
  reader.claim(entryCount * minEntryBytes + tensorCount * minTensorBytes, 1, 'bytes of entries');
  const keep: Keep = { keys: new Set(options.keepArrays), numbers: options.keepNumbers ?? 0 };
  const metadata = await readMetadata(reader, entryCount, keep);
  const alignment = alignmentOf(metadata);
  const tensors = await readTensors(reader, tensorCount, alignment);
  const headerBytes = reader.position;
  const dataOffset = Math.ceil(headerBytes / alignment) * alignment;
  const requiredBytes = tensors.reduce((end, tensor) => {
    const own = dataOffset + tensor.offset + (tensor.bytes ?? 0);
    if (!Number.isSafeInteger(own)) throw invalid(`the tensor ${quoted(tensor.name)} ends beyond any file`);
    return Math.max(end, own);
  }, headerBytes);
  return { version, metadata, tensors, headerBytes, dataOffset, requiredBytes };
}

/** Throws `truncated` where a file of `size` bytes can't hold every tensor that its header describes. */
export function checkComplete(header: GgufHeader, size: number): void {
  if (size < header.requiredBytes) throw truncated(size, header.requiredBytes);
}

/** A metadata value that is a number, else undefined. */
export function metadataNumber(header: Pick<GgufHeader, 'metadata'>, key: string): number | undefined {
  const value = header.metadata.get(key);
  return typeof value === 'number' ? value : undefined;
}

/** A metadata value that is a string, else undefined. */
export function metadataString(header: Pick<GgufHeader, 'metadata'>, key: string): string | undefined {
  const value = header.metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** Checks the magic bytes and returns the version. */
async function readStart(reader: HeaderReader, size: number): Promise<number> {
  if (size === 0) throw new GgufError('empty', 'It is an empty file; download or copy it again.');
  const shown = Math.min(size, 16);
  await reader.need(shown);
  const start = reader.peek(shown);
  if (String.fromCharCode(...start.slice(0, 4)) !== 'GGUF') {
    throw new GgufError(
      'not-gguf',
      `It is not a GGUF file (it starts with ${beginning(start)}); choose a model in the GGUF format.`,
    );
  }
  await reader.need(8);
  reader.skip(4);
  const version = reader.u32();
  // A small number whose bytes were stored in the other order has its low half empty.
  if (version !== 0 && version % 65_536 === 0) {
    throw new GgufError(
      'big-endian',
      'It is a big-endian GGUF file; get the little-endian one of the same model.',
    );
  }
  if (version !== 2 && version !== 3) {
    throw new GgufError(
      'unsupported-version',
      `It is a GGUF file of version ${version}, and Hearth reads versions 2 and 3; get the model in one of these.`,
    );
  }
  return version;
}

/** The first bytes of a file, as text where they are text. */
function beginning(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  if (/^[\x20-\x7e\s]*$/.test(text)) return JSON.stringify(text);
  return `the bytes ${Array.from(bytes.slice(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

function countOf(count: number | bigint, limit: number, what: string): number {
  if (count > limit) throw invalid(`it claims ${grouped(count)} ${what}`);
  return Number(count);
}

/** Which arrays are kept: by their key, or for having no more than so many numbers. */
interface Keep {
  readonly keys: ReadonlySet<string>;
  readonly numbers: number;
}

const keepNothing: Keep = { keys: new Set(), numbers: 0 };

async function readMetadata(
  reader: HeaderReader,
  count: number,
  keep: Keep,
): Promise<Map<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i += 1) {
    const key = await reader.string(maxNameBytes);
    if (key === '') throw invalid('a metadata key is empty');
    if (metadata.has(key)) throw invalid(`the metadata key ${quoted(key)} stands there twice`);
    await reader.need(4);
    const type = valueType(reader.u32(), key);
    metadata.set(key, await readValue(reader, type, key, keep));
  }
  return metadata;
}

function valueType(number: number, key: string): GgufValueType {
  const type = ggufValueTypes[number];
  if (type === undefined) throw invalid(`the metadata entry ${quoted(key)} has the unknown type ${number}`);
  return type;
}

async function readValue(
  reader: HeaderReader,
  type: GgufValueType,
  key: string,
  keep: Keep,
): Promise<GgufValue> {
  if (type === 'string') return reader.string();
  if (type === 'array') return readArray(reader, key, keep, 1);
  await reader.need(fixedSizes[type]);
  return readFixed(reader, type);
}

async function readArray(reader: HeaderReader, key: string, keep: Keep, depth: number): Promise<GgufArray> {
  if (depth > maxArrayDepth)
    throw invalid(`the array ${quoted(key)} is nested more than ${maxArrayDepth} deep`);
  await reader.need(minArrayBytes);
  const type = valueType(reader.u32(), key);
  const size = type === 'string' ? minStringBytes : type === 'array' ? minArrayBytes : fixedSizes[type];
  const length = reader.claim(reader.u64(), size, `elements in the array ${quoted(key)}`);
  const isShort = type !== 'string' && type !== 'array' && length <= keep.numbers;
  if (keep.keys.has(key) || isShort) {
    countOf(length, maxKeptElements, `elements in the array ${quoted(key)}`);
    return { kind: 'array', type, length, values: await readElements(reader, type, length, key, depth) };
  }
  if (type === 'string') await reader.skipStrings(length);
  else if (type !== 'array') reader.skip(length * size);
  else for (let i = 0; i < length; i += 1) await readArray(reader, key, keepNothing, depth + 1);
  return { kind: 'array', type, length };
}

async function readElements(
  reader: HeaderReader,
  type: GgufValueType,
  length: number,
  key: string,
  depth: number,
): Promise<GgufValue[]> {
  if (type === 'string') return reader.strings(length);
  const values: GgufValue[] = [];
  for (let i = 0; i < length; i += 1) {
    if (type === 'array') values.push(await readArray(reader, key, keepNothing, depth + 1));
    else {
      if (!reader.has(fixedSizes[type])) await reader.need(fixedSizes[type]);
      values.push(readFixed(reader, type));
    }
  }
  return values;
}

function readFixed(reader: HeaderReader, type: Exclude<GgufValueType, 'string' | 'array'>): GgufValue {
  switch (type) {
    case 'uint8':
      return reader.u8();
    case 'int8':
      return reader.i8();
    case 'uint16':
      return reader.u16();
    case 'int16':
      return reader.i16();
    case 'uint32':
      return reader.u32();
    case 'int32':
      return reader.i32();
    case 'float32':
      return reader.f32();
    case 'bool':
      return reader.u8() !== 0;
    case 'uint64':
      return reader.u64();
    case 'int64':
      return reader.i64();
    case 'float64':
      return reader.f64();
  }
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? defaultAlignment;
  // Up to 2^31, where 32-bit arithmetic is still exact; the specification stores it as an unsigned 32-bit
  // integer.
  const whole = typeof alignment === 'number' && Number.isInteger(alignment);
  if (whole && alignment >= 1 && alignment <= 2 ** 31 && (alignment & (alignment - 1)) === 0)
    return alignment;
  throw invalid('general.alignment is not a power of two');
}

async function readTensors(reader: HeaderReader, count: number, alignment: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const tensor = await readTensor(reader, alignment);
    if (names.has(tensor.name)) throw invalid(`the tensor ${quoted(tensor.name)} stands there twice`);
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(reader: HeaderReader, alignment: number): Promise<GgufTensor> {
  const name = await reader.string(maxNameBytes);
  await reader.need(4);
  const dimCount = reader.u32();
  if (dimCount > maxDims) throw invalid(`the tensor ${quoted(name)} has ${grouped(dimCount)} dimensions`);
  await reader.need(dimCount * 8 + 12);
  const dims: number[] = [];
  let elements = 1;
  for (let i = 0; i < dimCount; i += 1) {
    const dim = reader.u64();
    elements *= Number(dim);
    if (typeof dim === 'bigint' || !Number.isSafeInteger(elements)) {
      throw invalid(`the tensor ${quoted(name)} has more elements than can be counted`);
    }
    dims.push(dim);
  }
  const type = reader.u32();
  const offset = reader.u64();
  if (typeof offset === 'bigint' || offset % alignment !== 0) {
    throw invalid(`the tensor ${quoted(name)} has the impossible offset ${grouped(offset)}`);
  }
  const typeName = ggmlTypes.get(type)?.name ?? `type ${type}`;
  return { name, dims, type, typeName, offset, bytes: tensorBytes(name, dims, elements, type) };
}

/** Bytes of a tensor, or null for a type that is not known; rows are made of whole blocks. */
function tensorBytes(name: string, dims: readonly number[], elements: number, type: number): number | null {
  const known = ggmlTypes.get(type);
  if (known === undefined) return null;
  const row = dims[0] ?? 1;
  if (row % known.blockElements !== 0) {
    throw invalid(
      `the tensor ${quoted(name)} has rows of ${grouped(row)} elements, which ${known.name} can't hold`,
    );
  }
  return (elements / known.blockElements) * known.blockBytes;
}

/** A name from the file, shortened and escaped for a message. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
