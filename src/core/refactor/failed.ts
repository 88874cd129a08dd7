import { sentenceOf } from '../text/sentence.ts';
import type { ChatStopReason } from '../chat/types.ts';
import type { Judgement } from './judge.ts';
import { wentOver } from './limits.ts';
import type { RefactorFailure } from './result.ts';

/** A failure that ends the work on a refactor. */
export class Failed extends Error {
  readonly reason: RefactorFailure;
  readonly judgement: Judgement | null;

  /** `cause`: what a model failed with. */
  constructor(reason: RefactorFailure, message: string, judgement: Judgement | null = null, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.judgement = judgement;
  }
}

/** Why an answer that is of no use ended. */
export function asReason(stopReason: ChatStopReason): RefactorFailure {
  return stopReason === 'end' || stopReason === 'tool-calls' ? 'unfinished' : stopReason;
}

/** What is told of an answer that was refused for good. */
export function refusal(judgement: Judgement, stopReason: ChatStopReason): Failed {
  const { problem } = judgement;
  const reason = wentOver(stopReason) ? asReason(stopReason) : (problem?.code ?? 'failed');
  return new Failed(reason, problem?.message ?? 'The answer was refused.', judgement);
}

/** Whatever was thrown, as a failure. */
export function asFailed(error: unknown): Failed {
  if (error instanceof Failed) return error;
  return new Failed('failed', sentenceOf(error));
}
