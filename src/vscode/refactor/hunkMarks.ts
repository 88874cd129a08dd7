import * as vscode from 'vscode';
import type { HunkPlace } from './hunkPlaces.ts';

/** Quiet marks in what a document is to become: before what is accepted already, and behind what is refused, why. */
export class HunkMarks implements vscode.Disposable {
  readonly #accepted = vscode.window.createTextEditorDecorationType({
    // Behind a long line nobody would see it.
    before: {
      contentText: '✓',
      margin: '0 0.6em 0 0',
      color: new vscode.ThemeColor('editorGutter.addedBackground'),
    },
  });
  readonly #refused = vscode.window.createTextEditorDecorationType({
    after: {
      margin: '0 0 0 2em',
      fontStyle: 'italic',
      color: new vscode.ThemeColor('editorError.foreground'),
    },
  });

  /** `why` null: it is not refused. */
  show(editors: readonly vscode.TextEditor[], places: readonly HunkPlace[], why: string | null): void {
    const accepted = places.filter(({ decision }) => decision === 'accepted');
    const refused = why === null ? [] : places.slice(0, 1);
    for (const editor of editors) {
      const lineOf = ({ right }: HunkPlace): vscode.Range =>
        editor.document.lineAt(Math.min(editor.document.lineCount - 1, right.from)).range;
      editor.setDecorations(
        this.#accepted,
        accepted.map((place) => new vscode.Range(lineOf(place).start, lineOf(place).start)),
      );
      editor.setDecorations(
        this.#refused,
        refused.map((place) => ({
          range: lineOf(place),
          renderOptions: { after: { contentText: `Refused: ${why ?? ''}` } },
        })),
      );
    }
  }

  dispose(): void {
    this.#accepted.dispose();
    this.#refused.dispose();
  }
}
