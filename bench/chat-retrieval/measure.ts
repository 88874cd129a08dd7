import type { Parsers } from '../../src/workspace/parsers.ts';
import type { Repository } from '../context/repository.ts';
import { bootstrap, type Counted, type Estimate } from '../context/bootstrap.ts';
import { corpusFor } from './corpus.ts';
import type { Found, RetrievalMethod } from './methods/method.ts';
import { questionKinds, type Place, type Question, type QuestionKind } from './questions.ts';

export const cutoffs = [5, 10] as const;
/** Pieces that are asked for to count files: those of ten files are among them. */
const manyPieces = 60;

/** What a method found for a question, at each cutoff: the share (0 to 1) of the answer's files, and of its definitions. */
export interface Outcome {
  readonly files: readonly number[];
  /** Null where the answer is whole files. */
  readonly definitions: readonly number[] | null;
  /** Lines of the pieces at each cutoff. */
  readonly lines: readonly number[];
}

/** A question and its outcome by each method, in the order of the methods. */
export interface Asked {
  readonly question: Question;
  readonly outcomes: readonly Outcome[];
}

/** Asks all questions about the repositories that are there, of each method. */
export async function askAll(
  repositories: readonly Repository[],
  questions: readonly Question[],
  methods: readonly RetrievalMethod[],
  parsers: Parsers,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const repository of repositories) {
    const own = questions.filter((one) => one.repository === repository.name);
    for (const withTests of [true, false]) {
      const some = own.filter(({ kind }) => (kind !== 'test') === withTests);
      if (some.length === 0) continue;
      const corpus = await corpusFor(repository, own, withTests, parsers);
      const ask = methods.map((method) => method.of(corpus));
      for (const question of some) {
        const outcomes: Outcome[] = [];
        for (const one of ask) outcomes.push(await outcomeOf(question, one));
        asked.push({ question, outcomes });
      }
    }
  }
  return asked;
}

async function outcomeOf(
  question: Question,
  ask: (question: string, limit: number) => Promise<readonly Found[]>,
): Promise<Outcome> {
  const files = [...new Set((await ask(question.question, manyPieces)).map(({ path }) => path))];
  const found: (readonly Found[])[] = [];
  for (const cutoff of cutoffs) found.push((await ask(question.question, cutoff)).slice(0, cutoff));
  const places: readonly Place[] = [question, ...(question.also ?? [])];
  const answers = [...new Set(places.map(({ path }) => path))];
  const definitions = places.filter(({ startLine }) => startLine !== null);
  return {
    files: cutoffs.map((cutoff) => share(answers, (path) => files.slice(0, cutoff).includes(path))),
    definitions:
      definitions.length === 0
        ? null
        : found.map((some) => share(definitions, (place) => some.some((piece) => isIn(piece, place)))),
    lines: found.map((some) => some.reduce((sum, one) => sum + one.endLine - one.startLine + 1, 0)),
  };
}

function share<T>(all: readonly T[], isFound: (one: T) => boolean): number {
  return all.filter(isFound).length / all.length;
}

/** Whether a piece shows some of the definition. */
function isIn(piece: Found, { path, startLine, endLine }: Place): boolean {
  return piece.path === path && piece.startLine <= (endLine ?? 0) && piece.endLine >= (startLine ?? Infinity);
}

/** A row of the table: of some questions, by one measure at one cutoff. */
export interface Row {
  readonly kind: QuestionKind | 'all';
  readonly measure: 'files' | 'definitions';
  readonly cutoff: number;
  readonly questions: number;
  /** Of each method. */
  readonly recall: readonly Estimate[];
  /** By how much the first method is ahead of each. */
  readonly lead: readonly Estimate[];
}

/** Recall (the questions' mean) by kind and, where there are several, in all, with 95 % intervals by a paired bootstrap over questions within their repositories. */
export function rowsOf(asked: readonly Asked[], seed: number, samples: number): Row[] {
  const rows: Row[] = [];
  const kinds = questionKinds.filter((kind) => asked.some(({ question }) => question.kind === kind));
  for (const measure of ['files', 'definitions'] as const) {
    for (const kind of kinds.length === 1 ? kinds : ([...kinds, 'all'] as const)) {
      const some = asked.filter(({ question, outcomes }) => {
        return (kind === 'all' || question.kind === kind) && outcomes.every((one) => one[measure] !== null);
      });
      if (some.length === 0) continue;
      for (const [at, cutoff] of cutoffs.entries()) {
        const counted = some.map(({ question, outcomes }): Counted => {
          const hits = outcomes.map((one) => one[measure]?.[at] ?? 0);
          return { stratum: question.repository, total: 1, hits };
        });
        const { shares, lead } = bootstrap(counted, seed, samples);
        rows.push({ kind, measure, cutoff, questions: some.length, recall: shares, lead });
      }
    }
  }
  return rows;
}

/** Lines that each method gives on average, at each cutoff. */
export function linesShown(asked: readonly Asked[]): number[][] {
  const methods = asked[0]?.outcomes.length ?? 0;
  return Array.from({ length: methods }, (_, method) =>
    cutoffs.map((_, at) => {
      const sum = asked.reduce((all, { outcomes }) => all + (outcomes[method]?.lines[at] ?? 0), 0);
      return Math.round(sum / asked.length);
    }),
  );
}
