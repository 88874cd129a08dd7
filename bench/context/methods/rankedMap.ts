import type { Definition } from '../../../src/core/syntax/outline.ts';
import type { AnalysedFile } from '../analysis.ts';
import { contextUnits, rankingMethod, type ContextSegment, type Query, type Ranked } from './method.ts';
import { pageRank, type Edges } from './pageRank.ts';

/** aider's weights of an edge. */
const telling = 10;
const ownish = 0.1;
const common = 0.1;
const tellingLength = 8;
const mostDefiners = 5;
/** aider cuts the lines of its map here. */
const longestLine = 100;
/** More definitions than the largest budget holds. */
const mostDefinitions = 600;

/** A name that a file defines. */
interface Target {
  readonly node: number;
  readonly name: string;
}

/** What a file takes from files: an edge for each name that it mentions and each file that defines it. */
interface FileEdges {
  /** Indices of the names' targets, and the weights. */
  readonly targets: readonly number[];
  readonly weights: readonly number[];
  readonly total: number;
  /** The same, summed up by file. */
  readonly byNode: Edges;
}

interface State {
  readonly files: readonly AnalysedFile[];
  readonly nodes: ReadonlyMap<string, number>;
  readonly targets: readonly Target[];
  /** Targets of a name. */
  readonly definers: ReadonlyMap<string, readonly number[]>;
  readonly edges: readonly FileEdges[];
}

/**
 * aider's map of a repository: PageRank over a graph of files, from each that mentions a name to each that defines it,
 * started at the query's file; every rank is shared out to the names on its edges, and the definitions of the best names
 * are shown, one line each, under the heads of what they are in. References are all words of a file, for every language
 * alike, the order is always the same, and the budget is kept; aider's factor for files in the chat is left out, since it
 * weighs all edges of a file alike, and so are the weak
 * edges of names that nobody mentions. Fields and members of enumerations are none of aider's tags.
 */
export const rankedMap = rankingMethod(
  'ranked map',
  ({ files }) => linked([...files.values()]),
  (state, query): Ranked => {
    const definitions = rankedDefinitions(state, query);
    return (budget) => {
      let [low, high] = [0, definitions.length];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (contextUnits(shown(definitions.slice(0, middle))) <= budget) low = middle;
        else high = middle - 1;
      }
      return shown(definitions.slice(0, low));
    };
  },
);

interface Placed {
  readonly file: AnalysedFile;
  readonly definition: Definition;
}

function linked(list: readonly AnalysedFile[]): State {
  const targets: Target[] = [];
  const definers = new Map<string, number[]>();
  for (const [node, file] of list.entries()) {
    for (const name of tagNames(file)) {
      definers.set(name, [...(definers.get(name) ?? []), targets.length]);
      targets.push({ node, name });
    }
  }
  const nodes = new Map(list.map(({ path }, node) => [path, node]));
  const facts = { files: list, nodes, targets, definers };
  return { ...facts, edges: list.map((file) => edgesOf(references(file), facts)) };
}

/** The graph as it is when the query's file lacks the held-out line: built anew where that changes what is defined. */
function withoutLine(state: State, { file }: Query, own: number): State {
  const before = state.files[own];
  const same = before !== undefined && tagNames(before).join(' ') === tagNames(file).join(' ');
  const files = state.files.with(own, file);
  return same
    ? { ...state, files, edges: state.edges.with(own, edgesOf(references(file), state)) }
    : linked(files);
}

function tagNames(file: AnalysedFile): string[] {
  return [...new Set(tags(file).map(({ name }) => name))];
}

function tags({ definitions }: AnalysedFile): Definition[] {
  return definitions.filter(({ kind }) => kind !== 'property' && kind !== 'enumMember');
}

const counted = new WeakMap<AnalysedFile, ReadonlyMap<string, number>>();

/** How often a file mentions each word, where it does not define it. */
function references(file: AnalysedFile): ReadonlyMap<string, number> {
  const known = counted.get(file) ?? countReferences(file);
  counted.set(file, known);
  return known;
}

