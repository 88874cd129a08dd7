import * as vscode from 'vscode';
import { inverseChange } from '../../core/refactor/inverse.ts';
import { rebaseChange } from '../../core/refactor/rebase.ts';
import { isThere, rangeOf, type WrittenFile } from './applying.ts';

/**
 * Takes a change back: by the editor's own undo where nothing came after it, else by the inverse change, which leaves in
 * what was written since. Gives a sentence where that can't be done, else null.
 */
export async function takeBack(files: readonly WrittenFile[]): Promise<string | null> {
  try {
    if (await undoneByEditor(files)) return null;
    const edit = new vscode.WorkspaceEdit();
    const checks: (() => Promise<boolean>)[] = [];
    for (const { uri, change } of files) {
      if (change.before === null) {
        const refused = await removalProblem(uri, change.path, change.after);
        if (refused !== null) return refused;
        edit.deleteFile(uri, { ignoreIfNotExists: true });
        checks.push(async () => !(await isThere(uri)));
        continue;
      }
      const document = await vscode.workspace.openTextDocument(uri);
      const now = document.getText();
      if (now === change.before) continue;
      const back = rebaseChange(inverseChange(change), now);
      if ('code' in back)
        return `${change.path} was changed since where the refactor changed it: take it back with the editor's own undo.`;
      for (const { start, end, text } of back.edits) edit.replace(uri, rangeOf(document, start, end), text);
      checks.push(() => Promise.resolve(document.getText() === back.after));
    }
    if (checks.length === 0) return null;
    const isDone = await vscode.workspace.applyEdit(edit);
    const held = await Promise.all(checks.map((check) => check()));
    return isDone && held.every(Boolean) ? null : notUndone(files);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${notUndone(files)} (${why})`;
  }
}

function notUndone(files: readonly WrittenFile[]): string {
  const names = files.map(({ change }) => change.path).join(', ');
  return `The change of ${names} could not be taken back: use the editor's own undo.`;
}

async function undoneByEditor(files: readonly WrittenFile[]): Promise<boolean> {
  const [only] = files;
  const document = vscode.window.activeTextEditor?.document;
  if (only === undefined || files.length > 1 || document?.uri.toString() !== only.uri.toString())
    return false;
  if (only.version === null || document.version !== only.version) return false;
  await vscode.commands.executeCommand('undo');
  return document.getText() === only.change.before;
}

/** Why a file that was made is not deleted again; null: it may be. */
async function removalProblem(uri: vscode.Uri, path: string, text: string): Promise<string | null> {
  if (!(await isThere(uri))) return null;
  const document = await vscode.workspace.openTextDocument(uri);
  const isOurs =
    document.getText() === text.replaceAll(/\r?\n/g, document.eol === vscode.EndOfLine.LF ? '\n' : '\r\n');
  return isOurs ? null : `${path} was changed since it was made: delete it yourself if you don't want it.`;
}
