import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import { readSettings } from '../settings.ts';
import { failureText } from './failureText.ts';

/**
 * Tries, and says in one message what went wrong, with a way to try again, by going online where Hearth is offline;
 * resolves with undefined after a failure.
 */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const { message, button } = failureText(sentenceOf(error), readSettings().settings.offline);
      if ((await vscode.window.showErrorMessage(message, button)) !== button) return undefined;
      if (button === 'Work Online') await vscode.commands.executeCommand('hearth.toggleOffline');
    }
  }
}

/** How long a message stays in the status bar. */
const messageMs = 5_000;

/** Says that something is done, where it disturbs nobody. */
export function say(sentence: string): void {
  vscode.window.setStatusBarMessage(`Hearth: ${sentence}`, messageMs);
}