function countReferences(file: AnalysedFile): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of file.text.match(/[A-Za-z_$][\w$]*/g) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const { name } of tags(file)) {
    const mentions = (counts.get(name) ?? 0) - 1;
    if (mentions > 0) counts.set(name, mentions);
    else counts.delete(name);
  }
  return counts;
}

function edgesOf(
  counts: ReadonlyMap<string, number>,
  { targets, definers }: Pick<State, 'targets' | 'definers'>,
): FileEdges {
  const found: number[] = [];
  const weights: number[] = [];
  for (const [name, count] of counts) {
    const to = definers.get(name) ?? [];
    const weight = factor(name, to.length) * Math.sqrt(count);
    for (const target of to) {
      found.push(target);
      weights.push(weight);
    }
  }
  const byNode = new Map<number, number>();
  for (const [at, target] of found.entries()) {
    const node = targets[target]?.node ?? 0;
    byNode.set(node, (byNode.get(node) ?? 0) + (weights[at] ?? 0));
  }
  const total = weights.reduce((sum, one) => sum + one, 0);
  return { targets: found, weights, total, byNode: { to: [...byNode.keys()], weight: [...byNode.values()] } };
}

function factor(name: string, definers: number): number {
  const compound = (/_/.test(name) && /[a-z]/i.test(name)) || (/[a-z]/.test(name) && /[A-Z]/.test(name));
  let weight = compound && name.length >= tellingLength ? telling : 1;
  if (name.startsWith('_')) weight *= ownish;
  if (definers > mostDefiners) weight *= common;
  return weight;
}

/** The definitions of the names with the highest rank, outside the query's file. */
function rankedDefinitions(all: State, query: Query): Placed[] {
  const own = all.nodes.get(query.path);
  if (own === undefined) return [];
  const { files, targets: named, edges } = withoutLine(all, query, own);
  const restart = new Float64Array(files.length);
  restart[own] = 1;
  const ranks = pageRank(
    edges.map(({ byNode }) => byNode),
    restart,
  );
  const shares = new Float64Array(named.length);
  for (const [node, { targets, weights, total }] of edges.entries()) {
    const rank = (ranks[node] ?? 0) / (total || 1);
    if (rank === 0) continue;
    for (let at = 0; at < targets.length; at += 1) {
      const target = targets[at] ?? 0;
      shares[target] = (shares[target] ?? 0) + rank * (weights[at] ?? 0);
    }
  }
  return named
    .map(({ node, name }, target) => ({ node, name, share: shares[target] ?? 0 }))
    .filter(({ node, share }) => node !== own && share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, mostDefinitions)
    .flatMap(({ node, name }) => {
      const file = files[node];
      if (file === undefined) return [];
      return tags(file).flatMap((one) => (one.name === name ? [{ file, definition: one }] : []));
    });
}

/** Lines of definitions, file by file, each under the first line of what it is in. */
function shown(definitions: readonly Placed[]): ContextSegment[] {
  const segments: ContextSegment[] = [];
  for (const [file, placed] of Map.groupBy(definitions, (one) => one.file)) {
    const lines = new Set<number>();
    for (const { definition } of placed) {
      lines.add(lineOf(definition, file));
      for (const around of file.definitions) {
        const inside = around.start < definition.start && around.end >= definition.end;
        if (inside) lines.add(lineOf(around, file));
      }
    }
    const text = [...lines]
      .sort((a, b) => a - b)
      .map((line) => (file.lines[line] ?? '').slice(0, longestLine));
    segments.push({ path: file.path, text: text.join('\n') });
  }
  return segments.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The line (from 0) with a definition's name: decorators and attributes stand above it. */
function lineOf({ name, startLine, endLine }: Definition, { lines }: AnalysedFile): number {
  for (let line = startLine - 1; line < endLine; line += 1) {
    if (lines[line]?.includes(name) === true && !/^\s*(@|#\[)/.test(lines[line] ?? '')) return line;
  }
  return startLine - 1;
}
