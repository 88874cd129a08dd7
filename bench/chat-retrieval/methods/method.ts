import type { Corpus } from '../corpus.ts';

/** A piece of a repository that a method gives for a question: lines from 1, both ends included. */
export interface Found {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** A way to find what a question is about. */
export interface RetrievalMethod {
  readonly name: string;
  /** Answers the questions about one corpus: its best pieces, at most `limit`, best first. */
  readonly of: (corpus: Corpus) => (question: string, limit: number) => Promise<readonly Found[]>;
}

/** Words that questions in English have whatever they are about (a usual short list, as search engines have). */
export const stopWords: ReadonlySet<string> = new Set(
  `a an and are as at be but by can do does for from has have how i if in into is it its me my no not of on or our so such
  that the their then there these they this to us was we were what when where which who why will with you your`.split(
    /\s+/,
  ),
);
