import type { ImportedModule } from '../syntax/imports.ts';
import type { Definition } from '../syntax/outline.ts';
import { ownText } from '../text/ownText.ts';
import { termsOf, type FileTerms } from './chunks.ts';
import { compare } from './compare.ts';
import { languageFamily } from './languageFamily.ts';
import { NameTable } from './nameTable.ts';
import { PairLists } from './pairLists.ts';
import { PathTable } from './pathTable.ts';
import { isTestPath } from './testPath.ts';
import type { FileFacts, IndexedSymbol } from './types.ts';

/** A file of the index. Its number is its place in `RepositoryIndex.file`; numbers are used again. */
export interface IndexedFile {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly symbols: readonly IndexedSymbol[];
  readonly imports: readonly ImportedModule[];
  readonly terms: FileTerms;
  /** Whether its path is that of a test. */
  readonly isTest: boolean;
  /** Its `languageFamily`. */
  readonly family: string;
}

/** What another index needs of a file. */
export type StoredFile = Omit<IndexedFile, 'id' | 'isTest' | 'family'>;

/** Where the numbers of each file's chunks start, by the file's number, and how many names each chunk holds. */
export interface ChunkNumbering {
  readonly first: Uint32Array;
  readonly lengths: Uint16Array;
}

/** One definition: its file and its place among that file's symbols. */
export interface SymbolReference {
  readonly file: IndexedFile;
  readonly symbol: IndexedSymbol;
}

/**
 * Definitions, imports and identifiers of the files of one workspace folder. Replacing a file costs what that file holds;
 * nothing is ever rebuilt. Queries give the same for the same files, in whatever order these came.
 */
export class RepositoryIndex {
  readonly names: NameTable;
  /** The paths of its files. */
  readonly paths = new PathTable();
  readonly #files: (IndexedFile | null)[] = [];
  readonly #free: number[] = [];
  readonly #byPath = new Map<string, IndexedFile>();
  /** Where each name occurs: by file the chunk, and 65,536 times how often. */
  readonly #entriesOf = new PairLists();
  /** Definitions of each name that other files can mean: file and place among its symbols. */
  readonly #definitionsOf = new PairLists();
  #numbering: ChunkNumbering | null = null;
  /** All files by their paths, from when they were first asked for: putting many in order takes long. */
  #ordered: IndexedFile[] | null = null;
  #reads = 0;
  #chunks = 0;
  #length = 0;
  #generation = 0;

  constructor(names: NameTable = new NameTable()) {
    this.names = names;
  }

