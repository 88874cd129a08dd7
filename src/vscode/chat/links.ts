import * as vscode from 'vscode';
import { whyKept } from '../../host/redaction/linkSecrets.ts';
import type { Redactor } from '../../host/redaction/redactor.ts';

/** Opens a link of an answer outside; gives a sentence where it does not. */
export async function openLink(href: string, redactor: Pick<Redactor, 'redact'>): Promise<string | null> {
  if (!/^https:\/\/[^/]/i.test(href)) return 'Only links that begin with https:// are opened.';
  const why = await whyKept(href, redactor);
  if (why === null) await vscode.env.openExternal(vscode.Uri.parse(href, true));
  return why;
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
