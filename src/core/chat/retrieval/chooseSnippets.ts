import { compare } from '../../index/compare.ts';
import { pathDistance } from '../../index/pathDistance.ts';
import type { RetrievalQuery, Snippet } from '../context.ts';
import { fuse } from './fuse.ts';
import { mostPieceLines } from './pieces.ts';
import { withoutKnown } from './scopes.ts';
import type { ScoredPiece } from './scorePieces.ts';

/** What each ranking of pieces counts; a path that the question writes goes before all others. */
const weights = { text: 2, symbols: 0.5, files: 1, paths: 0.5, written: 5 } as const;
/** Most pieces of one file. */
const mostPerFile = 3;
/** Lines between two pieces that are shown as one. */
const mergedGap = 2;
/** By how much what is in the folder of the file that is looked at is likelier; half as much a folder further. */
const nearShare = 0.1;
/** Words that say why a piece was found. */
const mostReasons = 4;

interface Chosen {
  readonly scored: ScoredPiece;
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
}

/** The best pieces of all, as snippets, best first: reciprocal ranks by text, names of definitions, file and path, fused. */
export function chooseSnippets(query: RetrievalQuery, pieces: readonly ScoredPiece[]): Snippet[] {
  const keyed = new Map(pieces.map((one) => [`${one.candidate.path}:${one.piece.startLine}`, one]));
  const ranked = (scoreOf: (one: ScoredPiece) => number) =>
    [...keyed]
      .map(([key, one]) => ({ key, score: scoreOf(one) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || compare(a.key, b.key));
  const fused = fuse([
    { weight: weights.text, entries: ranked((one) => one.textScore) },
    { weight: weights.symbols, entries: ranked((one) => one.symbolScore) },
    { weight: weights.files, entries: ranked((one) => one.candidate.textScore) },
    { weight: weights.paths, entries: ranked((one) => one.candidate.pathScore) },
    { weight: weights.written, entries: ranked((one) => Number(one.candidate.isWritten)) },
  ]);
  const ordered = [...keyed]
    .map(([key, scored]) => ({
      scored,
      score: (fused.get(key) ?? 0) * nearness(query.near, scored) * kindWeight(scored),
    }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        compare(a.scored.candidate.path, b.scored.candidate.path) ||
        a.scored.piece.startLine - b.scored.piece.startLine,
    );
  return pick(query, ordered).map((chosen) => snippetOf(chosen));
}

/** Places in rankings say little of how much better something is: what a kind of file counts shows in the sum too. */
function kindWeight({ weight }: ScoredPiece): number {
  return (1 + weight) / 2;
}

function nearness(near: string | null, { candidate }: ScoredPiece): number {
  return near === null ? 1 : 1 + nearShare / 2 ** pathDistance(candidate.path, near);
}

/** Takes the best, a few of each file, without what is known; neighbours become one. */
function pick(
  query: RetrievalQuery,
  ordered: readonly { readonly scored: ScoredPiece; readonly score: number }[],
): Chosen[] {
  const chosen: Chosen[] = [];
  const perFile = new Map<string, number>();
  for (const { scored, score } of ordered) {
    if (chosen.length >= query.limit) break;
    const { path } = scored.candidate;
    const place = withoutKnown({ path, ...scored.piece }, query.known);
    if (place === null) continue;
    const isEmpty = scored.lines
      .slice(place.startLine - 1, place.endLine)
      .every((line) => line.trim() === '');
    const count = perFile.get(path) ?? 0;
    if (isEmpty || count >= mostPerFile) continue;
    perFile.set(path, count + 1);
    const neighbour = chosen.findIndex((one) => one.scored.candidate.path === path && joins(one, place));
    const other = chosen[neighbour];
    if (other === undefined) chosen.push({ scored, ...place, score });
    else {
      const startLine = Math.min(other.startLine, place.startLine);
      const endLine = Math.max(other.endLine, place.endLine);
      const isKnown = withoutKnown({ path, startLine, endLine }, query.known);
      // What lies between them is carried already.
      if (isKnown?.startLine === startLine && isKnown.endLine === endLine)
        chosen[neighbour] = { ...other, startLine, endLine };
      else chosen.push({ scored, ...place, score });
    }
  }
  return chosen;
}

function joins(one: Chosen, other: { readonly startLine: number; readonly endLine: number }): boolean {
  const [first, second] = one.startLine < other.startLine ? [one, other] : [other, one];
  return (
    second.startLine - first.endLine - 1 <= mergedGap && second.endLine - first.startLine < mostPieceLines
  );
}

function snippetOf({ scored, startLine, endLine, score }: Chosen): Snippet {
  const { path } = scored.candidate;
  const text = scored.lines.slice(startLine - 1, endLine).join('\n');
  return { path, startLine, endLine, text, score: Math.round(score * 1e6) / 1e6, why: whyOf(scored) };
}

/** `parseQuery: has “parse”, “query”`. */
function whyOf({ candidate, piece, terms }: ScoredPiece): string {
  const { asked } = candidate;
  const labels = [...new Set(terms.map((term) => asked.terms[term]?.label ?? ''))].slice(0, mostReasons);
  const words = labels.map((label) => `“${label}”`).join(', ');
  const { symbol } = piece;
  const { names } = asked.folder.index;
  const where = symbol === null ? '' : names.nameOf(symbol.name);
  if (words === '') return where === '' ? 'its path has words of the question' : where;
  return where === '' ? `has ${words}` : `${where}: has ${words}`;
}
