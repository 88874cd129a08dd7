import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';

/** Tries, and says in one message what went wrong, with a way to try again; resolves with undefined after a failure. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const retry = 'Retry';
      const message = sentenceOf(error);
      if ((await vscode.window.showErrorMessage(`Hearth: ${message}`, retry)) !== retry) return undefined;
    }
  }
}

/** How long a message stays in the status bar. */
const messageMs = 5_000;

/** Says that something is done, where it disturbs nobody. */
export function say(sentence: string): void {
  vscode.window.setStatusBarMessage(`Hearth: ${sentence}`, messageMs);
}
