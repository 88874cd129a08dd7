import * as vscode from 'vscode';
import { compare } from '../../core/index/compare.ts';
import {
  parseUserRefactor,
  userRefactorFolder,
  type UserRefactor,
  type UserRefactorProblem,
} from '../../core/refactor/userKinds.ts';
import { decodeText } from '../../disk/textFile.ts';
import { realFileIn } from '../../host/chat/attaching.ts';
import { nameOf } from '../uris.ts';

/** A file that describes a refactor of the project. */
export interface ProjectRefactor {
  readonly uri: vscode.Uri;
  /** Path in its folder, with the folder's name first where there are several. */
  readonly path: string;
  readonly parsed: UserRefactor | UserRefactorProblem;
}

/** More bytes than any instruction has. */
const mostBytes = 64 * 1024;

/** The refactors of all folders, those that are broken too, by their paths. Reads nothing in a workspace that is not trusted. */
export async function projectRefactors(): Promise<readonly ProjectRefactor[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (!vscode.workspace.isTrusted) return [];
  const found = await Promise.all(folders.map((folder) => refactorsIn(folder.uri)));
  return found.flat();
}

async function refactorsIn(folder: vscode.Uri): Promise<readonly ProjectRefactor[]> {
  const own = vscode.Uri.joinPath(folder, ...userRefactorFolder.split('/'));
  const entries = await vscode.workspace.fs.readDirectory(own).then(
    (all) => all,
    () => [],
  );
  const files = entries.filter(
    ([name, type]) => /\.md$/i.test(name) && (type & vscode.FileType.Directory) === 0,
  );
  const uris = files.map(([name]) => vscode.Uri.joinPath(own, name));
  return Promise.all(
    uris
      .sort((a, b) => compare(a.path, b.path))
      .map(async (uri) => {
        const path = vscode.workspace.asRelativePath(uri).replaceAll('\\', '/');
        return { uri, path, parsed: await read(uri, path, folder) };
      }),
  );
}

async function read(
  uri: vscode.Uri,
  path: string,
  folder: vscode.Uri,
): Promise<UserRefactor | UserRefactorProblem> {
  const wrong = (why: string): UserRefactorProblem => ({ problem: `${path} is no refactor: ${why}.` });
  try {
    if (uri.scheme === 'file' && (await realFileIn(folder.fsPath, uri.fsPath)) === null)
      return wrong('it is a link that leads out of the folder');
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > mostBytes) return wrong('it is too large (over 64 KB)');
    const decoded = decodeText(await vscode.workspace.fs.readFile(uri));
    return decoded === null ? wrong('it is not text') : parseUserRefactor(path, decoded.text);
  } catch {
    return wrong('it can not be read');
  }
}

/** Lets the user pick one; gives a sentence where there is none, and null where they gave up. */
export async function pickProjectRefactor(): Promise<UserRefactor | string | null> {
  const all = await projectRefactors();
  if (all.length === 0)
    return `This project has no refactors of its own: put one into ${userRefactorFolder}, as the documentation shows.`;
  const picked = await vscode.window.showQuickPick(all.map(itemOf), {
    title: 'Hearth: Refactors of This Project',
    placeHolder: 'Pick what is to be done',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) return null;
  const { parsed, uri } = picked.refactor;
  if (!('problem' in parsed)) return parsed;
  // Where it says what is wrong, it can be mended.
  await vscode.window.showTextDocument(uri);
  return parsed.problem;
}

interface Item extends vscode.QuickPickItem {
  readonly refactor: ProjectRefactor;
}

function itemOf(refactor: ProjectRefactor): Item {
  const { parsed, uri } = refactor;
  if ('problem' in parsed)
    return {
      label: nameOf(uri),
      iconPath: new vscode.ThemeIcon('warning'),
      detail: parsed.problem,
      refactor,
    };
  // A label is no place for icons that a file names.
  return { label: parsed.title.replaceAll('$(', '$ ('), detail: parsed.description, refactor };
}
