import * as vscode from 'vscode';
import { plainTitle } from './changeText.ts';
import type { Preview } from './preview.ts';
import type { ShownRefactor } from './shown.ts';

const [retry, show, choose] = ['Retry', 'Show', 'Choose a Model'] as const;
const [undo, keep, problems] = ['Undo', 'Keep', 'Show Problems'] as const;

/** The messages about one refactor, each with what can be done; an answer to one that is out of date does nothing. */
export class Offers {
  readonly #refactor: ShownRefactor;
  readonly #preview: Preview;
  /** Counts the states that it came into. */
  #turn = 0;

  constructor(refactor: ShownRefactor, preview: Preview) {
    this.#refactor = refactor;
    this.#preview = preview;
  }

  /** The refactor is in another state: says what has to be said. */
  entered(): void {
    this.#turn += 1;
    const { state } = this.#refactor;
    if (state === 'failed') void this.#failed();
    if (state === 'outdated') void this.#outdated();
    if (state === 'warned') void this.#warned(undo, keep, problems);
  }

  /** Offers to show a change to somebody who looks at something else. */
  async ready(reveal: () => Promise<void>): Promise<void> {
    const where = this.#refactor.document.uri.path.split('/').at(-1) ?? '';
    const turn = this.#turn;
    const picked = await vscode.window.showInformationMessage(
      this.#says(`the change of ${where} is ready.`),
      show,
    );
    if (picked === show && turn === this.#turn) await reveal();
  }

  async #failed(): Promise<void> {
    const { message, failure, files } = this.#refactor;
    const turn = this.#turn;
    const buttons = failure === 'no-chat-model' ? [choose] : [retry, ...(files.length > 0 ? [show] : [])];
    const said = this.#says(message ?? 'no change came of it.');
    const picked = await vscode.window.showErrorMessage(said, ...buttons);
    if (turn !== this.#turn) return;
    if (picked === retry) this.#refactor.retry();
    else if (picked === show) await this.#preview.open();
    else if (!this.#preview.isOpen) this.#refactor.refuse();
    if (picked === choose) await vscode.commands.executeCommand('hearth.models.choose');
  }

  async #outdated(): Promise<void> {
    const turn = this.#turn;
    const said = this.#says(this.#refactor.message ?? 'the document was changed meanwhile.');
    const picked = await vscode.window.showWarningMessage(said, retry);
    if (turn !== this.#turn) return;
    if (picked === retry) this.#refactor.retry();
    else this.#refactor.refuse();
  }

  async #warned(...buttons: readonly string[]): Promise<void> {
    const turn = this.#turn;
    const said = this.#says(this.#refactor.message ?? 'there are new problems after the change.');
    const picked = await vscode.window.showWarningMessage(said, ...buttons);
    if (turn !== this.#turn) return;
    if (picked === undo) await this.#refactor.undo();
    else if (picked !== problems) this.#refactor.keep();
    else {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      // Whoever has looked at them can still decide.
      await this.#warned(undo, keep);
    }
  }

  #says(sentence: string): string {
    return `Hearth: ${plainTitle(this.#refactor.recipe)}: ${sentence}`;
  }
}
