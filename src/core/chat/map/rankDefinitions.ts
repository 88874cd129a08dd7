import { compare } from '../../index/compare.ts';
import type { IndexedFile } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import type { MapQuery } from '../context.ts';
import { fileWeight } from '../retrieval/fileWeights.ts';
import { questionTerms, type QuestionTerms } from '../retrieval/questionTerms.ts';
import { Best } from '../retrieval/best.ts';
import type { AskedFolder } from '../retrieval/rankFolder.ts';
import { rankPaths } from '../retrieval/rankPaths.ts';
import { subwordsOf } from '../retrieval/subwords.ts';
import { fileGraph, type FileGraph } from './fileGraph.ts';
import { pageRank } from './pageRank.ts';

/** A definition of the map's ranking. */
export interface RankedDefinition {
  readonly folder: AskedFolder;
  readonly file: IndexedFile;
  readonly path: string;
  readonly symbol: IndexedSymbol;
  readonly share: number;
}

/** A question, and what names and files count for it. */
interface Asked {
  readonly question: QuestionTerms;
  readonly match: (name: string) => number;
  readonly weightOf: (file: IndexedFile) => number;
}

/** Files, and names, that are looked at between two pauses. */
const filesAtOnce = 500;
const stepsAtOnce = 5_000;
/** Shares of the walks that start anywhere, at files in focus, and at what the question names. */
const anywhere = 0.2;
const atFocus = 0.4;
const atQuestion = 0.4;
/** Files whose paths have words of the question that count. */
const mostPaths = 20;
/** What a definition of a rank counts more where the question writes its name, or has all words of it. */
const namedFactor = 10;
const wordsFactor = 4;
/** Share of a file's rank that all of its definitions get, used or not; what no other file can see gets less. */
const ownShare = 0.1;
const hiddenShare = 0.3;

/**
 * The definitions that other files can name and that matter most, at most `limit`, the most important first: by PageRank
 * over the files' uses of one another.
 */
export function* rankDefinitions(
  folder: AskedFolder,
  query: MapQuery,
  limit: number,
): Generator<void, RankedDefinition[], void> {
  const graph = yield* fileGraph(folder.index);
  const question = questionTerms(query.question);
  const match = nameMatch(question);
  const weightOf = (file: IndexedFile): number => fileWeight(file, question);
  const restart = yield* restartOf(graph, folder, query.focus, { question, match, weightOf });
  yield;
  const owner = graph.used.map((target) => graph.names[target]?.file ?? 0);
  yield;
  const ranks = yield* pageRank({ from: graph.users, to: owner, weight: graph.weights }, restart);
  const shares = yield* sharesOf(graph, ranks);
  const found = new Best<RankedDefinition>(limit, byShare);
  for (const [target, { file: node, name, symbols }] of graph.names.entries()) {
    if (target % stepsAtOnce === stepsAtOnce - 1) yield;
    const file = graph.files[node];
    if (file === undefined || !folder.owns(file.path)) continue;
    const factor = match(folder.index.names.nameOf(name)) * weightOf(file);
    const path = `${folder.prefix}${file.path}`;
    for (const symbol of symbols) {
      const share = (shares[target] ?? 0) * factor * (symbol.exported ? 1 : hiddenShare);
      if (share > 0) found.add({ folder, file, path, symbol, share });
    }
  }
  return found.list();
}

/** By share, then by path and line. */
export function byShare(a: RankedDefinition, b: RankedDefinition): number {
  return (
    b.share - a.share ||
    compare(a.path, b.path) ||
    a.symbol.startLine - b.symbol.startLine ||
    a.symbol.endLine - b.symbol.endLine
  );
}

/** Where walks start: sums to 1. */
function* restartOf(
  { files }: FileGraph,
  folder: AskedFolder,
  focus: readonly string[],
  { question, match, weightOf }: Asked,
): Generator<void, Float64Array, void> {
  const wanted = new Set(focus);
  const focused = files.map(({ path }) => (wanted.has(`${folder.prefix}${path}`) ? 1 : 0));
  const named = new Float64Array(files.length);
  const nodes = new Map(files.map((file, node) => [file, node]));
  const add = (file: IndexedFile, value: number): void => {
    const node = nodes.get(file);
    if (node !== undefined) named[node] = (named[node] ?? 0) + value;
  };
  const paths = yield* rankPaths(folder.index, question, mostPaths, weightOf);
  for (const [at, { file }] of paths.entries()) add(file, 1 / (1 + at));
  for (const [at, file] of files.entries()) {
    if (at % filesAtOnce === filesAtOnce - 1) yield;
    const best = file.symbols.reduce(
      (most, { name, local }) => (local ? most : Math.max(most, match(folder.index.names.nameOf(name)))),
      1,
    );
    if (best > 1) add(file, (best - 1) / namedFactor);
  }
  const parts: [ArrayLike<number>, number][] = [
    [files.map(weightOf), anywhere],
    [focused, atFocus],
    [named, atQuestion],
  ];
  return mixed(parts, files.length);
}

/** The sum of vectors by their shares, each brought to the sum 1; those that are all 0 don't count. */
function mixed(parts: readonly (readonly [ArrayLike<number>, number])[], size: number): Float64Array {
  const sums = parts.map(([values]) => Array.from(values).reduce((sum, one) => sum + one, 0));
  const whole = parts.reduce((sum, [, share], at) => sum + ((sums[at] ?? 0) > 0 ? share : 0), 0);
  const restart = new Float64Array(size);
  for (const [at, [values, share]] of parts.entries()) {
    const sum = sums[at] ?? 0;
    if (sum === 0) continue;
    for (let node = 0; node < size; node += 1)
      restart[node] = (restart[node] ?? 0) + ((values[node] ?? 0) / sum) * (share / whole);
  }
  return restart;
}

/** Each file's rank, shared out to the names that it uses; and a little of it to what it defines. */
function* sharesOf(
  { files, names, users, used, weights }: FileGraph,
  ranks: Float64Array,
): Generator<void, Float64Array, void> {
  const totals = new Float64Array(files.length);
  for (const [edge, user] of users.entries()) totals[user] = (totals[user] ?? 0) + (weights[edge] ?? 0);
  yield;
  const shares = new Float64Array(names.length);
  for (const [edge, user] of users.entries()) {
    const target = used[edge] ?? 0;
    const part = (weights[edge] ?? 0) / (totals[user] ?? 1);
    shares[target] = (shares[target] ?? 0) + (ranks[user] ?? 0) * part;
  }
  yield;
  const defined = new Float64Array(files.length);
  for (const { file } of names) defined[file] = (defined[file] ?? 0) + 1;
  for (const [target, { file }] of names.entries())
    shares[target] = (shares[target] ?? 0) + (ownShare * (ranks[file] ?? 0)) / (defined[file] ?? 1);
  return shares;
}

/** How much more a name counts for what the question says. */
function nameMatch(question: QuestionTerms): (name: string) => number {
  const words = new Map(question.words.map(({ word, weight }) => [word, weight]));
  const known = new Map<string, number>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const own = subwordsOf(name);
    const met = own.reduce((sum, word) => sum + Math.min(1, words.get(word) ?? 0), 0);
    const share = met / Math.max(1, own.length);
    const factor = question.names.has(name) ? namedFactor : share > 0.5 ? 1 + (wordsFactor - 1) * share : 1;
    known.set(name, factor);
    return factor;
  };
}
