import { compare } from '../../index/compare.ts';
import type { IndexedFile } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import { fuse } from './fuse.ts';
import type { FolderHit, FolderRanking, TermsOfFolder } from './rankFolder.ts';

/** A file that may hold an answer, with what the index says of it. */
export interface Candidate {
  readonly asked: TermsOfFolder;
  readonly file: IndexedFile;
  /** Its path in the workspace. */
  readonly path: string;
  /** Its definitions whose names have words of the question, with their scores. */
  readonly symbols: ReadonlyMap<IndexedSymbol, number>;
  /** Of its path, and of its best chunks together. */
  readonly pathScore: number;
  readonly textScore: number;
  /** Whether the question writes its path. */
  readonly isWritten: boolean;
}

/** Files that are read for a question. */
const mostCandidates = 30;
/** Chunks of a file whose scores are summed up, each next one counting half. */
const summedChunks = 3;
/** What each ranking counts when files are chosen. */
const weights = { best: 1, sum: 1, symbols: 1, paths: 0.6 } as const;

/** The files of all folders that are worth reading, the likeliest first. */
export function candidatesOf(rankings: readonly FolderRanking[]): Candidate[] {
  const byScore = <Hit extends FolderHit>(hits: readonly Hit[]): Hit[] =>
    hits.toSorted((a, b) => b.score - a.score || compare(pathOf(a), pathOf(b)));
  const chunks = byScore(rankings.flatMap((ranking) => ranking.chunks));
  const symbols = byScore(rankings.flatMap((ranking) => ranking.symbols));
  const paths = byScore(rankings.flatMap((ranking) => ranking.paths));
  const sums = sumsOf(chunks);
  const written = new Set(paths.filter((hit) => hit.isWritten).map(pathOf));
  const entries = (hits: readonly FolderHit[]) => hits.map((hit) => ({ key: pathOf(hit), score: hit.score }));
  const bySum = [...sums]
    .map(([key, score]) => ({ key, score }))
    .sort((a, b) => b.score - a.score || compare(a.key, b.key));
  const fused = fuse([
    { weight: weights.best, entries: entries(chunks) },
    { weight: weights.sum, entries: bySum },
    { weight: weights.symbols, entries: entries(symbols) },
    { weight: weights.paths, entries: entries(paths) },
  ]);
  const chosen = [...fused]
    .sort(
      ([a, one], [b, other]) =>
        Number(written.has(b)) - Number(written.has(a)) || other - one || compare(a, b),
    )
    .slice(0, mostCandidates);
  const hits = new Map([...chunks, ...symbols, ...paths].map((hit) => [pathOf(hit), hit]));
  const pathScores = new Map(paths.map((hit) => [pathOf(hit), hit.score]));
  const symbolsByPath = Map.groupBy(symbols, pathOf);
  return chosen.flatMap(([path]): Candidate[] => {
    const hit = hits.get(path);
    if (hit === undefined) return [];
    const own = symbolsByPath.get(path) ?? [];
    return [
      {
        asked: hit.asked,
        file: hit.file,
        path,
        symbols: new Map(own.map(({ symbol, score }) => [symbol, score])),
        pathScore: pathScores.get(path) ?? 0,
        textScore: sums.get(path) ?? 0,
        isWritten: written.has(path),
      },
    ];
  });
}

/** Of each file the scores of its best chunks. */
function sumsOf(chunks: readonly FolderHit[]): Map<string, number> {
  const met = new Map<string, number>();
  const sums = new Map<string, number>();
  for (const hit of chunks) {
    const path = pathOf(hit);
    const before = met.get(path) ?? 0;
    if (before >= summedChunks) continue;
    met.set(path, before + 1);
    sums.set(path, (sums.get(path) ?? 0) + hit.score / 2 ** before);
  }
  return sums;
}

function pathOf({ asked, file }: FolderHit): string {
  return `${asked.folder.prefix}${file.path}`;
}
