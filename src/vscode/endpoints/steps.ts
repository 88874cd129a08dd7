import * as vscode from 'vscode';

/** An answer, or that the user went back or gave up. */
export type Answer<T> = { readonly value: T } | 'back' | 'end';

interface Common {
  readonly title: string;
  readonly placeholder?: string;
  /** Whether there is a question to go back to. */
  readonly back: boolean;
}

export interface PickItem<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** One of a list. */
export function pickOne<T>(question: Common, items: readonly PickItem<T>[]): Promise<Answer<T>> {
  return pick(question, items, false, ([first]) => first);
}

/** Any number of a list; those with `picked` are so at first. */
export function pickSome<T>(question: Common, items: readonly PickItem<T>[]): Promise<Answer<readonly T[]>> {
  return pick(question, items, true, (values) => values);
}

function pick<T, R>(
  { title, placeholder = '', back }: Common,
  items: readonly PickItem<T>[],
  several: boolean,
  take: (values: readonly T[]) => R | undefined,
): Promise<Answer<R>> {
  const quickPick = vscode.window.createQuickPick<PickItem<T>>();
  const ordered = [...items];
  Object.assign(quickPick, { title, placeholder, ignoreFocusOut: true, matchOnDetail: true });
  quickPick.buttons = back ? [vscode.QuickInputButtons.Back] : [];
  quickPick.canSelectMany = several;
  quickPick.items = ordered;
  if (several) quickPick.selectedItems = ordered.filter(({ picked }) => picked === true);
  // With none of them, the first one stays where the cursor is.
  else if (ordered.some(({ picked }) => picked))
    quickPick.activeItems = ordered.filter(({ picked }) => picked);
  return shown(quickPick, (resolve) => {
    quickPick.onDidAccept(() => {
      const value = take(quickPick.selectedItems.map((item) => item.value));
      if (value !== undefined) resolve({ value });
    });
  });
}

export interface TextQuestion extends Common {
  readonly prompt: string;
  readonly value?: string;
  readonly password?: boolean;
  /** What is wrong with a text, in a sentence; null where nothing is. */
  readonly problem: (text: string) => string | null;
}

/** A line of text. What is wrong with it is said when it is handed in, and from then on as it is typed. */
export function askText(question: TextQuestion): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  const { title, prompt, placeholder = '', value = '', password = false } = question;
  Object.assign(input, { title, prompt, placeholder, value, password, ignoreFocusOut: true });
  input.buttons = question.back ? [vscode.QuickInputButtons.Back] : [];
  return shown(input, (resolve) => {
    const say = (problem: string | null): void => void (input.validationMessage = problem ?? undefined);
    input.onDidChangeValue((text) => {
      if (input.validationMessage !== undefined) say(question.problem(text));
    });
    input.onDidAccept(() => {
      const problem = question.problem(input.value);
      if (problem === null) resolve({ value: input.value.trim() });
      else say(problem);
    });
  });
}

/** Shows that something is being waited for, until it is done; going back or closing aborts its signal. */
export async function waitFor<T>(
  question: Common,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  const quickPick = vscode.window.createQuickPick();
  const { title, placeholder = '' } = question;
  Object.assign(quickPick, { title, placeholder, ignoreFocusOut: true, busy: true });
  quickPick.buttons = question.back ? [vscode.QuickInputButtons.Back] : [];
  const controller = new AbortController();
  const left = shown<never>(quickPick, () => undefined);
  const done = work(controller.signal);
  // Whoever has left is not told of a failure.
  done.catch(() => undefined);
  try {
    return await Promise.race([left, done.then((value) => ({ value }))]);
  } finally {
    controller.abort();
    quickPick.dispose();
  }
}

/** Shows a question until it is answered, gone back from or closed. */
function shown<T>(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  listen: (resolve: (answer: Answer<T>) => void) => void,
): Promise<Answer<T>> {
  return new Promise<Answer<T>>((resolve) => {
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve('back');
    });
    input.onDidHide(() => resolve('end'));
    listen(resolve);
    input.show();
  }).finally(() => input.dispose());
}
