import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How a question was made: from a comment, a definition's name, a test's, or a commit's subject. */
export const questionKinds = ['documentation', 'symbol', 'test', 'commit'] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** The kinds of definitions that a question may be about. */
export const askedKinds: ReadonlySet<string> = new Set([
  'function',
  'method',
  'class',
  'interface',
  'type',
  'enum',
  'struct',
  'trait',
]);

/** Where an answer is. */
export interface Place {
  readonly path: string;
  /** Lines of the definition that is the answer; null where a whole file is. */
  readonly startLine: number | null;
  readonly endLine: number | null;
}

/** A question whose answer's place is known. */
export interface Question extends Place {
  readonly repository: string;
  readonly kind: QuestionKind;
  readonly question: string;
  /** Lines of the comment that the question was taken from: no method may see them. */
  readonly removed: readonly [startLine: number, endLine: number] | null;
  /** The other places of an answer that has several. */
  readonly also?: readonly Place[];
}

export const questionsFile = path.join(import.meta.dirname, 'questions.jsonl');

/** The recorded questions. */
export function readQuestions(): Question[] {
  const lines = readFileSync(questionsFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Question);
}
