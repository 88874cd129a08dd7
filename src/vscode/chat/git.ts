import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { fileFolders } from '../workspaceIndex.ts';
import { diffWithout, namesInDiff } from '../../host/chat/diffText.ts';

/** What is used here of the API of VS Code's Git extension, version 1. */
interface GitApi {
  readonly repositories: readonly Repository[];
  getRepository(uri: vscode.Uri): Repository | null;
}

/** A repository as the Git extension shows it. */
export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  /** The changes in the index, or those in the working tree that are not there, as a unified diff. */
  diff(cached?: boolean): Promise<string>;
}

/** Said where git can't be asked. */
const noGit = "The changes can't be read: VS Code's Git extension is off, or git is not installed.";
const noRepository = "The changes can't be read: no git repository is open.";

/** Whether a repository is open; starts nothing. */
export function hasRepository(): boolean {
  return (activeApi()?.repositories.length ?? 0) > 0;
}

/**
 * The repository that `root` is the folder of, else that of the active file, else the first. Rejects with a sentence
 * where there is none.
 */
export async function currentRepository(root?: vscode.Uri): Promise<Repository> {
  const extension = vscode.extensions.getExtension('vscode.git');
  if (extension === undefined) throw new Error(noGit);
  await extension.activate();
  const api = activeApi();
  if (api === null) throw new Error(noGit);
  const active = vscode.window.activeTextEditor?.document.uri;
  const found =
    api.repositories.find(({ rootUri }) => rootUri.toString() === root?.toString()) ??
    (active === undefined ? null : api.getRepository(active)) ??
    api.repositories[0];
  if (found === undefined) throw new Error(noRepository);
  return found;
}

/** A unified diff, and the file of each name in it. */
export interface Changes {
  readonly text: string;
  readonly uris: readonly vscode.Uri[];
}

/**
 * What is staged in a repository, or all that was changed and not committed, as a unified diff; '' for nothing. The
 * files of which `whyNot` gives a reason are named only. Rejects with a sentence.
 */
export async function changes(
  staged: boolean,
  repository: Repository,
  whyNot: (uri: vscode.Uri) => Promise<string | null>,
): Promise<Changes> {
  const inIndex = await repository.diff(true);
  const whole = staged ? inIndex : `${inIndex}${await repository.diff(false)}`;
  const folders = await realFolders();
  const uriOf = (file: string): vscode.Uri => openedAs(path.join(repository.rootUri.fsPath, file), folders);
  const text = await diffWithout(whole, (file) => whyNot(uriOf(file)));
  return { text, uris: namesInDiff(text).map(uriOf) };
}

/** The workspace's folders by what they are on the disk: git follows links, VS Code keeps the names of its folders. */
async function realFolders(): Promise<readonly (readonly [real: string, opened: string])[]> {
  return Promise.all(
    fileFolders().map(
      async ({ uri: { fsPath } }) => [await realpath(fsPath).catch(() => fsPath), fsPath] as const,
    ),
  );
}

/** A file as the workspace knows it, where a folder of it leads there. */
function openedAs(file: string, folders: readonly (readonly [string, string])[]): vscode.Uri {
  const within = folders.find(([real]) => file.startsWith(real + path.sep));
  if (within === undefined) return vscode.Uri.file(file);
  const [real, opened] = within;
  return vscode.Uri.file(path.join(opened, file.slice(real.length)));
}

function activeApi(): GitApi | null {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  if (extension?.isActive !== true) return null;
  try {
    return extension.exports.getAPI(1);
  } catch {
    // It is turned off by its setting, or found no git.
    return null;
  }
}
