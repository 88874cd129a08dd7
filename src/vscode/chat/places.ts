import * as vscode from 'vscode';
import { noFile, uriOf, type WorkspacePaths } from './documents.ts';

/** How long lines that were opened stand out. */
const highlightMs = 1_500;

/** Opens places that answers name, and shows which lines are meant. */
export class Places implements vscode.Disposable {
  readonly #paths: WorkspacePaths;
  readonly #highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
    isWholeLine: true,
  });
  #timer: NodeJS.Timeout | undefined;

  constructor(paths: WorkspacePaths) {
    this.#paths = paths;
  }

  /** Opens lines (from 1, ends included) with a selection; gives a sentence where that can't be done, else null. */
  async open(path: string, startLine: number, endLine: number): Promise<string | null> {
    const uri = uriOf(this.#paths, path);
    if (uri === null) return noFile(path);
    let document: vscode.TextDocument;
    try {
      document = await vscode.workspace.openTextDocument(uri);
    } catch {
      return (await isThere(uri)) ? `${path} can't be opened: it is not text, or too large.` : noFile(path);
    }
    const first = Math.min(Math.max(1, startLine), document.lineCount) - 1;
    const last = Math.min(Math.max(first + 1, endLine), document.lineCount) - 1;
    const range = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
    const editor = await vscode.window.showTextDocument(document, { selection: range, preview: true });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.#show(editor, range);
    if (startLine <= document.lineCount) return null;
    return `${path} has no line ${startLine} any more: it ends with line ${document.lineCount}.`;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#highlight.dispose();
  }

  #show(editor: vscode.TextEditor, range: vscode.Range): void {
    clearTimeout(this.#timer);
    editor.setDecorations(this.#highlight, [range]);
    this.#timer = setTimeout(() => {
      for (const other of vscode.window.visibleTextEditors) other.setDecorations(this.#highlight, []);
    }, highlightMs);
  }
}

function isThere(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
