import { partOf, rarityOf } from '../../index/bm25.ts';
import type { IndexedFile } from '../../index/repositoryIndex.ts';
import { byScore, type ChunkHit } from '../../index/search.ts';
import { Best } from './best.ts';
import { shareOf, type SearchedIndex, type Term } from './searchedIndex.ts';

export interface RankedChunks {
  /** Best first. */
  readonly hits: readonly ChunkHit[];
  /** Of each term: how rare it is in the chunks of the index, as BM25 weighs it; 0 where it occurs nowhere. */
  readonly rarity: readonly number[];
}

/** Chunks that are looked at between two pauses, twice. */
const chunksAtOnce = 8_000;

/**
 * The chunks that have most of the terms, by Okapi BM25. A term occurs in a chunk as often as all its names together, so
 * that a word is as rare as it is, whatever names it stands in. Pauses after each term, and after every few chunks.
 */
export function* rankChunks(
  searched: SearchedIndex,
  terms: readonly Term[],
  limit: number,
  weightOf: (file: IndexedFile) => number,
): Generator<void, RankedChunks, void> {
  const sums = new ChunkSums(searched);
  const rarity: number[] = [];
  for (const term of terms) {
    rarity.push(sums.add(term));
    yield;
  }
  return { hits: yield* sums.hits(limit, weightOf), rarity };
}

/** Scores by chunk, term by term. */
class ChunkSums {
  readonly #searched: SearchedIndex;
  /** By the number of a chunk: its score, and how often it has the present term. */
  readonly #scores: Float64Array;
  readonly #counts: Float64Array;
  /** Chunks with a score: file and chunk. */
  readonly #touched: number[] = [];

  constructor(searched: SearchedIndex) {
    const { lengths } = searched.index.chunkNumbering;
    this.#searched = searched;
    this.#scores = new Float64Array(lengths.length);
    this.#counts = new Float64Array(lengths.length);
  }

  /** Adds what a term gives to each chunk that has it; tells how rare it is. */
  add(term: Term): number {
    const { index } = this.#searched;
    const { first, lengths } = index.chunkNumbering;
    const met = this.#count(term);
    const frequency = met.length / 2;
    const rare = frequency === 0 ? 0 : rarityOf(lengths.length, frequency);
    for (let at = 0; at < met.length; at += 2) {
      const [file = 0, chunk = 0] = [met[at], met[at + 1]];
      const number = (first[file] ?? 0) + chunk;
      const count = this.#counts[number] ?? 0;
      this.#counts[number] = 0;
      const before = this.#scores[number] ?? 0;
      if (before === 0) this.#touched.push(file, chunk);
      const part = partOf(count, (lengths[number] ?? 0) / index.averageLength);
      this.#scores[number] = before + term.weight * rare * part;
    }
    return rare;
  }

  /** The chunks that have a term: file, chunk, the next file and so on. */
  #count(term: Term): number[] {
    const { index } = this.#searched;
    const { first } = index.chunkNumbering;
    const met: number[] = [];
    for (const name of term.names) {
      const share = shareOf(this.#searched, term, name);
      const entries = index.entriesOf(name);
      for (let at = 0; at < entries.length; at += 2) {
        const file = entries[at] ?? 0;
        const entry = entries[at + 1] ?? 0;
        const number = (first[file] ?? 0) + (entry & 0xffff);
        const before = this.#counts[number] ?? 0;
        if (before === 0) met.push(file, entry & 0xffff);
        this.#counts[number] = before + (entry >>> 16) * share;
      }
    }
    return met;
  }

  /** The chunks with the best scores, by the weights of their files. */
  *hits(limit: number, weightOf: (file: IndexedFile) => number): Generator<void, ChunkHit[], void> {
    const { index } = this.#searched;
    const { first } = index.chunkNumbering;
    const hits = new Best<ChunkHit>(limit, byScore);
    for (let at = 0; at < this.#touched.length; at += 2) {
      if (at % chunksAtOnce === chunksAtOnce - 2) yield;
      const [id = 0, chunk = 0] = [this.#touched[at], this.#touched[at + 1]];
      const file = index.file(id);
      if (file === undefined) continue;
      const score = rounded(weightOf(file) * (this.#scores[(first[id] ?? 0) + chunk] ?? 0));
      if (score > 0) hits.add({ file, chunk, score });
    }
    return hits.list();
  }
}

/** Without the last digits, which depend on the order in which the index got its files. */
function rounded(score: number): number {
  return Math.round(score * 1e9) / 1e9;
}
