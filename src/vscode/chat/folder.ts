import path from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from '../../core/chat/context.ts';
import { nameExclusion } from '../../core/index/exclusions.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { headLines, listingOf, mostHeads, mostListed, partOf } from '../../host/chat/attaching.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { readText, refusal, type WorkspacePaths } from './documents.ts';
import { mentionLabel } from './mentionText.ts';

/**
 * A folder as it goes with a question: the list of its files, and the beginnings of those that are nearest to it.
 * Rejects with a sentence.
 */
export async function readFolder(
  client: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  value: string,
  signal: AbortSignal,
): Promise<readonly Attachment[]> {
  const folder = value.replace(/\/$/, '');
  const root = paths.absolute(folder);
  if (root === null) throw new Error(`There is no folder ${value} in this workspace.`);
  const refused = isWorkspaceFolder(root) ? null : await refusal(client, paths, folder);
  if (refused !== null) throw new Error(refused);
  const { files, more } = await filesOf(client, paths, root, signal);
  if (files.length === 0) throw new Error(`The folder ${value} has no files that may be read.`);
  const listing = listingOf(`${folder}/`, files, more);
  const heads = await Promise.all(files.slice(0, mostHeads).map((file) => headOf(client, paths, file)));
  return [listing, ...heads.flatMap((head) => (head === null ? [] : [head]))];
}

/** Paths of the files that may be read, those of a folder before those of the folders in it. */
async function filesOf(
  client: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  root: string,
  signal: AbortSignal,
): Promise<{ readonly files: readonly string[]; readonly more: boolean }> {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    signal.throwIfAborted();
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder)).then(
      (entries) => entries,
      () => [],
    );
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, type] of entries) {
      const at = path.join(folder, name);
      const isFolder = type === vscode.FileType.Directory;
      // A link may lead anywhere, in a circle too.
      if (!isFolder && type !== vscode.FileType.File) continue;
      const relative = paths.relative(at);
      if (relative === null || isSecretPath(relative) || nameExclusion(name, isFolder) !== null) continue;
      if ((await refusal(client, paths, relative)) !== null) continue;
      if (isFolder) folders.push(at);
      else if (files.length === mostListed) return { files, more: true };
      else files.push(relative);
    }
  }
  return { files, more: false };
}

async function headOf(
  client: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  file: string,
): Promise<Attachment | null> {
  const read = await readText(client, paths, file, { startLine: 1, endLine: headLines });
  if (typeof read === 'string' || read.text.trim() === '') return null;
  const { text, startLine, endLine, files } = read;
  const label = mentionLabel({ kind: 'file', value: file, startLine, endLine });
  const part = partOf('file', { path: file, startLine, endLine, text }, label);
  return files.length === 0 ? part : { ...part, files };
}

function isWorkspaceFolder(folder: string): boolean {
  return vscode.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === folder) ?? false;
}
