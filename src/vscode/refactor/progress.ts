import * as vscode from 'vscode';
import { plainTitle } from './changeText.ts';
import { isWorking } from '../../core/refactor/lifecycle.ts';
import { progressText } from './progressText.ts';
import { plain } from './said.ts';
import type { ShownRefactor } from './shown.ts';

/** Says in one notification what is being done on a refactor, and lets the user stop it. */
export class ProgressNotice implements vscode.Disposable {
  readonly #refactor: ShownRefactor;
  #said = '';
  #say: ((message: string) => void) | null = null;
  #end: (() => void) | null = null;

  constructor(refactor: ShownRefactor) {
    this.#refactor = refactor;
  }

  /** Shows what the refactor says now; nothing where nobody works on it. */
  update(): void {
    if (!isWorking(this.#refactor.state)) {
      this.dispose();
      return;
    }
    if (this.#end === null) this.#begin();
    const text = plain(progressText(this.#refactor));
    if (text === this.#said) return;
    this.#said = text;
    this.#say?.(text);
  }

  dispose(): void {
    this.#end?.();
    this.#end = null;
    this.#say = null;
    this.#said = '';
  }

  #begin(): void {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.#end = end;
    const location = vscode.ProgressLocation.Notification;
    const title = plain(`Hearth: ${plainTitle(this.#refactor.recipe)}`);
    void vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
      // VS Code calls this a little later: by then it may be over.
      if (this.#end !== end) return ended;
      this.#say = (message) => progress.report({ message });
      if (this.#said !== '') this.#say(this.#said);
      token.onCancellationRequested(() => this.#refactor.cancel());
      return ended;
    });
  }
}
