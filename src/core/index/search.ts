import { partOf, rarityOf } from './bm25.ts';
import { compare } from './compare.ts';
import type { IndexedFile, RepositoryIndex } from './repositoryIndex.ts';

/** A chunk that a search found. */
export interface ChunkHit {
  readonly file: IndexedFile;
  readonly chunk: number;
  readonly score: number;
}

export interface SearchOptions {
  /** Most hits. */
  readonly limit: number;
  /** Weight of a file, 0 to leave it out. */
  readonly weightOf?: (file: IndexedFile) => number;
  /** Whether a chunk of a file is left out. */
  readonly skip?: (file: IndexedFile, chunk: number) => boolean;
}

/** A name in more than this share of all chunks tells nothing. */
const commonShare = 1 / 8;
/** Entries that one search reads: what is rarest goes first, so that large repositories cost no more. */
const mostEntries = 20_000;

/** The chunks that share most with a set of names, each with its weight, by Okapi BM25; best first. */
export function searchChunks(
  index: RepositoryIndex,
  query: ReadonlyMap<number, number>,
  { limit, weightOf = () => 1, skip = () => false }: SearchOptions,
): ChunkHit[] {
  const textOf = (name: number): string => index.names.nameOf(name);
  const rarestFirst = [...query.keys()].sort(
    (a, b) => index.chunksOf(a) - index.chunksOf(b) || compare(textOf(a), textOf(b)),
  );
  const scores = new ChunkScores(index, weightOf);
  let entries = 0;
  for (const name of rarestFirst) {
    const frequency = index.chunksOf(name);
    if (frequency === 0) continue;
    entries += frequency;
    if (frequency > Math.max(4, index.chunkCount * commonShare) || entries > mostEntries) break;
    scores.add(name, rarityOf(index.chunkCount, frequency) * (query.get(name) ?? 0));
  }
  const best = new BestHits(limit);
  scores.each((file, chunk, score) => {
    if (best.wants(score) && !skip(file, chunk)) best.add({ file, chunk, score });
  });
  return best.sorted();
}

/** The best first; equal ones by path and place. */
export function byScore(a: ChunkHit, b: ChunkHit): number {
  return b.score - a.score || compare(a.file.path, b.file.path) || a.chunk - b.chunk;
}

/** The best of many hits: what can't be among them is not even made. */
class BestHits {
  readonly #limit: number;
  #hits: ChunkHit[] = [];
  #least = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  wants(score: number): boolean {
    return score >= this.#least;
  }

  add(hit: ChunkHit): void {
    this.#hits.push(hit);
    if (this.#hits.length >= 4 * this.#limit) this.#trim();
  }

  sorted(): ChunkHit[] {
    this.#trim();
    return this.#hits;
  }

  #trim(): void {
    this.#hits.sort(byScore);
    this.#hits = this.#hits.slice(0, this.#limit);
    if (this.#hits.length === this.#limit) this.#least = this.#hits.at(-1)?.score ?? -Infinity;
  }
}

/** Sums of scores by chunk. */
class ChunkScores {
  readonly #index: RepositoryIndex;
  readonly #weightOf: (file: IndexedFile) => number;
  readonly #scores: Float64Array;
  /** Weights of the files that were met, by their numbers; -1 for the others. */
  readonly #weights: Float64Array;
  /** Chunks that have a score: by file and chunk. */
  readonly #touched: number[] = [];

  constructor(index: RepositoryIndex, weightOf: (file: IndexedFile) => number) {
    const { first, lengths } = index.chunkNumbering;
    this.#index = index;
    this.#weightOf = weightOf;
    this.#scores = new Float64Array(lengths.length);
    this.#weights = new Float64Array(first.length).fill(-1);
  }

  /** Adds the score of a name of some weight to each chunk that holds it. */
  add(name: number, weight: number): void {
    const { first, lengths } = this.#index.chunkNumbering;
    const scores = this.#scores;
    const averageLength = this.#index.averageLength;
    const entries = this.#index.entriesOf(name);
    for (let at = 0; at < entries.length; at += 2) {
      const id = entries[at] ?? 0;
      const fileWeight = this.#weightIn(id);
      if (fileWeight === 0) continue;
      const entry = entries[at + 1] ?? 0;
      const chunk = entry & 0xffff;
      const count = entry >>> 16;
      const number = (first[id] ?? 0) + chunk;
      const part = partOf(count, (lengths[number] ?? 0) / averageLength);
      const before = scores[number] ?? 0;
      if (before === 0) this.#touched.push(id, chunk);
      scores[number] = before + weight * fileWeight * part;
    }
  }

  /** Gives all chunks that have a score. */
  each(give: (file: IndexedFile, chunk: number, score: number) => void): void {
    const { first } = this.#index.chunkNumbering;
    for (let at = 0; at < this.#touched.length; at += 2) {
      const id = this.#touched[at] ?? 0;
      const chunk = this.#touched[at + 1] ?? 0;
      const file = this.#index.file(id);
      if (file !== undefined) give(file, chunk, this.#scores[(first[id] ?? 0) + chunk] ?? 0);
    }
  }

  #weightIn(id: number): number {
    const known = this.#weights[id] ?? -1;
    if (known !== -1) return known;
    const file = this.#index.file(id);
    const weight = file === undefined ? 0 : this.#weightOf(file);
    this.#weights[id] = weight;
    return weight;
  }
}

/** The names of one chunk, ascending. */
export function namesOfChunk({ terms }: IndexedFile, chunk: number): number[] {
  const { names, starts, chunks } = terms;
  const found: number[] = [];
  for (let place = 0; place < names.length; place += 1) {
    const end = starts[place + 1] ?? 0;
    let entry = starts[place] ?? 0;
    // A name's chunks ascend.
    while (entry < end && (chunks[entry] ?? 0) < chunk) entry += 1;
    if (entry < end && chunks[entry] === chunk) found.push(names[place] ?? 0);
  }
  return found;
}

/** The chunk in which a line (from 1) stands, or the one before it; -1 before the first. */
export function chunkAtLine({ terms }: IndexedFile, line: number): number {
  let chunk = -1;
  for (const start of terms.lines) {
    if (start > line) break;
    chunk += 1;
  }
  return chunk;
}
