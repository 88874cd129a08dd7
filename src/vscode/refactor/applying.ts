import * as vscode from 'vscode';
import { inverseChange } from '../../core/refactor/inverse.ts';
import { rebaseChange } from '../../core/refactor/rebase.ts';
import type { FileChange } from '../../core/refactor/types.ts';
import { nameOf } from './editorFiles.ts';
import { takenChange } from './takenChange.ts';
import { whyNotWritable } from './writable.ts';

/** What becomes of one file. */
export interface PlacedChange {
  readonly uri: vscode.Uri;
  readonly change: FileChange;
}

/** A file with the change that is in it now, and the version of its document with it; null for a file that was made. */
export interface WrittenFile extends PlacedChange {
  readonly version: number | null;
}

export type Applied =
  | { readonly kind: 'written'; readonly files: readonly WrittenFile[] }
  /** The user took nothing of it in VS Code's preview of refactors. */
  | { readonly kind: 'discarded' }
  /** `conflict`: it does not fit the files any more; `unwritable`: they can't be changed. */
  | { readonly kind: 'conflict' | 'unwritable'; readonly message: string };

/** How often a change is moved on where its document is changed just while it is written. */
const mostTries = 3;

/**
 * Writes changes into their documents as one step that one undo takes back; nothing is saved. Several files are shown in
 * VS Code's preview of refactors first. Never rejects.
 */
export async function applyChanges(changes: readonly PlacedChange[], title: string): Promise<Applied> {
  try {
    for (let tries = 1; ; tries += 1) {
      const prepared = await prepare(changes);
      if ('message' in prepared) return prepared;
      const isDone = await vscode.workspace.applyEdit(editOf(prepared, title));
      const outcome = await outcomeOf(prepared, isDone);
      if (outcome !== 'again') return outcome;
      if (tries === mostTries)
        return { kind: 'unwritable', message: `${namesOf(changes)} could not be changed: try again.` };
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unwritable', message: `${namesOf(changes)} could not be changed: ${why}` };
  }
}

interface PreparedChange extends PlacedChange {
  /** Null for a file that is to be made. */
  readonly document: vscode.TextDocument | null;
  readonly version: number;
}

type Refused = Extract<Applied, { readonly message: string }>;

/** The changes for the documents as they are now, which are opened for it. */
async function prepare(changes: readonly PlacedChange[]): Promise<readonly PreparedChange[] | Refused> {
  const prepared: PreparedChange[] = [];
  for (const { uri, change } of changes) {
    const isNew = change.before === null;
    if (isNew && (await isThere(uri)))
      return { kind: 'conflict', message: `${change.path} was made meanwhile: ask for the change again.` };
    const why = isNew ? null : await whyNotWritable(uri);
    if (why !== null) return { kind: 'unwritable', message: why };
    const document = isNew ? null : await vscode.workspace.openTextDocument(uri);
    const moved = rebaseChange(change, document?.getText() ?? null);
    if ('code' in moved) return { kind: 'conflict', message: moved.message };
    prepared.push({ uri, change: moved, document, version: document?.version ?? 0 });
  }
  return prepared;
}

function editOf(prepared: readonly PreparedChange[], title: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const label = `Hearth: ${title}`;
  for (const { uri, change, document } of prepared) {
    const metadata = { label, description: change.path, needsConfirmation: false };
    if (document === null)
      edit.createFile(uri, { contents: new TextEncoder().encode(change.after) }, metadata);
    else
      for (const { start, end, text } of change.edits)
        edit.replace(uri, rangeOf(document, start, end), text, metadata);
  }
  if (prepared.length > 1) askInPreview(edit, prepared);
  return edit;
}

/**
 * VS Code shows its preview where some edit needs to be confirmed, and has that one unticked there: so it is one that
 * changes nothing, and all others are ticked.
 */
function askInPreview(edit: vscode.WorkspaceEdit, prepared: readonly PreparedChange[]): void {
  const known = prepared.find(({ document }) => document !== null);
  const place = known?.document?.positionAt(known.change.edits[0]?.start ?? 0);
  if (known === undefined || place === undefined) return;
  const label = 'Hearth: untick what is not to be written, then choose Apply';
  edit.insert(known.uri, place, '', { label, needsConfirmation: true });
}

/** What came of it, by the texts: in the preview the user may have taken some of it only. */
async function outcomeOf(prepared: readonly PreparedChange[], isDone: boolean): Promise<Applied | 'again'> {
  const written: WrittenFile[] = [];
  for (const { uri, change, document } of prepared) {
    if (document === null) {
      if (await isThere(uri)) written.push({ uri, change, version: null });
      continue;
    }
    const now = document.getText();
    const file = { uri, version: document.version };
    if (prepared.length === 1 && isDone && now !== change.after) return afterwards({ ...file, change }, now);
    const taken = isDone || now === change.after ? takenChange(change, now) : null;
    if (taken !== null) written.push({ ...file, change: taken });
  }
  if (written.length > 0) return { kind: 'written', files: written };
  const isChanged = prepared.some(
    ({ document, version }) => document !== null && document.version !== version,
  );
  if (prepared.length > 1)
    return isChanged
      ? {
          kind: 'conflict',
          message: 'The code was changed while the preview was open, so nothing was written.',
        }
      : { kind: 'discarded' };
  if (isChanged) return 'again';
  return {
    kind: 'unwritable',
    message: `VS Code refused to change ${namesOf(prepared)}: it may be read-only here.`,
  };
}

/** The document was changed once more already, by a key or a formatter: the change has to be in it all the same. */
function afterwards(file: WrittenFile, now: string): Applied {
  const isIn = !('code' in rebaseChange(inverseChange(file.change), now));
  if (isIn) return { kind: 'written', files: [{ ...file, version: null }] };
  return {
    kind: 'unwritable',
    message: `${file.change.path} was changed, but not as it was shown: look at it, and take it back with the editor's own undo.`,
  };
}

export function rangeOf(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

export async function isThere(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

function namesOf(changes: readonly PlacedChange[]): string {
  return changes.map(({ uri }) => nameOf(uri)).join(', ');
}
