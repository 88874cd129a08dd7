import { access, constants, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { nameOf } from '../uris.ts';

/** Permission bits that let somebody write. */
const writableBits = 0o222;

/** Why a document can't be changed, in a sentence; null: it can. */
export async function whyNotWritable(uri: vscode.Uri): Promise<string | null> {
  const name = nameOf(uri);
  const readOnly = `${name} is read-only: make it writable first.`;
  if (uri.scheme === 'untitled') return null;
  if (uri.scheme === 'vscode-notebook-cell')
    return 'Refactors work in files and untitled documents, not in cells of notebooks.';
  const isWritable = vscode.workspace.fs.isWritableFileSystem(uri.scheme);
  if (isWritable === undefined) return `${name} is only shown by the editor and can't be changed.`;
  if (!isWritable) return readOnly;
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    if ((permissions & vscode.FilePermission.Readonly) !== 0) return readOnly;
    return uri.scheme === 'file' && (await isReadOnlyOnDisk(uri.fsPath)) ? readOnly : null;
  } catch {
    return `${name} is not on the disk any more: save it first.`;
  }
}

/** The bits count for those too who could write in spite of them. */
async function isReadOnlyOnDisk(file: string): Promise<boolean> {
  if (((await stat(file)).mode & writableBits) === 0) return true;
  return access(file, constants.W_OK).then(
    () => false,
    () => true,
  );
}
