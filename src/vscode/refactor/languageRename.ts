import * as vscode from 'vscode';
import type { RefactorTarget } from '../../core/refactor/types.ts';
import { escaped } from '../../core/text/pattern.ts';
import { sentenceOf } from '../../core/chat/turn/aborted.ts';
import type { Applied, WrittenFile } from './applying.ts';
import type { EditorFiles } from './editorFiles.ts';
import { changeInto } from './takenChange.ts';

/** Where a definition is in its document as it is now. */
export interface DefinitionPlace {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
  readonly definition: NonNullable<RefactorTarget['definition']>;
}

/** What the language server would change, in documents that are open for it. */
export interface RenameEdit {
  readonly edit: vscode.WorkspaceEdit;
  readonly documents: readonly vscode.TextDocument[];
}

/** What it takes to rename a definition wherever it is used, by the language server; else a sentence. Never rejects. */
export async function renameEdit(place: DefinitionPlace, name: string): Promise<RenameEdit | string> {
  const { document, definition } = place;
  try {
    const position = await namePosition(place);
    if (position === null)
      return `${definition.name} is not where it was: put the cursor on it and ask again.`;
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      position,
      name,
    );
    if (edit === undefined || edit.size === 0)
      return `No language server renames ${definition.name} here: install the extension for ${document.languageId}.`;
    const documents: vscode.TextDocument[] = [];
    for (const [uri] of edit.entries()) documents.push(await vscode.workspace.openTextDocument(uri));
    return { edit, documents };
  } catch (error) {
    return `${definition.name} can't be renamed to ${name}: ${sentenceOf(error)}`;
  }
}

/** Renames as VS Code's own command does, and looks what came of it. Never rejects. */
export async function applyRename({ edit, documents }: RenameEdit, files: EditorFiles): Promise<Applied> {
  const before = documents.map((document) => document.getText());
  const isDone = await vscode.workspace.applyEdit(edit, { isRefactoring: true }).then(
    (done) => done,
    () => false,
  );
  if (!isDone)
    return {
      kind: 'unwritable',
      message: 'VS Code refused to rename: a file may be read-only, or changed just now.',
    };
  const written = documents.map((document, at): WrittenFile => {
    const { path, text, language } = files.fileOf(document);
    const was = { path, language, before: before[at] ?? '', after: '', edits: [], matches: [] };
    return { uri: document.uri, version: document.version, change: changeInto(was, text) };
  });
  return { kind: 'written', files: written.filter(({ change }) => change.edits.length > 0) };
}

/** Where the name of the definition stands: the language server knows, else its first word in the definition. */
async function namePosition({
  document,
  range,
  definition,
}: DefinitionPlace): Promise<vscode.Position | null> {
  const symbols = await vscode.commands
    .executeCommand<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri)
    .then(
      (found) => found ?? [],
      () => [],
    );
  const own = flat(symbols).find((symbol) => symbol.name === definition.name && isIn(symbol, range));
  if (own !== undefined) return own.selectionRange.start;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(definition.name)}(?![\\p{L}\\p{N}_$])`, 'u');
  const offset = codeOf(document.getText(range)).search(word);
  return offset === -1 ? null : document.positionAt(document.offsetAt(range.start) + offset);
}

/** The text with its comments and strings blanked out, as far as they begin as in most languages. */
function codeOf(text: string): string {
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  return text.replace(/\/\*[^]*?\*\/|"""[^]*?"""|^\s*(?:\/\/|#|--).*|"(?:[^"\\\n]|\\.)*"/gm, blank);
}

function flat(symbols: readonly vscode.DocumentSymbol[]): vscode.DocumentSymbol[] {
  // Servers of the older kind give places without children.
  return symbols.flatMap((one) => [
    one,
    ...flat((one.children as vscode.DocumentSymbol[] | undefined) ?? []),
  ]);
}

function isIn({ selectionRange }: vscode.DocumentSymbol, range: vscode.Range): boolean {
  return (selectionRange as vscode.Range | undefined) !== undefined && range.contains(selectionRange);
}
