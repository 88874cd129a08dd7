import * as vscode from 'vscode';

/** A cursor that stayed so long is where the next key may come. */
const restMs = 400;

/**
 * Evaluates the prompt ahead of the first key: when an editor is shown, when the cursor is put somewhere else by hand,
 * and when the engine has become ready. Only where somebody is at the window and the cursor rests.
 */
export class WarmUp implements vscode.Disposable {
  readonly #warm: (editor: vscode.TextEditor) => Promise<void>;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(warm: (editor: vscode.TextEditor) => Promise<void>) {
    this.#warm = warm;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.soon()),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind === vscode.TextEditorSelectionChangeKind.Mouse) this.soon();
      }),
      vscode.workspace.onDidChangeTextDocument(() => clearTimeout(this.#timer)),
    ];
  }

  /** Once the cursor has rested for a moment. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined || !vscode.window.state.focused) return;
      // It is only ahead of its time: what goes wrong here is seen when it is asked for.
      this.#warm(editor).catch(() => undefined);
    }, restMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
