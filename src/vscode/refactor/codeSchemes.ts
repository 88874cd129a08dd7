import * as vscode from 'vscode';

/** Schemes of documents that code is written in: outputs, logs, comparisons and commit messages are none. */
export const codeSchemes = ['file', 'untitled', 'vscode-remote', 'vscode-vfs'] as const;

/** Whether anything can be written where a document is from; systems that VS Code does not know are tried. */
export function isWritable({ scheme }: vscode.Uri): boolean {
  return scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) !== false;
}
