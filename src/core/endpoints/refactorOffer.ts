import type { RefactorFailure } from '../refactor/result.ts';
import { difficultyOf, nothingHard, offerFrom, type Difficulty } from './difficulty.ts';

/** Failures of what a model wrote, which another model may not have. */
const ofTheAnswer: ReadonlySet<RefactorFailure> = new Set([
  ...(['no-code', 'unfinished', 'no-change', 'no-match', 'ambiguous', 'overlap', 'wrong-file'] as const),
  'check',
]);

/**
 * Why another model may do better at a refactor than the local one, which failed in so many rounds; null where nothing
 * says so.
 */
export function refactorDifficulty(failure: RefactorFailure, rounds: number): Difficulty | null {
  const difficulty = difficultyOf({
    ...nothingHard,
    tooLong: failure === 'too-long',
    windowFull: failure === 'window-full',
    noModel: failure === 'no-chat-model',
    repetition: failure === 'repetition',
    failedChecks: ofTheAnswer.has(failure) ? rounds : 0,
  });
  return difficulty.score >= offerFrom ? difficulty : null;
}
