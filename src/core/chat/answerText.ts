import type { AnswerStep } from './conversation.ts';

/** All that an answer says, without what was thought and looked up. */
export function answerText(steps: readonly AnswerStep[]): string {
  return steps
    .flatMap((step) => (step.kind === 'text' ? [step.text] : []))
    .join('\n\n')
    .trim();
}
