/** What is said of a failure, and what is offered: to try again, or to go online where that is what is in the way. */
export interface FailureText {
  readonly message: string;
  readonly button: 'Retry' | 'Work Online';
}

/** `sentence`: what went wrong; `offline`: whether Hearth is set to stay offline. */
export function failureText(sentence: string, offline: boolean): FailureText {
  return {
    message: /^Hearth\b/.test(sentence) ? sentence : `Hearth: ${sentence}`,
    button: offline && /\bHearth is offline\b/.test(sentence) ? 'Work Online' : 'Retry',
  };
}
