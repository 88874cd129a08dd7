import { identifiersIn, termIndex } from '../index/chunks.ts';
import { baseNameOf, parentOf } from '../index/imports/paths.ts';
import { languageFamily } from '../index/languageFamily.ts';
import { pathDistance } from '../index/pathDistance.ts';
import {
  compareDefinitions,
  type IndexedFile,
  type RepositoryIndex,
  type SymbolReference,
} from '../index/repositoryIndex.ts';
import { NumbersByName } from '../index/numbersByName.ts';
import { isTestPath } from '../index/testPath.ts';
import type { IndexedSymbol } from '../index/types.ts';
import type { Features } from './features.ts';
import { mineNames, type MinedName } from './mining.ts';
import { nearNames, subwords, visibleNames, type ContextPlace, type VisibleName } from './place.ts';

/** A file that the current one imports, and the names that it takes from it: none for all. */
export interface ImportedFile {
  readonly path: string;
  readonly names: readonly string[];
}

/** Where a language server says that a name is defined: a path and a line from 1. */
export interface KnownTarget {
  readonly path: string;
  readonly line: number;
}

/** A definition of another place that the next lines may need. */
export interface SymbolCandidate extends SymbolReference {
  readonly name: string;
  readonly container: string | null;
  /** Whether the visible window holds the name already. */
  readonly visible: boolean;
  readonly features: Features;
}

/** Files of the same folder that are looked at, and definitions of one file. */
const mostSiblings = 16;
const mostOfFile = 80;
/** Names of the window whose definitions' signatures are followed, nearest first. */
const mostFollowed = 40;
/** A name with more definers than this says nothing, unless an import tells which is meant. */
const mostDefiners = 12;
/** Of a name with more definers only those are compared that the place is near to or imports. */
const mostCompared = 128;

const typeKinds: ReadonlySet<string> = new Set([
  'class',
  'interface',
  'type',
  'enum',
  'struct',
  'trait',
  'union',
  'module',
]);
const callableKinds: ReadonlySet<string> = new Set(['function', 'method', 'macro']);
/** Finds the definitions that the lines at a place may need, one for each name, with what is known of each. */
export function findCandidates(
  index: RepositoryIndex,
  place: ContextPlace,
  imports: readonly ImportedFile[],
  targets: ReadonlyMap<string, KnownTarget> = new Map(),
): SymbolCandidate[] {
  const search = new CandidateSearch(index, place, imports, targets);
  try {
    return search.run();
  } finally {
    search.done();
  }
}

/** What the place's file has to do with another one. */
interface Relation {
  readonly imported: ImportedFile | undefined;
  /** 1 for the same folder, less with each folder between. */
  readonly nearness: number;
  /** How likely it is meant, whatever it defines. */
  readonly score: number;
  readonly sameFolder: boolean;
}

class CandidateSearch {
  readonly #index: RepositoryIndex;
  readonly #place: ContextPlace;
  readonly #visible: Map<string, VisibleName>;
  /** `#nearness` of the visible names that the index knows, by their numbers. */
  readonly #nearnessOf: NumbersByName;
  readonly #imported = new Map<string, ImportedFile>();
  readonly #importedNames = new Set<string>();
  readonly #mined: ReadonlyMap<number, MinedName>;
  readonly #mostMined: number;
  readonly #nearWords = new Set<string>();
  readonly #siblings: readonly IndexedFile[];
  /** In how many of these each name occurs, by its number. */
  readonly #siblingUses: NumbersByName;
  /** Files of which everything may be meant. */
  readonly #nearFiles: ReadonlySet<IndexedFile>;
  /** By the other file's number. */
  readonly #relations: (Relation | undefined)[];
  readonly #family: string;
  readonly #own: IndexedFile | undefined;
  readonly #inTest: boolean;
  readonly #targets: ReadonlyMap<string, KnownTarget>;
  /** Names in the signatures of what the window mentions, by how near that is. */
  readonly #inSignatures = new Map<string, number>();

