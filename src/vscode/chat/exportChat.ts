import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';

/** Writes a conversation into a file that the user names, and opens it. */
export async function exportChat(markdown: string | null, title: string): Promise<void> {
  if (markdown === null) {
    await vscode.window.showInformationMessage('Hearth: There is no chat to export yet.');
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = fileName(title);
  const uri = await vscode.window.showSaveDialog({
    title: 'Hearth: Export Chat',
    saveLabel: 'Export',
    filters: { Markdown: ['md'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (uri === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(markdown));
    await vscode.window.showTextDocument(uri);
  } catch (error) {
    await vscode.window.showErrorMessage(`Hearth: The chat could not be written: ${sentenceOf(error)}`);
  }
}

/** A file's name from a title, that any file system takes. */
function fileName(title: string): string {
  const name = title
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name === '' ? 'chat' : name}.md`;
}
