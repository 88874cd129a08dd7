import { stopWords, type Found, type RetrievalMethod } from './method.ts';

/** Lines of a chunk that hold something. */
const chunkLines = 10;
/** BM25's usual constants. */
const k1 = 1.2;
const b = 0.75;

interface Chunk extends Found {
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/**
 * Okapi BM25 over chunks of ten lines that hold something, one after the other. `wordsOf` gives the words of a chunk and
 * of a question; the same words count once in a question.
 */
function bm25(
  name: string,
  wordsOf: (text: string) => readonly string[],
  skipped: ReadonlySet<string>,
): RetrievalMethod {
  return {
    name,
    of: ({ files }) => {
      const chunks = files.flatMap(({ path, text }) => chunksOf(path, text, wordsOf));
      const average = chunks.reduce((sum, { length }) => sum + length, 0) / Math.max(1, chunks.length);
      const postings = new Map<string, Chunk[]>();
      for (const chunk of chunks) {
        for (const word of chunk.counts.keys()) {
          const known = postings.get(word);
          if (known === undefined) postings.set(word, [chunk]);
          else known.push(chunk);
        }
      }
      return (question, limit) => {
        const scores = new Map<Chunk, number>();
        for (const word of new Set(wordsOf(question))) {
          if (skipped.has(word)) continue;
          const having = postings.get(word) ?? [];
          const rarity = Math.log(1 + (chunks.length - having.length + 0.5) / (having.length + 0.5));
          for (const chunk of having) {
            const count = chunk.counts.get(word) ?? 0;
            const part = (count * (k1 + 1)) / (count + k1 * (1 - b + (b * chunk.length) / average));
            scores.set(chunk, (scores.get(chunk) ?? 0) + rarity * part);
          }
        }
        const sorted = [...scores].sort(([, one], [, other]) => other - one);
        return Promise.resolve(sorted.slice(0, limit).map(([chunk]) => chunk));
      };
    },
  };
}

function chunksOf(path: string, text: string, wordsOf: (text: string) => readonly string[]): Chunk[] {
  const held = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, number: at + 1 }]));
  const chunks: Chunk[] = [];
  for (let start = 0; start < held.length; start += chunkLines) {
    const some = held.slice(start, start + chunkLines);
    const words = wordsOf(some.map(({ line }) => line).join('\n'));
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const [startLine, endLine] = [some[0]?.number ?? 1, some.at(-1)?.number ?? 1];
    chunks.push({ path, startLine, endLine, counts, length: words.length });
  }
  return chunks;
}

function plainWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}

/** Names are split where their case changes, and at `_`. */
function splitWords(text: string): string[] {
  return (text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase());
}

/** With the words as they are written; the same without the words of every question; and with names split too. */
export const bm25Methods: readonly RetrievalMethod[] = [
  bm25('BM25 chunks', plainWords, new Set()),
  bm25('BM25 chunks, stop words', plainWords, stopWords),
  bm25('BM25 chunks, names split', splitWords, stopWords),
];
