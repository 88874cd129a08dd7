import * as vscode from 'vscode';

/** Opens a link outside, which VS Code asks about; gives a sentence where it does not. */
export async function openLink(href: string): Promise<string | null> {
  if (!/^https:\/\/[^/]/i.test(href)) return 'Only links that begin with https:// are opened.';
  await vscode.env.openExternal(vscode.Uri.parse(href, true));
  return null;
}

/** The addresses in a list; what is none is left out. */
export function urisOf(texts: readonly string[]): readonly vscode.Uri[] {
  return texts.flatMap((text) => {
    try {
      return [vscode.Uri.parse(text, true)];
    } catch {
      return [];
    }
  });
}
