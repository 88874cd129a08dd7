import type { ChatStopReason } from '../chat/types.ts';
import type { Judgement } from './judge.ts';
import type { AnswerForm } from './kinds.ts';

/** The limits of a window and of what the user set, in tokens. */
export interface AnswerLimits {
  readonly contextTokens: number;
  readonly maxTokens: number;
}

/**
 * Tokens of an answer about code of so many: `usual` are kept for it, and it is stopped there, since an answer that is
 * several times as long as its code is no change of it; below `least` it can't be whole.
 */
export function answerTokens(
  form: AnswerForm,
  codeTokens: number,
  { contextTokens, maxTokens }: AnswerLimits,
): { usual: number; least: number } {
  const wanted = {
    place: 3 * codeTokens + 512,
    places: 4 * codeTokens + 768,
    file: 4 * codeTokens + 1536,
    names: 256,
  }[form];
  const least = { place: codeTokens + 64, places: 256, file: 256, names: 64 }[form];
  // Half of the window at most, but where the code needs more to be written again.
  const usual = Math.min(wanted, maxTokens, Math.max(least, Math.floor(contextTokens / 2)));
  return { usual, least: Math.min(least, usual) };
}

/** What can't be left out does not fit. */
export function tooLongMessage(
  promptTokens: number,
  answer: number,
  { contextTokens, windowSetting }: { readonly contextTokens: number; readonly windowSetting: string },
): string {
  return (
    `The code takes ${promptTokens} tokens with its task, its new text ${answer} or more, and the model's window has ` +
    `${contextTokens}: select less, or raise ${windowSetting} if the model allows more.`
  );
}

/** Why an answer ended that is not whole, in a sentence; null where it ended by itself. */
export function limitMessage(stopReason: ChatStopReason, windowSetting: string): string | null {
  switch (stopReason) {
    case 'max-tokens':
      return 'The answer became far longer than the code that it is about, so it was stopped: select less, or ask for less.';
    case 'window-full':
      return `Code and answer filled the model's window: select less, or raise ${windowSetting} if the model allows more.`;
    case 'repetition':
      return 'The model wrote the same again and again, so it was stopped: try again, or ask in other words.';
    case 'end':
    case 'tool-calls':
      return null;
  }
}

/** Whether an answer went over a limit. */
export function wentOver(stopReason: ChatStopReason): boolean {
  return stopReason !== 'end' && stopReason !== 'tool-calls';
}

/** Problems that another answer can't mend. */
const final: ReadonlySet<string> = new Set(['no-target', 'conflict', 'too-large', 'failed']);

/** Whether the model may try once more: what went over a limit would do so again. */
export function isRepairable({ problem }: Judgement, stopReason: ChatStopReason): boolean {
  return problem !== null && !final.has(problem.code) && !wentOver(stopReason);
}

/** What a model is told of a refused answer: all that is wrong with it. */
export function refusalMessage({ problem, checks }: Judgement): string {
  const failed = checks.filter(({ ok }) => !ok).map(({ detail }) => detail);
  return failed.length > 0 ? failed.join(' ') : (problem?.message ?? '');
}
