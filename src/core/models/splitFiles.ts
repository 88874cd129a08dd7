import { checkComplete, metadataNumber, metadataString, readGgufHeader } from './ggufHeader.ts';
import { GgufError, type ByteSource, type GgufHeader, type GgufTensor } from './ggufTypes.ts';

/** One part of a split model, as its name says: `base-00001-of-00003.gguf` has the index 1 and the count 3. */
export interface SplitName {
  /** The name up to `-00001-of-…`, with the folder where there is one. */
  readonly base: string;
  /** From 1 on. */
  readonly index: number;
  readonly count: number;
}

/** A part that is open; its owner gets it back through `close` once its header is read. */
export interface OpenPart extends ByteSource {
  close(): Promise<void>;
}

/** One part of a model that was read. */
export interface ModelPart {
  readonly name: string;
  /** Length of the file in bytes. */
  readonly bytes: number;
  readonly header: GgufHeader;
}

/** The headers of a model's parts as one; a model that is not split has one part. */
export interface ModelHeader {
  readonly version: number;
  /** The first part's: the others repeat nothing of it. */
  readonly metadata: GgufHeader['metadata'];
  /** The tensors of all parts, in their order. */
  readonly tensors: readonly GgufTensor[];
  readonly parts: readonly ModelPart[];
  /** Length of all files in bytes. */
  readonly bytes: number;
}

/** The format that llama.cpp splits and loads by (`llama_split_path` in its src/llama.cpp). */
const splitPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/su;

/** What a file's name or path says of being a part of a split model; null where it says nothing. */
export function splitName(name: string): SplitName | null {
  const [, base, index, count] = splitPattern.exec(name) ?? [];
  if (base === undefined) return null;
  const part = { base, index: Number(index), count: Number(count) };
  return part.index >= 1 && part.index <= part.count ? part : null;
}

/** The names of all parts of the model that a file belongs to, in order; the file's own name where it is whole. */
export function partNames(name: string): string[] {
  const split = splitName(name);
  if (split === null) return [name];
  const digits = (number: number): string => String(number).padStart(5, '0');
  return Array.from(
    { length: split.count },
    (_, index) => `${split.base}-${digits(index + 1)}-of-${digits(split.count)}.gguf`,
  );
}

/**
 * Reads the headers of all parts of the model that a file belongs to, whichever part it is, and checks that they are
 * whole and belong together. `open` resolves to null where there is no such file. Throws `GgufError`; what `open` and
 * the sources themselves throw passes through. At most one part is open at a time.
 */
export async function readModelHeader(
  name: string,
  open: (name: string) => Promise<OpenPart | null>,
  options: Parameters<typeof readGgufHeader>[1] = {},
): Promise<ModelHeader> {
  const names = partNames(name);
  const parts: ModelPart[] = [];
  const missing: string[] = [];
  for (const part of names) {
    const source = await open(part);
    if (source === null) missing.push(part);
    // What is missing is told once the others were looked at: a damaged one has to be fetched again as well.
    else parts.push(await readPart(part, source, names.length, options));
    // A name can claim 99,999 parts; nobody is helped by a list of them.
    if (missing.length === 3) break;
  }
  const [first] = parts;
  if (first === undefined || missing.length > 0) throw incomplete(names.length, missing);
  checkTogether(parts, first);
  return {
    version: first.header.version,
    metadata: first.header.metadata,
    tensors: parts.flatMap((part) => part.header.tensors),
    parts,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  };
}

async function readPart(
  name: string,
  source: OpenPart,
  count: number,
  options: Parameters<typeof readGgufHeader>[1],
): Promise<ModelPart> {
  try {
    const header = await readGgufHeader(source, options);
    checkComplete(header, source.size);
    return { name, bytes: source.size, header };
  } catch (error) {
    if (!(error instanceof GgufError) || count === 1) throw error;
    throw new GgufError(error.code, `Its part ${fileName(name)} can't be used. ${error.message}`);
  } finally {
    await source.close();
  }
}

/** Throws where the parts' headers contradict their names or one another. */
function checkTogether(parts: readonly ModelPart[], first: ModelPart): void {
  for (const [index, part] of parts.entries()) {
    checkPlace(part, index, parts.length);
    checkSameModel(part, first);
  }
  const names = new Set<string>();
  let total = 0;
  for (const part of parts) {
    for (const tensor of part.header.tensors) {
      total += 1;
      if (names.has(tensor.name)) {
        throw mismatch(`the tensor ${JSON.stringify(tensor.name.slice(0, 60))} stands in two of its parts`);
      }
      names.add(tensor.name);
    }
  }
  const claimed = metadataNumber(first.header, 'split.tensors.count');
  if (parts.length > 1 && claimed !== undefined && claimed !== total) {
    throw mismatch(`its first part speaks of ${claimed} tensors, its parts have ${total}`);
  }
}

/** A part's own word on which part it is; `split.no` counts from 0. */
function checkPlace({ name, header }: ModelPart, index: number, count: number): void {
  const claimed = metadataNumber(header, 'split.count') ?? 1;
  // Older tools write a count of 0 or 1 into a whole file.
  if (claimed <= 1 && count === 1) return;
  const number = (metadataNumber(header, 'split.no') ?? 0) + 1;
  if (count === 1) {
    throw mismatch(
      `it is part ${number} of ${claimed} of a split model, and its name does not end in -00001-of-00003.gguf or the like`,
    );
  }
  if (claimed !== count) {
    const says = claimed <= 1 ? 'that it is no part' : `that there are ${claimed} parts`;
    throw mismatch(`${fileName(name)} says ${says}`);
  }
  if (number !== index + 1) throw mismatch(`${fileName(name)} says that it is part ${number}`);
}

function checkSameModel(part: ModelPart, first: ModelPart): void {
  for (const key of ['general.architecture', 'general.name'] as const) {
    const own = metadataString(part.header, key);
    // Later parts usually repeat nothing; where they do, it must be the same.
    if (own === undefined || own === metadataString(first.header, key)) continue;
    throw mismatch(`${fileName(part.name)} belongs to another model than ${fileName(first.name)}`);
  }
  const counts = [part, first].map(({ header }) => metadataNumber(header, 'split.tensors.count'));
  if (counts[0] !== counts[1]) {
    throw mismatch(`${fileName(part.name)} was split from another model than ${fileName(first.name)}`);
  }
}

function incomplete(count: number, missing: readonly string[]): GgufError {
  if (count === 1) {
    const name = fileName(missing[0] ?? '');
    return new GgufError('incomplete', `It is not there (${name}); choose a file that exists.`);
  }
  const names = missing.map(fileName);
  const listed = names.length === 3 ? `${names.slice(0, 2).join(', ')} and perhaps more` : names.join(', ');
  return new GgufError(
    'incomplete',
    `It is a model of ${count} parts, of which ${listed} ${names.length > 1 ? 'are' : 'is'} missing; put all ${count} into one folder.`,
  );
}

function mismatch(what: string): GgufError {
  return new GgufError(
    'incomplete',
    `Its parts don't belong together (${what}); get all parts of the same model again, under their own names.`,
  );
}

function fileName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}
