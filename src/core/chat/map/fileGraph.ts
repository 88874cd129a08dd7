import type { IndexedFile, RepositoryIndex } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import { wordsOf } from '../retrieval/subwords.ts';

/** A name that a file defines, with its definitions there. */
export interface DefinedName {
  /** The file's place in `FileGraph.files`. */
  readonly file: number;
  readonly name: number;
  readonly symbols: readonly IndexedSymbol[];
}

/** Who uses what: files, the names that they define, and an edge from each file to each of these that it uses. */
export interface FileGraph {
  /** By path. */
  readonly files: readonly IndexedFile[];
  readonly names: readonly DefinedName[];
  /** Of each edge: the file that uses the name, the name's place in `names`, and what it counts. */
  readonly users: readonly number[];
  readonly used: readonly number[];
  readonly weights: readonly number[];
}

/** A name that more files of a language define tells nothing of which is meant. */
const mostDefiners = 5;
/** Nor does one that more of the files hold: it is a word, whatever it is called after. */
const commonShare = 1 / 8;
const leastCommon = 10;
/** What a name of one word counts: comments and other members have it too. */
const plainShare = 0.2;
/** Names that are looked at between two pauses. */
const namesAtOnce = 50;
/** Fields and members of enumerations are too many, and their names too common. */
const smallKinds: ReadonlySet<string> = new Set(['property', 'enumMember']);

const graphs = new WeakMap<RepositoryIndex, { generation: number; graph: FileGraph }>();

/** The graph of an index, made anew where the index has changed since. Pauses between pieces of its work. */
export function* fileGraph(index: RepositoryIndex): Generator<void, FileGraph, void> {
  const known = graphs.get(index);
  if (known?.generation === index.generation) return known.graph;
  const { generation } = index;
  const graph = yield* build(index);
  graphs.set(index, { generation, graph });
  return graph;
}

/**
 * An edge counts the more the rarer its name is and, damped by a square root, the oftener the file uses it; several
 * definers share it. A file that defines a name itself means its own.
 */
function* build(index: RepositoryIndex): Generator<void, FileGraph, void> {
  const files = index.files();
  const nodes = new Map(files.map(({ id }, node) => [id, node]));
  const graph = {
    files,
    names: [] as DefinedName[],
    users: [] as number[],
    used: [] as number[],
    weights: [] as number[],
  };
  const seen = new Set<number>();
  for (const file of files) {
    for (const { name, kind, local } of file.symbols) {
      if (local || smallKinds.has(kind) || seen.has(name)) continue;
      seen.add(name);
      if (seen.size % namesAtOnce === 0) yield;
      addName(index, graph, nodes, name);
    }
  }
  return graph;
}

function addName(
  index: RepositoryIndex,
  graph: {
    files: readonly IndexedFile[];
    names: DefinedName[];
    users: number[];
    used: number[];
    weights: number[];
  },
  nodes: ReadonlyMap<number, number>,
  name: number,
): void {
  const definitions = index.definitionsOf(name).filter(({ symbol }) => !smallKinds.has(symbol.kind));
  const definers = [...Map.groupBy(definitions, ({ file }) => file)].map(([file, own]) => {
    const node = nodes.get(file.id) ?? 0;
    graph.names.push({ file: node, name, symbols: own.map(({ symbol }) => symbol) });
    return { node, family: file.family, target: graph.names.length - 1 };
  });
  const own = new Set(definers.map(({ node }) => node));
  const holders = index.fileCountOf(name);
  if (holders > Math.max(leastCommon, nodes.size * commonShare)) return;
  const telling = wordsOf(index.names.nameOf(name)).length > 1 ? 1 : plainShare;
  const rarity = telling * Math.log(1 + nodes.size / (1 + holders));
  for (const [user, uses] of usesOf(index, nodes, name)) {
    const file = graph.files[user];
    if (file === undefined || own.has(user)) continue;
    const meant = definers.filter(({ family }) => family === file.family);
    if (meant.length === 0 || meant.length > mostDefiners) continue;
    for (const { target } of meant) {
      graph.users.push(user);
      graph.used.push(target);
      graph.weights.push((rarity * Math.sqrt(uses)) / meant.length);
    }
  }
}

/** The files that hold a name, by path, and how often each does. */
function usesOf(
  index: RepositoryIndex,
  nodes: ReadonlyMap<number, number>,
  name: number,
): [node: number, uses: number][] {
  const uses = new Map<number, number>();
  const entries = index.entriesOf(name);
  for (let at = 0; at < entries.length; at += 2) {
    const node = nodes.get(entries[at] ?? 0);
    if (node !== undefined) uses.set(node, (uses.get(node) ?? 0) + ((entries[at + 1] ?? 0) >>> 16));
  }
  return [...uses].sort(([a], [b]) => a - b);
}
