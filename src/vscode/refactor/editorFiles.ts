import * as vscode from 'vscode';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { pathExclusion, type Exclusion } from '../../core/index/exclusions.ts';
import type { RefactorFiles } from '../../core/refactor/ports.ts';
import type { RefactorFile } from '../../core/refactor/types.ts';
import type { HostChatWorkspace } from '../../host/chat/workspacePort.ts';
import { judgedPaths } from '../../host/endpoints/judgedPaths.ts';
import { diskFiles } from '../../host/refactor/diskFiles.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { nameOf, openDocument } from '../uris.ts';
import { fileFolders, whyNothing } from '../workspaceIndex.ts';
import { textAsDocument } from './documentText.ts';

export interface EditorFilesParts {
  readonly client: Pick<WorkspaceClient, 'excluded'>;
  readonly workspace: Pick<HostChatWorkspace, 'absolute' | 'relative'>;
}

/** The files of a refactor as the editor has them: open documents first, unsaved ones too, else what is on the disk. */
export class EditorFiles implements RefactorFiles {
  readonly #parts: EditorFilesParts;

  constructor(parts: EditorFilesParts) {
    this.#parts = parts;
  }

  /** A document as a refactor sees it; what lies in no folder goes by its name alone, but is judged by its path. */
  fileOf(document: vscode.TextDocument): RefactorFile {
    const path = this.pathOf(document.uri);
    const folders = fileFolders().map(({ uri }) => uri.fsPath);
    const places = judgedPaths(document.uri, this.#parts.workspace, folders);
    const known = places.length === 0 || (places.length === 1 && places[0] === path);
    const file = { path, text: document.getText(), language: document.languageId };
    return known ? file : { ...file, places };
  }

  pathOf(uri: vscode.Uri): string {
    return this.pathInFolder(uri) ?? nameOf(uri);
  }

  /** Null for what lies in no folder. */
  pathInFolder(uri: vscode.Uri): string | null {
    return uri.scheme === 'file' ? this.#parts.workspace.relative(uri.fsPath) : null;
  }

  /** Where a path of an answer leads; null out of the workspace. */
  uriOf(path: string): vscode.Uri | null {
    const file = this.#parts.workspace.absolute(path);
    return file === null ? null : vscode.Uri.file(file);
  }

  async read(path: string): Promise<RefactorFile | null | 'forbidden'> {
    const folders = fileFolders().map(({ uri }) => uri.fsPath);
    const { workspace } = this.#parts;
    const excluded = (file: string): Promise<Exclusion | null> => this.#excluded(file);
    if (isSecretPath(path)) return 'forbidden';
    const found = await diskFiles({ workspace, client: { excluded }, folders }).read(path);
    if (found === null || found === 'forbidden') return found;
    const uri = this.uriOf(path);
    const document = uri === null ? undefined : openDocument(uri);
    if (document !== undefined) return this.fileOf(document);
    return { ...found, text: textAsDocument(found.text) };
  }

  async #excluded(file: string): Promise<Exclusion | null> {
    const { client, workspace } = this.#parts;
    // Where nothing is indexed the worker knows no folder; the names say what is a secret all the same.
    if (whyNothing() !== null) return pathExclusion(workspace.relative(file) ?? file);
    const exclusion = await client.excluded(file);
    return exclusion?.reason === 'slow' ? null : exclusion;
  }
}
