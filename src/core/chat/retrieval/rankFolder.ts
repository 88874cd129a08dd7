import type { IndexedFile, RepositoryIndex } from '../../index/repositoryIndex.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import type { RetrievalQuery } from '../context.ts';
import { fileWeight } from './fileWeights.ts';
import type { QuestionTerms } from './questionTerms.ts';
import { rankChunks } from './rankChunks.ts';
import { rankPaths } from './rankPaths.ts';
import { rankSymbols, termsByName, type MetTerms } from './rankSymbols.ts';
import { isInScopes } from './scopes.ts';
import { searched, shareOf, termsIn } from './searchedIndex.ts';

/** A folder of the workspace, as paths of answers name it. */
export interface AskedFolder {
  readonly index: RepositoryIndex;
  /** What stands before its paths: '' or the folder's name and a `/`. */
  readonly prefix: string;
  /** Whether a file belongs to it, and not to a folder of the workspace inside it. */
  readonly owns: (path: string) => boolean;
}

/** How a folder's names say what a text has of the question. */
export interface TermsOfFolder extends MetTerms {
  readonly folder: AskedFolder;
  /** What a name that has the term counts for it. */
  readonly shareOf: (term: number, name: number) => number;
}

/** A hit of one of the rankings. */
export interface FolderHit {
  readonly asked: TermsOfFolder;
  readonly file: IndexedFile;
  readonly score: number;
}

/** What a folder's index knows of a question, each list with the best first. */
export interface FolderRanking {
  readonly chunks: readonly FolderHit[];
  readonly symbols: readonly (FolderHit & { readonly symbol: IndexedSymbol })[];
  readonly paths: readonly (FolderHit & { readonly isWritten: boolean })[];
}

/** Hits of each ranking that are looked at. */
const mostChunks = 200;
const mostSymbols = 100;
const mostPaths = 50;

/** Ranks what a folder's index has for a question within some scopes; pauses between pieces of its work. */
export function* rankFolder(
  folder: AskedFolder,
  question: QuestionTerms,
  { scopes }: Pick<RetrievalQuery, 'scopes'>,
): Generator<void, FolderRanking, void> {
  const weights = new Map<number, number>();
  const weightOf = (file: IndexedFile): number => {
    const known = weights.get(file.id);
    if (known !== undefined) return known;
    const isAsked = folder.owns(file.path) && isInScopes(`${folder.prefix}${file.path}`, scopes);
    const weight = isAsked ? fileWeight(file, question) : 0;
    weights.set(file.id, weight);
    return weight;
  };
  const index = yield* searched(folder.index);
  const terms = yield* termsIn(index, question);
  const chunks = yield* rankChunks(index, terms, mostChunks, weightOf);
  const metTerms: MetTerms = { terms, rarity: chunks.rarity, met: termsByName(terms) };
  const symbols = yield* rankSymbols(index, metTerms, mostSymbols, weightOf);
  const paths = yield* rankPaths(folder.index, question, mostPaths, weightOf);
  const asked: TermsOfFolder = {
    folder,
    ...metTerms,
    shareOf: (term, name) => {
      const found = terms[term];
      return found === undefined ? 0 : shareOf(index, found, name);
    },
  };
  return {
    chunks: chunks.hits.map(({ file, score }) => ({ asked, file, score })),
    symbols: symbols.map((hit) => ({ asked, ...hit })),
    paths: paths.map((hit) => ({ asked, ...hit })),
  };
}
