import * as vscode from 'vscode';
import { inverseChange } from '../../core/refactor/inverse.ts';
import { rebaseChange } from '../../core/refactor/rebase.ts';
import { isSame } from '../uris.ts';
import { isThere, rangeOf, type WrittenFile } from './applying.ts';
import { holds } from './takenChange.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/**
 * Takes a change back: by the editor's own undo where nothing came after it, else by the inverse change, which leaves in
 * what was written since. Gives a sentence where that can't be done, else null.
 */
export async function takeBack(files: readonly WrittenFile[]): Promise<string | null> {
  try {
    if (await undoneByEditor(files)) return null;
    const documents = await Promise.all(files.map((file) => documentOf(file)));
    // From here until VS Code has the edit nothing is waited for: its offsets are those of this moment.
    const edit = new vscode.WorkspaceEdit();
    const checks: (() => Promise<boolean>)[] = [];
    for (const [at, file] of files.entries()) {
      const check = addInverse(edit, file, documents[at] ?? null);
      if (typeof check === 'string') return check;
      if (check !== null) checks.push(check);
    }
    if (checks.length === 0) return null;
    const isDone = await vscode.workspace.applyEdit(edit);
    const held = await Promise.all(checks.map((check) => check()));
    return isDone && held.every(Boolean) ? null : notUndone(files);
  } catch (error) {
    const why = sentenceOf(error);
    return `${notUndone(files)} (${why})`;
  }
}

/** The document of a file, opened; null for a file that was made and is gone. */
async function documentOf({ uri, change }: WrittenFile): Promise<vscode.TextDocument | null> {
  if (change.before === null && !(await isThere(uri))) return null;
  return vscode.workspace.openTextDocument(uri);
}

/** Adds what takes one file back, and gives what tells whether it did; null: it is back. A sentence: it can't be. */
function addInverse(
  edit: vscode.WorkspaceEdit,
  { uri, change }: WrittenFile,
  document: vscode.TextDocument | null,
): (() => Promise<boolean>) | string | null {
  if (document === null) return null;
  if (document.isClosed)
    return `${change.path} was closed just now: take it back with the editor's own undo.`;
  const now = document.getText();
  if (change.before === null) {
    const isOurs = now === withLineEnds(change.after, document.eol);
    if (!isOurs)
      return `${change.path} was changed since it was made: delete it yourself if you don't want it.`;
    edit.deleteFile(uri, { ignoreIfNotExists: true });
    return async () => !(await isThere(uri));
  }
  if (now === change.before) return null;
  const back = rebaseChange(inverseChange(change), now);
  if ('code' in back)
    return `${change.path} was changed since where the refactor changed it: take it back with the editor's own undo.`;
  for (const { start, end, text } of back.edits) edit.replace(uri, rangeOf(document, start, end), text);
  return () => Promise.resolve(holds(document.getText(), back));
}

function withLineEnds(text: string, eol: vscode.EndOfLine): string {
  return text.replaceAll(/\r?\n/g, eol === vscode.EndOfLine.LF ? '\n' : '\r\n');
}

function notUndone(files: readonly WrittenFile[]): string {
  const names = files.map(({ change }) => change.path).join(', ');
  return `The change of ${names} could not be taken back: use the editor's own undo.`;
}

async function undoneByEditor(files: readonly WrittenFile[]): Promise<boolean> {
  const [only] = files;
  const editor = vscode.window.activeTextEditor;
  if (
    only === undefined ||
    files.length > 1 ||
    editor === undefined ||
    !isSame(editor.document.uri, only.uri)
  )
    return false;
  const { document, viewColumn } = editor;
  const isLast = (): boolean => document.version === only.version;
  if (!isLast() || viewColumn === undefined) return false;
  // VS Code undoes in whatever has the focus, such as a box of the chat.
  await vscode.window.showTextDocument(document, viewColumn);
  if (!isLast() || vscode.window.activeTextEditor?.document !== document) return false;
  await vscode.commands.executeCommand('undo');
  return document.getText() === only.change.before;
}
