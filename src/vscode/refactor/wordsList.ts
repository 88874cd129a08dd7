import type * as vscode from 'vscode';

/** An entry of a list in which something is picked or typed. */
export interface WordsItem extends vscode.QuickPickItem {
  readonly words: string;
  /** Whether it is what is being typed. */
  readonly isTyped: boolean;
}

/** What makes an answer. */
export interface WordsListOptions<T> {
  /** The entries; where something is typed, that is the first. */
  readonly items: (typed: string) => readonly T[];
  readonly isAnswer: (words: string) => boolean;
  /** Takes the list away, as if the user gave up; null: nothing does. */
  readonly signal: AbortSignal | null;
}

/** Shows a list whose first entry is what is typed, until one is taken; null: the user gave up. */
export function askInList<T extends WordsItem>(
  pick: vscode.QuickPick<T>,
  { items, isAnswer, signal }: WordsListOptions<T>,
): Promise<string | null> {
  return new Promise((resolve) => {
    let typed = '';
    /** Whether the list for what is typed has come up. */
    let isShown = true;
    const end = (words: string | null): void => {
      resolve(words);
      signal?.removeEventListener('abort', stop);
      pick.dispose();
    };
    const stop = (): void => end(null);
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = false;
    pick.items = items('');
    pick.onDidChangeValue((value) => {
      const now = value.trim();
      if (now === typed) return;
      [typed, isShown] = [now, now === ''];
      pick.items = items(typed);
    });
    pick.onDidChangeActive(([first]) => {
      if (first?.isTyped === true) isShown = true;
    });
    pick.onDidAccept(() => {
      // Who types faster than the list follows means what is typed, not the entry of a list from before.
      const [active] = isShown ? pick.activeItems : [];
      const words = active === undefined || active.isTyped ? pick.value.trim() : active.words;
      if (isAnswer(words)) end(words);
    });
    pick.onDidHide(stop);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    else pick.show();
  });
}
