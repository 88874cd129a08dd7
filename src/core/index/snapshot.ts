import type { ImportedModule } from '../syntax/imports.ts';
import type { FileTerms } from './chunks.ts';
import type { Exclusion, ExclusionReason } from './exclusions.ts';
import { exclusionSentences } from './exclusions.ts';
import { finished } from './finished.ts';
import { NameTable } from './nameTable.ts';
import { RepositoryIndex, type IndexedFile, type StoredFile } from './repositoryIndex.ts';
import { fail, Reader, readStrings, StringWriter, Writer } from './snapshotBytes.ts';
import type { IndexedSymbol } from './types.ts';

/** Raised when what is written changes, or what is taken from a file: an older snapshot is then read anew from the files. */
export const snapshotSchema = 2;

/** A file that was read and left out for what it holds. */
export interface LeftOut {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly exclusion: Exclusion;
}

/** An index with what was left out of it. */
export interface Snapshot {
  readonly index: RepositoryIndex;
  readonly leftOut: readonly LeftOut[];
}

const reasons = Object.keys(exclusionSentences) as ExclusionReason[];

/** The snapshot as bytes: names once, then each file, its numbers as typed arrays. */
export function encodeSnapshot({ index, leftOut }: Snapshot): Uint8Array {
  const writer = new Writer();
  const files = index.files();
  const strings = new StringWriter();
  const body = new Writer();
  body.number(files.length);
  for (const file of files) writeFile(body, strings, file, index.names);
  body.number(leftOut.length);
  for (const { path, bytes, mtimeMs, exclusion } of leftOut) {
    body.number(strings.of(path));
    body.number(bytes);
    body.double(mtimeMs);
    body.number(reasons.indexOf(exclusion.reason));
    body.number(strings.of(exclusion.detail));
  }
  strings.write(writer);
  writer.raw(body.bytes());
  return writer.bytes();
}

/** Reads what `encodeSnapshot` wrote; throws RangeError where the bytes are no snapshot. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  return finished(decodeSteps(bytes));
}

/** The same file by file, so that other work can come between. */
export function* decodeSteps(bytes: Uint8Array): Generator<void, Snapshot, void> {
  const reader = new Reader(bytes);
  const strings = readStrings(reader);
  const string = (): string => strings[reader.number()] ?? fail();
  const names = new NameTable();
  const ids = new Int32Array(strings.length).fill(-1);
  // Only some of the strings are names, and those are numbered in the order of their use.
  const name = (at: number): number => {
    const known = ids[at] ?? fail();
    if (known !== -1) return known;
    return (ids[at] = names.intern(strings[at] ?? fail()));
  };
  const index = new RepositoryIndex(names);
  for (let left = reader.number(); left > 0; left -= 1) {
    index.restore(readFile(reader, string, name));
    yield;
  }
  const leftOut: LeftOut[] = [];
  for (let left = reader.number(); left > 0; left -= 1) {
    const [path, size, mtimeMs] = [string(), reader.number(), reader.double()];
    const reason = reasons[reader.number()] ?? fail();
    leftOut.push({ path, bytes: size, mtimeMs, exclusion: { reason, detail: string() } });
  }
  if (!reader.atEnd) fail();
  return { index, leftOut };
}

function writeFile(out: Writer, strings: StringWriter, file: IndexedFile, names: NameTable): void {
  const { path, bytes, mtimeMs, symbols, imports, terms } = file;
  out.number(strings.of(path));
  out.number(bytes);
  out.double(mtimeMs);
  out.number(symbols.length);
  for (const one of symbols) {
    out.number(strings.of(names.nameOf(one.name)));
    out.number(strings.of(one.kind));
    out.number(one.container === -1 ? 0 : strings.of(names.nameOf(one.container)) + 1);
    out.number(strings.of(one.signature));
    out.number(one.startLine);
    out.number(one.endLine);
    out.number((one.exported ? 1 : 0) + (one.local ? 2 : 0));
  }
  out.number(imports.length);
  for (const one of imports) {
    out.number(strings.of(one.specifier));
    out.number(one.names.length);
    for (const taken of one.names) out.number(strings.of(taken));
    out.number(one.start);
    out.number(one.end);
    out.number(one.reexport ? 1 : 0);
  }
  out.array(terms.names.map((id) => strings.of(names.nameOf(id))));
  out.array(terms.starts);
  out.array(terms.chunks);
  out.array(terms.counts);
  out.array(terms.lines);
  out.array(terms.lengths);
}

function readFile(reader: Reader, string: () => string, name: (at: number) => number): StoredFile {
  const [path, bytes, mtimeMs] = [string(), reader.number(), reader.double()];
  const symbols = Array.from({ length: reader.count() }, (): IndexedSymbol => {
    const own = name(reader.number());
    const kind = string();
    const container = reader.number();
    const [signature, startLine, endLine, flags] = [
      string(),
      reader.number(),
      reader.number(),
      reader.number(),
    ];
    return {
      name: own,
      kind,
      container: container === 0 ? -1 : name(container - 1),
      signature,
      startLine,
      endLine,
      exported: (flags & 1) !== 0,
      local: (flags & 2) !== 0,
    };
  });
  const imports = Array.from({ length: reader.count() }, (): ImportedModule => {
    const specifier = string();
    const names = Array.from({ length: reader.count() }, string);
    return {
      specifier,
      names,
      start: reader.number(),
      end: reader.number(),
      reexport: reader.number() === 1,
    };
  });
  return { path, bytes, mtimeMs, symbols, imports, terms: readTerms(reader, name) };
}

function readTerms(reader: Reader, name: (at: number) => number): FileTerms {
  const written = reader.array(Uint32Array, name);
  const starts = reader.array(Uint32Array);
  const chunks = reader.array(Uint16Array);
  const counts = reader.array(Uint8Array);
  // Names are numbered anew, and stand in the order of their numbers: sorted as plain numbers, each with its old place.
  const keys = new Float64Array(written.length);
  for (let place = 0; place < written.length; place += 1)
    keys[place] = (written[place] ?? 0) * mostNames + place;
  keys.sort();
  const terms = {
    names: new Uint32Array(written.length),
    starts: new Uint32Array(starts.length),
    chunks: new Uint16Array(chunks.length),
    counts: new Uint8Array(counts.length),
    lines: reader.array(Uint32Array),
    lengths: reader.array(Uint16Array),
  };
  const chunkCount = terms.lines.length;
  if (starts.length !== written.length + 1 || starts[0] !== 0 || starts.at(-1) !== chunks.length) fail();
  if (counts.length !== chunks.length || terms.lengths.length !== chunkCount) fail();
  let at = 0;
  for (let place = 0; place < keys.length; place += 1) {
    const from = (keys[place] ?? 0) % mostNames;
    const [start, end] = [starts[from] ?? 0, starts[from + 1] ?? 0];
    const own = written[from] ?? 0;
    // Each name once, and each with its own entries: queries rely on it, and reading takes no longer than the bytes.
    if (end < start || (place > 0 && own === terms.names[place - 1])) fail();
    terms.names[place] = own;
    terms.starts[place] = at;
    for (let entry = start; entry < end; entry += 1) {
      const chunk = chunks[entry] ?? fail();
      if (chunk >= chunkCount) fail();
      terms.chunks[at] = chunk;
      terms.counts[at] = counts[entry] ?? 0;
      at += 1;
    }
  }
  terms.starts[keys.length] = at;
  return terms;
}

/** More than a file can hold. */
const mostNames = 2 ** 21;
