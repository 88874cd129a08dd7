import * as vscode from 'vscode';
import { applyEdits } from '../../core/refactor/fileText.ts';
import { smallestEdits } from '../../core/refactor/lineDiff.ts';
import type { FileChange, RefactorTarget } from '../../core/refactor/types.ts';
import { wholeWord } from '../../core/text/pattern.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { writtenIn, type Applied, type WrittenFile } from './applying.ts';
import { nameOf, openDocument } from '../uris.ts';
import type { EditorFiles } from './editorFiles.ts';

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
  /** The versions by address, as the language server may have seen them, of what was open then. */
  readonly versions: ReadonlyMap<string, number>;
}

/** The version of a document that was just read from the disk. */
const firstVersion = 1;

/** What it takes to rename a definition wherever it is used, by the language server; else a sentence. Never rejects. */
export async function renameEdit(place: DefinitionPlace, name: string): Promise<RenameEdit | string> {
  const { definition } = place;
  const title = `Hearth: renaming ${definition.name}…`;
  // Servers take seconds, and what they give has no versions: VS Code would take it to be for the texts as they are then.
  const versions = new Map(vscode.workspace.textDocuments.map((one) => [one.uri.toString(), one.version]));
  try {
    return await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      lookedUp(place, name, versions),
    );
  } catch (error) {
    return `${definition.name} can't be renamed to ${name}: ${sentenceOf(error)}`;
  }
}

async function lookedUp(
  place: DefinitionPlace,
  name: string,
  versions: RenameEdit['versions'],
): Promise<RenameEdit | string> {
  const { document, definition } = place;
  const position = await namePosition(place);
  const changed = changedSince([document.uri], versions);
  if (changed !== null) return changed;
  if (position === null) return `${definition.name} is not where it was: put the cursor on it and ask again.`;
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
  return { edit, documents, versions };
}

/** Which document is not as the language server has seen it, in a sentence; null: none. */
function changedSince(uris: readonly vscode.Uri[], versions: RenameEdit['versions']): string | null {
  const changed = uris.find((uri) => {
    return openDocument(uri)?.version !== (versions.get(uri.toString()) ?? firstVersion);
  });
  return changed === undefined
    ? null
    : `${nameOf(changed)} was changed while the new name was looked up, so nothing is renamed: ask again.`;
}

/** Renames as VS Code's own command does, and looks what came of it. Never rejects. */
export async function applyRename(
  { edit, documents, versions }: RenameEdit,
  files: EditorFiles,
): Promise<Applied> {
  // Until VS Code has the edit nothing may be waited for.
  const changed = changedSince(
    documents.map(({ uri }) => uri),
    versions,
  );
  if (changed !== null) return { kind: 'conflict', message: changed };
  const asked = documents.map((document) => {
    const { version } = document;
    return { document, version, change: changeOf(document, edit.get(document.uri), files) };
  });
  const isDone = await vscode.workspace.applyEdit(edit, { isRefactoring: true }).then(
    (done) => done,
    () => false,
  );
  if (!isDone)
    return {
      kind: 'unwritable',
      message: 'VS Code refused to rename: a file may be read-only, or changed just now.',
    };
  const written = asked.flatMap(({ document, change, version }): WrittenFile[] => {
    const file = writtenIn(document, change, version);
    if (file === null) return [];
    const { before, edits } = file.change;
    return [{ ...file, change: { ...file.change, edits: smallestEdits(before ?? '', edits) } }];
  });
  return { kind: 'written', files: written };
}

/** What becomes of one document, an edit for each place, each of which can be left out in VS Code's preview. */
function changeOf(
  document: vscode.TextDocument,
  replacements: readonly vscode.TextEdit[],
  files: EditorFiles,
): FileChange {
  const { path, text, language } = files.fileOf(document);
  const edits = replacements
    .map(({ range, newText }) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      text: newText,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  return { path, language, before: text, after: applyEdits(text, edits), edits, matches: [] };
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
  const word = new RegExp(wholeWord(definition.name), 'u');
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
