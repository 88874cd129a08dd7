import type { RefactorRecipe } from './kinds.ts';
import type { RefactorTarget, TextEdit } from './types.ts';

/** An answer that the user wants to have otherwise. */
export interface EarlierAnswer {
  /** As the model gave it, its envelope included. */
  readonly answer: string;
  /** What is to be different, in the user's words: "shorter". */
  readonly words: string;
}

/** What one refactor is asked for. */
export interface RefactorRequest {
  readonly recipe: RefactorRecipe;
  /** The user's words; '' for none. */
  readonly words: string;
  readonly target: RefactorTarget;
  /** What is selected within the target, where that is less: UTF-16 offsets into the file's text. */
  readonly part: Pick<TextEdit, 'start' | 'end'> | null;
  /** Problems that the editor shows in the target, a line each. */
  readonly problems: readonly string[];
  /** How often it was asked before: each time gives another answer. */
  readonly attempt: number;
  /** Answers that were refined, the first one first. */
  readonly earlier: readonly EarlierAnswer[];
  /** Words of these that are Hearth's own; none where it is left out. */
  readonly unsaid?: readonly string[];
}

/** The same again, with another answer. */
export function retried(request: RefactorRequest): RefactorRequest {
  return { ...request, attempt: request.attempt + 1 };
}

/** The same with more words about the answer that was given ("shorter", "keep the name"). */
export function refined(request: RefactorRequest, answer: string, words: string): RefactorRequest {
  return { ...request, earlier: [...request.earlier, { answer, words }] };
}

/** All that the user said, in order: a definition that is named there may go. */
export function wordsOf({ words, earlier, unsaid = [] }: RefactorRequest): readonly string[] {
  return [words, ...earlier.map((one) => one.words)].filter(
    (one) => one.trim() !== '' && !unsaid.includes(one),
  );
}
