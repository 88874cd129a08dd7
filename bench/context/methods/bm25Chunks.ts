import type { Analysis } from '../analysis.ts';
import { fillWith, rankingMethod, words, type ContextSegment, type Ranked } from './method.ts';

/** CrossCodeEval's: chunks of ten lines that are not blank, asked for with the last ten above the cursor. */
const chunkLines = 10;
const queryLines = 10;
/** BM25's constants as in the library that it uses. */
const k1 = 1.5;
const b = 0.75;
/** More chunks than the largest budget holds. */
const mostChunks = 60;

interface Chunk extends ContextSegment {
  readonly length: number;
}

interface State {
  readonly chunks: readonly Chunk[];
  /** Chunks that hold a word, and how often. */
  readonly postings: ReadonlyMap<string, readonly { readonly chunk: number; readonly count: number }[]>;
}

/**
 * The chunks of other files that BM25 finds with the lines above the cursor, the best first, as CrossCodeEval's prompts
 * have them. The query's own file is no part of the collection, nor of its statistics.
 */
export const bm25Chunks = rankingMethod('BM25 chunks', indexed, (state, query): Ranked => {
  const above = query.file.lines.slice(0, query.line).filter((line) => line.trim() !== '');
  const found = search(state, above.slice(-queryLines).flatMap(words), query.path);
  return (budget) => fillWith(found, budget);
});

function indexed({ files }: Analysis): State {
  const chunks: Chunk[] = [];
  const postings = new Map<string, { chunk: number; count: number }[]>();
  for (const { path, lines } of files.values()) {
    const full = lines.filter((line) => line.trim() !== '');
    for (let start = 0; start < full.length; start += chunkLines) {
      const text = full.slice(start, start + chunkLines).join('\n');
      const all = words(text);
      for (const [word, same] of Map.groupBy(all, (one) => one)) {
        const known = postings.get(word) ?? [];
        postings.set(word, known);
        known.push({ chunk: chunks.length, count: same.length });
      }
      chunks.push({ path, text, length: all.length });
    }
  }
  return { chunks, postings };
}

/** The chunks outside the file `own` by their BM25 score for the query's words, the best first. */
function search({ chunks, postings }: State, query: readonly string[], own: string): Chunk[] {
  const others = chunks.filter(({ path }) => path !== own);
  const average = others.reduce((sum, { length }) => sum + length, 0) / Math.max(1, others.length);
  const scores = new Map<Chunk, number>();
  for (const word of query) {
    const places = (postings.get(word) ?? []).flatMap(({ chunk, count }) => {
      const at = chunks[chunk];
      return at === undefined || at.path === own ? [] : [{ at, count }];
    });
    const rarity = Math.log(1 + (others.length - places.length + 0.5) / (places.length + 0.5));
    for (const { at, count } of places) {
      const weight = (count * (k1 + 1)) / (count + k1 * (1 - b + (b * at.length) / average));
      scores.set(at, (scores.get(at) ?? 0) + rarity * weight);
    }
  }
  return [...scores]
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostChunks)
    .map(([chunk]) => chunk);
}