  constructor(
    index: RepositoryIndex,
    place: ContextPlace,
    imports: readonly ImportedFile[],
    targets: ReadonlyMap<string, KnownTarget>,
  ) {
    this.#targets = targets;
    this.#index = index;
    this.#place = place;
    this.#family = languageFamily(place.path);
    this.#relations = new Array<Relation | undefined>(index.chunkNumbering.first.length);
    this.#visible = visibleNames(place);
    this.#nearnessOf = new NumbersByName(index.names.size);
    for (const name of this.#visible.keys()) {
      const id = index.names.find(name);
      if (id !== undefined) this.#nearnessOf.add(id, this.#nearness(name));
    }
    for (const imported of imports) {
      this.#imported.set(imported.path, imported);
      for (const name of imported.names) this.#importedNames.add(name);
    }
    this.#inTest = isTestPath(place.path);
    this.#own = index.get(place.path);
    const near = nearNames(place);
    this.#mined = mineNames(index, near, (file) => this.#searchWeight(file));
    this.#mostMined = Math.max(1e-9, ...[...this.#mined.values()].map(({ score }) => score));
    for (const [name, weight] of near) {
      if (weight > 0.75) for (const word of subwords(name)) if (word.length > 2) this.#nearWords.add(word);
    }
    this.#siblings = this.#siblingFiles();
    this.#siblingUses = new NumbersByName(index.names.size);
    for (const { terms } of this.#siblings) for (const name of terms.names) this.#siblingUses.add(name, 1);
    const paths = [...this.#imported.keys(), ...[...targets.values()].map((target) => target.path)];
    this.#nearFiles = new Set([...paths.flatMap((path) => index.get(path) ?? []), ...this.#siblings]);
    this.#followSignatures();
  }

  run(): SymbolCandidate[] {
    const names = new Set<number>();
    const add = (name: string): void => {
      const id = this.#index.names.find(name);
      if (id !== undefined && this.#index.definerCount(id) > 0) names.add(id);
    };
    for (const name of this.#visible.keys()) add(name);
    for (const name of this.#importedNames) add(name);
    for (const name of this.#targets.keys()) add(name);
    for (const name of this.#inSignatures.keys()) add(name);
    for (const name of this.#mined.keys()) names.add(name);
    for (const path of this.#imported.keys()) this.#addFile(this.#index.get(path), names);
    for (const sibling of this.#siblings) this.#addFile(sibling, names);
    for (const name of [...names]) this.#addMembers(name, names);
    return [...names].flatMap((name) => this.#candidate(name) ?? []);
  }

  /** To be called at the end. */
  done(): void {
    this.#nearnessOf.done();
    this.#siblingUses.done();
  }

  /** What tests hold is of less use elsewhere, and the current file is there already. */
  #searchWeight(file: IndexedFile): number {
    if (file === this.#own) return 0;
    return file.isTest && !this.#inTest ? 0.5 : 1;
  }

  #siblingFiles(): IndexedFile[] {
    const { path } = this.#place;
    const name = baseNameOf(path);
    const extension = name.includes('.') ? name.slice(name.lastIndexOf('.')) : name;
    return this.#index.paths
      .filesIn(parentOf(path))
      .filter((one) => one !== path && one.endsWith(extension) && (this.#inTest || !isTestPath(one)))
      .slice(0, mostSiblings)
      .flatMap((one) => this.#index.get(one) ?? []);
  }

  #addFile(file: IndexedFile | undefined, names: Set<number>): void {
    let left = mostOfFile;
    for (const { name, local } of file?.symbols ?? []) {
      if (local || left === 0) continue;
      names.add(name);
      left -= 1;
    }
  }

  /** Members of a type that the window names, or that something in it has. */
  #addMembers(name: number, names: Set<number>): void {
    const text = this.#index.names.nameOf(name);
    const near = this.#nearnessOf.get(name);
    if (near < 0.2 && !this.#inSignatures.has(text)) return;
    if (this.#index.definerCount(name) > 3) return;
    for (const { file, symbol } of this.#index.definitionsOf(name)) {
      if (!typeKinds.has(symbol.kind)) continue;
      for (const member of file.symbols)
        if (member.container === name && !member.local) names.add(member.name);
    }
  }

  #followSignatures(): void {
    const followed = [...this.#visible]
      .filter(([name]) => {
        const id = this.#index.names.find(name);
        const definers = id === undefined ? 0 : this.#index.definerCount(id);
        return definers > 0 && definers <= 3;
      })
      .sort(([a, one], [b, other]) => one.distance - other.distance || (a < b ? -1 : 1))
      .slice(0, mostFollowed);
    for (const [name] of followed) {
      const near = this.#nearness(name);
      for (const { symbol } of this.#index.definitionsOf(this.#index.names.find(name) ?? -1)) {
        for (const word of identifiersIn(symbol.signature)) {
          if (word !== name) this.#inSignatures.set(word, Math.max(near, this.#inSignatures.get(word) ?? 0));
        }
      }
    }
  }

  /** 1 for what the cursor's line names, a half at twelve lines away, 0 for what the window does not name. */
  #nearness(name: string): number {
    const visible = this.#visible.get(name);
    return visible === undefined ? 0 : 1 / (1 + visible.distance / 12);
  }

  #candidate(id: number): SymbolCandidate | null {
    const name = this.#index.names.nameOf(id);
    if (name.length < 2) return null;
    const found = this.#definition(id, name);
    if (found === null) return null;
    const { file, symbol } = found;
    const container = symbol.container === -1 ? null : this.#index.names.nameOf(symbol.container);
    const features = this.#features(id, name, container, found);
    return { file, symbol, name, container, visible: this.#visible.has(name), features };
  }

  /** The definition that is most likely meant; null where nothing tells. */
  #definition(id: number, name: string): SymbolReference | null {
    const target = this.#targets.get(name);
    const places = this.#definitionPlaces(id);
    let count = 0;
    let known: SymbolReference | null = null;
    let best: SymbolReference | null = null;
    let most = -Infinity;
    for (let at = 0; at < places.length; at += 2) {
      const file = this.#index.file(places[at] ?? 0);
      const symbol = file?.symbols[places[at + 1] ?? 0];
      if (file === undefined || symbol === undefined || file === this.#own) continue;
      count += 1;
      if (target !== undefined && isAt(file, symbol, target)) known = earlier(known, { file, symbol });
      const score = this.#likelihood(file, symbol, name);
      if (score < most) continue;
      best = score > most ? { file, symbol } : earlier(best, { file, symbol });
      most = score;
    }
    return known ?? (count > mostDefiners && most < 4 ? null : best);
  }

  /** How likely a definition of a name is the one that is meant here. */
  #likelihood(file: IndexedFile, symbol: IndexedSymbol, name: string): number {
    const { imported, score, nearness } = this.#relationTo(file);
    return (
      (imported?.names.includes(name) === true ? 8 : 0) +
      score +
      (symbol.exported ? 1 : 0) +
      (symbol.container === -1 ? 0.5 : this.#nearnessOf.get(symbol.container) * 2) +
      nearness
    );
  }

  /** Definitions of a name that may be meant, as the index gives them. */
  #definitionPlaces(id: number): ArrayLike<number> {
    if (this.#index.definerCount(id) <= mostCompared) return this.#index.definitionPlacesOf(id);
    return [...this.#nearFiles].flatMap((file) =>
      file.symbols.flatMap(({ name, local }, place) => (name === id && !local ? [file.id, place] : [])),
    );
  }

  #relationTo(file: IndexedFile): Relation {
    let relation = this.#relations[file.id];
    if (relation === undefined) {
      relation = {
        imported: this.#imported.get(file.path),
        nearness: 1 / (1 + pathDistance(file.path, this.#place.path)),
        score:
          (this.#imported.has(file.path) ? 4 : 0) +
          (file.isTest && !this.#inTest ? -2 : 0) +
          (file.family === this.#family ? 3 : 0),
        sameFolder: parentOf(file.path) === parentOf(this.#place.path),
      };
      this.#relations[file.id] = relation;
    }
    return relation;
  }

  #features(id: number, name: string, container: string | null, { file, symbol }: SymbolReference): Features {
    const { kind } = symbol;
    const mined = this.#mined.get(id);
    const { imported, sameFolder, nearness } = this.#relationTo(file);
    const words = subwords(name);
    let shared = 0;
    for (const word of words) if (this.#nearWords.has(word)) shared += 1;
    const near = this.#nearnessOf.get(id);
    return {
      near,
      mentions: Math.min(1, (this.#visible.get(name)?.mentions ?? 0) / 5),
      importedName: Number(this.#importedNames.has(name) || this.#targets.has(name)),
      importedFile: imported === undefined ? 0 : 1,
      // A language server knows which one is meant.
      ambiguous: this.#targets.has(name) ? 0 : Math.log2(Math.max(1, this.#index.definerCount(id))) / 4,
      common: Math.log2(1 + this.#index.fileCountOf(id)) / 8,
      mined: (mined?.score ?? 0) / this.#mostMined,
      minedRank: mined === undefined ? 0 : 1 / (1 + mined.rank / 10),
      follows: mined?.follows ?? 0,
      type: Number(typeKinds.has(kind)),
      callable: Number(callableKinds.has(kind)),
      member: Number(container !== null),
      enumMember: Number(kind === 'enumMember'),
      exported: Number(symbol.exported),
      sameFolder: Number(sameFolder),
      pathDistance: nearness,
      containerNear: this.#nearnessOf.get(symbol.container),
      containerKnown: container === null ? 0 : (this.#inSignatures.get(container) ?? 0),
      containerHere: Number(symbol.container !== -1 && this.#isHere(symbol.container)),
      containerImported: Number(container !== null && this.#importedNames.has(container)),
      subwords: words.length === 0 ? 0 : shared / words.length,
      inSignatures: this.#inSignatures.get(name) ?? 0,
      elsewhereHere: Number(this.#isHere(id)),
      siblingUse: this.#siblingUse(id),
      testFile: Number(file.isTest),
      underscore: Number(name.startsWith('_')),
      length: Math.min(1, name.length / 20),
    };
  }

  /** Whether the current file holds a name, wherever. */
  #isHere(id: number): boolean {
    return this.#own !== undefined && termIndex(this.#own.terms, id) !== -1;
  }

  /** The share of the folder's other files that hold a name. */
  #siblingUse(id: number): number {
    return this.#siblings.length === 0 ? 0 : this.#siblingUses.get(id) / this.#siblings.length;
  }
}

function isAt(
  file: IndexedFile,
  { startLine, endLine }: IndexedSymbol,
  { path, line }: KnownTarget,
): boolean {
  return file.path === path && startLine <= line && endLine >= line;
}

/** The one of two that comes first among all definitions of its name. */
function earlier(one: SymbolReference | null, other: SymbolReference): SymbolReference {
  return one !== null && compareDefinitions(one, other) <= 0 ? one : other;
}
