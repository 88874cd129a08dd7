import * as vscode from 'vscode';
import type { ShownRefactor } from './shown.ts';

/** Highlights what a refactor acts on, in every editor that shows it, until it is disposed of. */
export class TargetHighlight implements vscode.Disposable {
  readonly #refactor: Pick<ShownRefactor, 'document' | 'range'>;
  readonly #subscription: vscode.Disposable;
  #shown: vscode.Range | null = null;
  readonly #type = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });

  constructor(refactor: Pick<ShownRefactor, 'document' | 'range'>) {
    this.#refactor = refactor;
    this.#subscription = vscode.window.onDidChangeVisibleTextEditors(() => this.#show());
    this.#show();
  }

  /** Follows the target where it moved. */
  refresh(): void {
    if (this.#shown?.isEqual(this.#refactor.range) !== true) this.#show();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#type.dispose();
  }

  #show(): void {
    const { document, range } = this.#refactor;
    this.#shown = range;
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) editor.setDecorations(this.#type, [wholeLines(range)]);
  }
}

/** A range that ends where a line begins does not have that line. */
function wholeLines(range: vscode.Range): vscode.Range {
  const { start, end } = range;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return new vscode.Range(start.line, 0, last, 0);
}
