import * as vscode from 'vscode';
import type { Mention } from '../../core/chat/context.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { definitionAt } from './definitionAt.ts';
import { pathIn, refusal, valueOf, type WorkspacePaths } from './documents.ts';
import { implicitMention, selectedLines } from './implicitMention.ts';

/** Lines around a problem that go with it where no definition is known to enclose it. */
const around = 12;

/** What is selected in an editor, or null. */
export function selectionOf(editor: vscode.TextEditor, paths: WorkspacePaths): Mention | null {
  const lines = selectedLines(editor.selection);
  return lines === null ? null : { kind: 'selection', value: valueOf(paths, editor.document.uri), ...lines };
}

/** What a command in an editor is about: the selection, else the definition around the cursor, else what is looked at. */
export async function targetOf(editor: vscode.TextEditor, paths: WorkspacePaths): Promise<Mention> {
  const selected = selectionOf(editor, paths);
  if (selected !== null) return selected;
  const { document, selection } = editor;
  const range = await definitionAt(document, selection.active);
  return range === null ? lookedAt(editor, paths) : inLines(valueOf(paths, document.uri), range);
}

/** What is selected in an editor, else its file, or as much of it as is looked at. */
export function lookedAt(editor: vscode.TextEditor, paths: WorkspacePaths): Mention {
  const { document, selection, visibleRanges } = editor;
  const visible = {
    startLine: visibleRanges[0]?.start.line ?? 0,
    endLine: visibleRanges.at(-1)?.end.line ?? 0,
  };
  const value = valueOf(paths, document.uri);
  return implicitMention({ value, lineCount: document.lineCount, selection, visible });
}

/** What a question about a problem is about: the code around it, and all problems in that code. */
export async function problemTarget(
  document: vscode.TextDocument,
  range: vscode.Range,
  paths: WorkspacePaths,
): Promise<readonly Mention[]> {
  const value = valueOf(paths, document.uri);
  const first = Math.max(0, range.start.line - around);
  const last = Math.min(document.lineCount - 1, range.end.line + around);
  const code = inLines(
    value,
    (await definitionAt(document, range.start)) ?? new vscode.Range(first, 0, last, 1),
  );
  return [code, { ...code, kind: 'problems' }];
}

/** A file or folder as a mention; or a sentence that says why it can't be one. */
export async function mentionOf(
  uri: vscode.Uri,
  client: Pick<WorkspaceClient, 'excluded'>,
  workspace: WorkspacePaths,
): Promise<Mention | string> {
  // An address that came through a web page is the remote machine's: its files are this one's.
  const local = uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri;
  const value = valueOf(workspace, local);
  const isRoot = vscode.workspace.workspaceFolders?.some((folder) => folder.uri.fsPath === local.fsPath);
  if (isRoot === true) return { kind: 'workspace', value: '' };
  if (local.scheme === 'file' && pathIn(workspace, local) === null) {
    const name = vscode.workspace.asRelativePath(local);
    return `${name} can't be attached: it lies outside of the workspace. Open it, select the lines that matter, and ask.`;
  }
  const refused = await refusal(client, workspace, value);
  if (refused !== null) return refused;
  const stat = await vscode.workspace.fs.stat(local).then(
    ({ type }) => type,
    () => vscode.FileType.Unknown,
  );
  return { kind: (stat & vscode.FileType.Directory) === 0 ? 'file' : 'folder', value };
}

function inLines(value: string, { start, end }: vscode.Range): Mention {
  const lines = selectedLines({ start, end }) ?? { startLine: start.line + 1, endLine: end.line + 1 };
  return { kind: 'file', value, ...lines };
}
