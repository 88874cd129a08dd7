import * as vscode from 'vscode';
import type { WorkspaceClient } from '../workspace/client.ts';
import { DefinitionLookup, lookupLines, type LookupPlace, type NamePlace } from './definitionLookup.ts';
import { readSettings } from './settings.ts';
import { systemTimers } from './timers.ts';

/**
 * Asks the editor's language server where the names near the cursor are defined, while nobody types, and tells the
 * worker, which uses it for later suggestions. No suggestion waits for it.
 */
export class LanguageServerDefinitions implements vscode.Disposable {
  readonly #lookup: DefinitionLookup;
  readonly #subscriptions: vscode.Disposable[];

  constructor(workspace: WorkspaceClient) {
    this.#lookup = new DefinitionLookup({
      timers: systemTimers,
      place: () => placeOf(vscode.window.activeTextEditor, workspace),
      ask: whereDefined,
      tell: (document, targets) => workspace.targets(document, targets),
    });
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const active = document === vscode.window.activeTextEditor?.document;
        if (active && contentChanges.length > 0) this.#lookup.moved();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.#lookup.moved();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#lookup.moved()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#lookup.closed(uri.toString())),
    ];
  }

  /** A suggestion was asked for: looks once the cursor has rested. */
  soon(): void {
    this.#lookup.soon();
  }

  dispose(): void {
    this.#lookup.clear();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** The lines up to the cursor; null where nobody would use what is defined where. */
function placeOf(editor: vscode.TextEditor | undefined, workspace: WorkspaceClient): LookupPlace | null {
  if (editor === undefined || editor.document.uri.scheme !== 'file') return null;
  const { settings } = readSettings();
  if (!settings.enable || !settings['context.index'] || !settings['context.languageServer']) return null;
  const document = editor.document.uri.toString();
  // The worker knows the documents for which suggestions were asked for.
  if (!workspace.isOpen(document)) return null;
  const { line, character } = editor.selection.active;
  const startLine = Math.max(0, line - lookupLines + 1);
  const lines: string[] = [];
  for (let at = startLine; at < line; at += 1) lines.push(editor.document.lineAt(at).text);
  lines.push(editor.document.lineAt(line).text.slice(0, character));
  return { document, lines, startLine };
}

async function whereDefined(
  document: string,
  { line, character }: NamePlace,
): Promise<{ path: string; line: number } | 'here' | null> {
  const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[] | undefined>(
    'vscode.executeDefinitionProvider',
    vscode.Uri.parse(document),
    new vscode.Position(line, character),
  );
  const [first] = found ?? [];
  if (first === undefined) return null;
  const { uri, range } =
    'targetUri' in first
      ? { uri: first.targetUri, range: first.targetSelectionRange ?? first.targetRange }
      : first;
  if (uri.toString() === document) return 'here';
  return uri.scheme === 'file' ? { path: uri.fsPath, line: range.start.line + 1 } : null;
}
