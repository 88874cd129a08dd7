import type { GgufTensor, GgufValue } from '../core/models/ggufHeader.ts';
import type { ModelShape } from '../core/models/shape.ts';
import { shapeOf } from '../core/models/shapeOf.ts';
import type { FimOrder } from '../core/prompt/families.ts';
import { chatTemplate, type ChatTemplate } from './chatTemplate.ts';
import { ModelFileError } from './errors.ts';
import { headerVocabulary, type HeaderVocabulary } from './headerVocabulary.ts';
import { licenceOf, textOf, trainedContext, type ModelContents } from './metadata.ts';
import { fileState, readHeader, readModel } from './modelFile.ts';
import { modelKind, unusable } from './modelKind.ts';
import type { ModelKind } from './types.ts';

/** Characters of a metadata string that are shown; the chat template is shown whole elsewhere. */
const longestText = 500;

/** A metadata value as JSON can hold it: 64-bit integers as text, arrays by their length, long texts cut. */
export type MetadataValue = string | number | boolean | { readonly array: string; readonly length: number };

/** A marker token. */
export interface Marker {
  readonly id: number;
  readonly text: string | null;
}

/** The fill-in-the-middle format that a file's markers stand for. */
export interface Markers {
  readonly format: 'fim' | 'prefix-only';
  readonly family: string | null;
  readonly foundIn: 'metadata' | 'vocabulary' | null;
  /** As the family was trained, before any self-test; null without markers. */
  readonly order: FimOrder | null;
  readonly prefix: Marker | null;
  readonly suffix: Marker | null;
  readonly middle: Marker | null;
}

/** Everything worth showing of a GGUF file, as JSON can hold it. Sizes are in bytes. */
export interface Inspection {
  readonly path: string;
  /** All parts of a split model; the file alone where the model is not whole. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly version: number;
  readonly kind: ModelKind;
  readonly name: string | null;
  readonly architecture: string | null;
  readonly licence: { readonly name: string | null; readonly link: string | null };
  /** The trained window, in tokens. */
  readonly trainedContext: number | null;
  readonly vocabulary: number | null;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly tensors: {
    readonly count: number;
    readonly elements: number;
    /** Of those whose type is known. */
    readonly bytes: number;
    readonly byType: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
  };
  /** What its memory depends on. */
  readonly shape: ModelShape;
  readonly markers: Markers;
  readonly template: ChatTemplate;
  /** Why it can't be used as a model, one sentence about "it", or null. */
  readonly problem: string | null;
}

/**
 * Reads what a GGUF file, or the split model that it is a part of, says about itself; also of files that are cut off or
 * are no models of their own. Throws a `ModelFileError` where its header can't be read.
 */
export async function inspectModel(file: string): Promise<Inspection> {
  const { model, files, bytes, version, problem } = await readAnything(file);
  const kind = modelKind(model);
  const tokens = model.metadata.get('tokenizer.ggml.tokens');
  return {
    path: file,
    files,
    bytes,
    version,
    kind,
    name: textOf(model, 'general.name'),
    architecture: textOf(model, 'general.architecture'),
    licence: { name: licenceOf(model), link: textOf(model, 'general.license.link') },
    trainedContext: trainedContext(model),
    vocabulary: typeof tokens === 'object' ? tokens.length : null,
    metadata: Object.fromEntries([...model.metadata].map(([key, value]) => [key, shown(value)])),
    tensors: countTensors(model.tensors),
    shape: shapeOf(model),
    markers: markersOf(headerVocabulary(model)),
    template: chatTemplate(model),
    problem: problem ?? unusable(kind),
  };
}

interface Anything {
  readonly model: ModelContents;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly version: number;
  readonly problem: string | null;
}

/** The whole model; where it is not whole, the one file alone with what is wrong. */
async function readAnything(file: string): Promise<Anything> {
  try {
    const model = await readModel(file);
    const files = model.parts.map(({ name }) => name);
    return { model, files, bytes: model.bytes, version: model.version, problem: null };
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.code !== 'not-a-model') throw error;
    const model = await readHeader(file);
    const { bytes } = await fileState(file);
    return { model, files: [file], bytes, version: model.version, problem: error.message };
  }
}

function shown(value: GgufValue): MetadataValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object') return { array: value.type, length: value.length };
  // JSON has no such numbers.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value;
}

function countTensors(tensors: readonly GgufTensor[]): Inspection['tensors'] {
  const byType = new Map<string, { type: string; count: number; bytes: number }>();
  let [elements, bytes] = [0, 0];
  for (const tensor of tensors) {
    const row = byType.get(tensor.typeName) ?? { type: tensor.typeName, count: 0, bytes: 0 };
    byType.set(tensor.typeName, row);
    row.count += 1;
    row.bytes += tensor.bytes ?? 0;
    bytes += tensor.bytes ?? 0;
    elements += tensor.dims.reduce((product, dim) => product * dim, 1);
  }
  const rows = [...byType.values()].sort((a, b) => b.bytes - a.bytes || (a.type < b.type ? -1 : 1));
  return { count: tensors.length, elements, bytes, byType: rows };
}

function markersOf({ format, text }: HeaderVocabulary): Markers {
  if (format.kind !== 'fim') {
    return {
      format: 'prefix-only',
      family: null,
      foundIn: null,
      order: null,
      prefix: null,
      suffix: null,
      middle: null,
    };
  }
  const marker = (id: number): Marker => ({ id, text: text(id) });
  return {
    format: 'fim',
    family: format.family?.id ?? null,
    foundIn: format.markers,
    order: format.order,
    prefix: marker(format.prefix),
    suffix: marker(format.suffix),
    middle: format.middle === null ? null : marker(format.middle),
  };
}
