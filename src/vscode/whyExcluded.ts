import * as vscode from 'vscode';
import { exclusionText } from '../core/context/contextPage.ts';
import type { WorkspaceClient } from '../workspace/client.ts';
import { whyNothing, type IndexHost } from './workspaceIndex.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/**
 * Says in one message why a file (the explorer's, else the active editor's) is in no index, or that it is in one;
 * returns what it said.
 */
export async function showWhyExcluded(
  workspace: WorkspaceClient,
  index: IndexHost,
  asked: unknown,
): Promise<string> {
  const uri = asked instanceof vscode.Uri ? asked : vscode.window.activeTextEditor?.document.uri;
  const sentence =
    uri === undefined ? 'Open the file that you want to know this of.' : await answer(workspace, index, uri);
  void vscode.window.showInformationMessage(`Hearth: ${sentence}`);
  return sentence;
}

async function answer(workspace: WorkspaceClient, index: IndexHost, uri: vscode.Uri): Promise<string> {
  const name = vscode.workspace.asRelativePath(uri);
  if (uri.scheme !== 'file') return `${name} is left out. It is no file of this machine's disk.`;
  const nothing = whyNothing();
  if (nothing !== null) return `${name} is left out. ${nothing}`;
  try {
    const isRoot = vscode.workspace.workspaceFolders?.some((folder) => folder.uri.fsPath === uri.fsPath);
    const exclusion = isRoot === true ? null : await workspace.excluded(uri.fsPath);
    if (exclusion !== null) return `${name} is left out. ${exclusionText(exclusion)}`;
  } catch (error) {
    return sentenceOf(error);
  }
  return index.progress?.state === 'ready'
    ? `${name} is not left out: suggestions may use what it defines.`
    : `${name} is not left out, but the workspace was not read to its end yet.`;
}