  /** Counts changes: as long as it stays, so do all answers. */
  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#byPath.size;
  }

  /** Chunks of all files, and names in an average one. */
  get chunkCount(): number {
    return this.#chunks;
  }

  get averageLength(): number {
    return this.#chunks === 0 ? 1 : this.#length / this.#chunks;
  }

  /** How many entries of the lists of names were asked for, for tests and benchmarks. */
  get reads(): number {
    return this.#reads;
  }

  /** Puts a file in, in the place of what was at its path. */
  set(facts: FileFacts): IndexedFile {
    const { path, bytes, mtimeMs, imports, code } = facts;
    const terms = termsOf(facts.text, this.names);
    return this.restore({
      path,
      bytes,
      mtimeMs,
      imports: imports.map(ownModule),
      terms,
      symbols: this.#symbols(facts.definitions, code),
    });
  }

  /** Puts a file in as it was taken out of another index with the same names. */
  restore(file: StoredFile): IndexedFile {
    this.remove(file.path);
    const id = this.#free.pop() ?? this.#files.length;
    const indexed = { ...file, id, isTest: isTestPath(file.path), family: languageFamily(file.path) };
    this.#files[id] = indexed;
    this.#byPath.set(file.path, indexed);
    this.#ordered?.splice(this.#placeOf(file.path), 0, indexed);
    this.paths.add(file.path);
    this.#count(indexed, 1);
    const places = new Uint32Array(file.symbols.length).map((_, place) => place);
    file.symbols.forEach(({ name, local }, place) => {
      if (!local) this.#definitionsOf.add(name, id, places, place, place + 1);
    });
    this.#changed();
    return indexed;
  }

  /** Takes a file out; false where there is none. */
  remove(path: string): boolean {
    const file = this.#byPath.get(path);
    if (file === undefined) return false;
    this.#byPath.delete(path);
    this.#ordered?.splice(this.#placeOf(path), 1);
    this.paths.delete(path);
    this.#count(file, -1);
    for (const { name, local } of file.symbols) {
      if (!local) this.#definitionsOf.remove(name, file.id);
    }
    this.#files[file.id] = null;
    this.#free.push(file.id);
    this.#changed();
    return true;
  }

  get(path: string): IndexedFile | undefined {
    return this.#byPath.get(path);
  }

  /** All files, in the order of their paths' code units. */
  files(): IndexedFile[] {
    this.#ordered ??= [...this.#byPath.values()].sort((a, b) => compare(a.path, b.path));
    return [...this.#ordered];
  }

  /** In how many chunks a name occurs. */
  chunksOf(name: number): number {
    return this.#entriesOf.size(name);
  }

  /** In how many files a name occurs. */
  fileCountOf(name: number): number {
    return this.#entriesOf.keyCount(name);
  }

  /** The file of a number; undefined where it has none any more. */
  file(id: number): IndexedFile | undefined {
    return this.#files[id] ?? undefined;
  }

  /**
   * Where a name occurs, in no particular order, to read at once: a file's number, a chunk of it plus 65,536 times how
   * often it holds the name, the next file's number and so on.
   */
  entriesOf(name: number): Uint32Array {
    this.#reads += this.chunksOf(name);
    return this.#entriesOf.pairs(name);
  }

  /** Numbers for all chunks, those of a file one after the other; another after every change. */
  get chunkNumbering(): ChunkNumbering {
    this.#numbering ??= this.#numberChunks();
    return this.#numbering;
  }

  /** In how many files a name is defined. */
  definerCount(name: number): number {
    return this.#definitionsOf.keyCount(name);
  }

  /** All definitions of a name that other files can mean, by path and line. */
  definitionsOf(name: number): SymbolReference[] {
    const found: SymbolReference[] = [];
    const places = this.definitionPlacesOf(name);
    for (let at = 0; at < places.length; at += 2) {
      const file = this.#files[places[at] ?? 0];
      const symbol = file?.symbols[places[at + 1] ?? 0];
      if (file != null && symbol !== undefined) found.push({ file, symbol });
    }
    return found.sort(compareDefinitions);
  }

  /**
   * The same in no particular order, to read at once: a file's number, the definition's place among its symbols, the next
   * file's number and so on.
   */
  definitionPlacesOf(name: number): Uint32Array {
    return this.#definitionsOf.pairs(name);
  }

  /** Where a path is, or would be, among all in their order. */
  #placeOf(path: string): number {
    const ordered = this.#ordered ?? [];
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ordered[middle]?.path ?? '') < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #changed(): void {
    this.#generation += 1;
    this.#numbering = null;
  }

  /** Counts a file's names in (`1`) or out (`-1`). */
  #count(file: IndexedFile, sign: 1 | -1): void {
    const { names, starts, chunks, counts, lengths } = file.terms;
    this.#chunks += sign * lengths.length;
    for (const length of lengths) this.#length += sign * length;
    const values = sign === 1 ? entriesIn(chunks, counts) : null;
    for (let place = 0; place < names.length; place += 1) {
      const name = names[place] ?? 0;
      const [start, end] = [starts[place] ?? 0, starts[place + 1] ?? 0];
      if (values === null) this.#entriesOf.remove(name, file.id, end - start);
      else this.#entriesOf.add(name, file.id, values, start, end);
    }
  }

  #numberChunks(): ChunkNumbering {
    const first = new Uint32Array(this.#files.length);
    const lengths = new Uint16Array(this.#chunks);
    let next = 0;
    for (const [id, file] of this.#files.entries()) {
      first[id] = next;
      if (file === null) continue;
      lengths.set(file.terms.lengths, next);
      next += file.terms.lengths.length;
    }
    return { first, lengths };
  }

  #symbols(definitions: readonly Definition[], code: boolean): IndexedSymbol[] {
    let bodyEnd = -1;
    return definitions.map((one) => {
      // An attribute that a constructor assigns is the class's.
      const local = !code || (one.end <= bodyEnd && one.kind !== 'property');
      if (!local && (one.kind === 'function' || one.kind === 'method')) bodyEnd = one.end;
      return {
        name: this.names.intern(one.name),
        kind: one.kind,
        container: one.container === null ? -1 : this.names.intern(one.container),
        signature: ownText(one.signature),
        startLine: one.startLine,
        endLine: one.endLine,
        exported: one.exported,
        local,
      };
    });
  }
}

/** Each chunk plus 65,536 times how often it holds the name. */
function entriesIn(chunks: Uint16Array, counts: Uint8Array): Uint32Array {
  const values = new Uint32Array(chunks);
  for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? 0) + (counts[at] ?? 0) * 0x10000;
  return values;
}

/** An import without the text of the file that it was read in. */
function ownModule(one: ImportedModule): ImportedModule {
  return { ...one, specifier: ownText(one.specifier), names: one.names.map(ownText) };
}

/** By path and line, then in the order of their file. */
export function compareDefinitions(a: SymbolReference, b: SymbolReference): number {
  return (
    compare(a.file.path, b.file.path) ||
    a.symbol.startLine - b.symbol.startLine ||
    a.file.symbols.indexOf(a.symbol) - b.file.symbols.indexOf(b.symbol)
  );
}
