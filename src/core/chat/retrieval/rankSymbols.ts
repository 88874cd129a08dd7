import { compare } from '../../index/compare.ts';
import type { IndexedFile } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import { Best } from './best.ts';
import type { SearchedIndex, Term } from './searchedIndex.ts';

/** A definition whose name has words of the question. */
export interface SymbolHit {
  readonly file: IndexedFile;
  readonly symbol: IndexedSymbol;
  readonly score: number;
}

/** Terms of a question, and what an index knows of them. */
export interface MetTerms {
  readonly terms: readonly Term[];
  /** Of each term: how rare it is, as `rankChunks` gives it. */
  readonly rarity: readonly number[];
  /** The terms that each name has. */
  readonly met: ReadonlyMap<number, readonly number[]>;
}

/** Files that are looked at between two pauses. */
const filesAtOnce = 200;
/** What a word counts that only the name around has, of what it counts in the definition's own. */
const containerShare = 0.5;
/** Share of the score that does not depend on how much of the name is met. */
const certainShare = 0.4;

/** What definitions of a kind count: a field is less often what a question is about. */
const kindWeights: ReadonlyMap<string, number> = new Map([
  ['property', 0.6],
  ['enumMember', 0.6],
  ['variable', 0.8],
  ['constant', 0.9],
  ['heading', 0.7],
  ['module', 0.8],
]);

/**
 * The definitions whose names have the terms, by how rare these are and how much of the name they are. Pauses after
 * every few files.
 */
export function* rankSymbols(
  { index, subwords }: SearchedIndex,
  asked: MetTerms,
  limit: number,
  weightOf: (file: IndexedFile) => number,
): Generator<void, readonly SymbolHit[], void> {
  const { met } = asked;
  const scores = new Map<number, number>();
  const hits = new Best<SymbolHit>(limit, byScore);
  let looked = 0;
  for (const file of index.files()) {
    looked += 1;
    if (looked % filesAtOnce === 0) yield;
    const weight = weightOf(file);
    if (weight === 0) continue;
    for (const symbol of file.symbols) {
      const own = met.get(symbol.name);
      if (own === undefined) continue;
      const around = symbol.container === -1 ? undefined : met.get(symbol.container);
      const key = symbol.name * 0x200_0000 + symbol.container + 1;
      let score = scores.get(key);
      if (score === undefined) {
        score = scoreOf(own, around ?? [], subwords.sizeOf(symbol.name), asked);
        scores.set(key, score);
      }
      const value = score * weight * (kindWeights.get(symbol.kind) ?? 1) * (symbol.local ? 0.8 : 1);
      hits.add({ file, symbol, score: value });
    }
  }
  return hits.list();
}

function byScore(a: SymbolHit, b: SymbolHit): number {
  return (
    b.score - a.score ||
    compare(a.file.path, b.file.path) ||
    a.symbol.startLine - b.symbol.startLine ||
    a.symbol.endLine - b.symbol.endLine
  );
}

/** The terms that each name has. */
export function termsByName(terms: readonly Term[]): Map<number, number[]> {
  const met = new Map<number, number[]>();
  for (const [term, { names }] of terms.entries()) {
    for (const name of names) {
      const known = met.get(name);
      if (known === undefined) met.set(name, [term]);
      else known.push(term);
    }
  }
  return met;
}

function scoreOf(
  own: readonly number[],
  around: readonly number[],
  size: number,
  { terms, rarity }: MetTerms,
): number {
  const worth = (term: number): number => (terms[term]?.weight ?? 0) * (rarity[term] ?? 0);
  const met = own.reduce((sum, term) => sum + worth(term), 0);
  const beside = around.filter((term) => !own.includes(term)).reduce((sum, term) => sum + worth(term), 0);
  const share = Math.min(1, own.length / size);
  return (met + containerShare * beside) * (certainShare + (1 - certainShare) * share);
}
