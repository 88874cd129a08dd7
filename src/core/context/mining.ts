import { compare } from '../index/compare.ts';
import type { IndexedFile, RepositoryIndex } from '../index/repositoryIndex.ts';
import { NumbersByName } from '../index/numbersByName.ts';
import { namesOfChunk, searchChunks } from '../index/search.ts';

/** A name that occurs where code like that around the cursor stands. */
export interface MinedName {
  readonly score: number;
  /** 0 for the name with the highest score. */
  readonly rank: number;
  /** The share of the score that comes from chunks behind the hits: what comes next there may come next here. */
  readonly follows: number;
}

/** Hits that are mined, and what a chunk that follows one counts (the pilot's numbers). */
const hits = 40;
const followShare = 0.5;

/**
 * Names that other files define or use where they say what the lines around the cursor say ("mined signatures"): the
 * BM25 hits' own text would cost ten times as much and find less. A name's score is the sum of its chunks' scores, less
 * with each rank and with the number of chunks that hold it.
 */
export function mineNames(
  index: RepositoryIndex,
  near: ReadonlyMap<string, number>,
  weightOf: (file: IndexedFile) => number,
): ReadonlyMap<number, MinedName> {
  const query = new Map<number, number>();
  for (const [name, weight] of near) {
    const id = index.names.find(name);
    if (id !== undefined) query.set(id, weight);
  }
  const found = searchChunks(index, query, { limit: hits, weightOf });
  const sums = new NumbersByName(index.names.size);
  const followSums = new NumbersByName(index.names.size);
  const add = (file: IndexedFile, chunk: number, score: number, follows: boolean): void => {
    if (chunk >= file.terms.lengths.length) return;
    for (const name of namesOfChunk(file, chunk)) {
      if (index.definerCount(name) === 0) continue;
      sums.add(name, score);
      if (follows) followSums.add(name, score);
    }
  };
  found.forEach(({ file, chunk, score }, rank) => {
    const weight = score / (1 + 0.05 * rank);
    add(file, chunk, weight, false);
    add(file, chunk + 1, weight * followShare, true);
  });
  const scored = sums.names.map((name) => {
    const sum = sums.get(name);
    return { name, score: sum / Math.log(2 + index.chunksOf(name)), follows: followSums.get(name) / sum };
  });
  sums.done();
  followSums.done();
  const textOf = (name: number): string => index.names.nameOf(name);
  // Numbers depend on the order in which files came.
  scored.sort((a, b) => b.score - a.score || compare(textOf(a.name), textOf(b.name)));
  return new Map(scored.map(({ name, score, follows }, rank) => [name, { score, rank, follows }]));
}
