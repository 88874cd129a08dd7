import * as vscode from 'vscode';
import { rebaseChange } from '../../core/refactor/rebase.ts';
import type { FileChange } from '../../core/refactor/types.ts';
import { nameOf, openDocument } from '../uris.ts';
import { holds, takenChange } from './takenChange.ts';
import { whyNotWritable } from './writable.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** What becomes of one file. */
export interface PlacedChange {
  readonly uri: vscode.Uri;
  readonly change: FileChange;
}

/**
 * A file with the change that is in it now, and the version of its document that has this change and nothing else; null
 * for a file that was made, and where there is no such version.
 */
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
      const refused = await openAll(changes);
      if (refused !== null) return refused;
      // From here until VS Code has the edit nothing is waited for: offsets and versions are those of this moment.
      const prepared = prepare(changes);
      if ('message' in prepared) return prepared;
      const isDone = await vscode.workspace.applyEdit(editOf(prepared, title));
      const outcome = await outcomeOf(prepared, isDone);
      if (outcome !== 'again') return outcome;
      if (tries === mostTries)
        return { kind: 'unwritable', message: `${namesOf(changes)} could not be changed: try again.` };
    }
  } catch (error) {
    const why = sentenceOf(error);
    return { kind: 'unwritable', message: `${namesOf(changes)} could not be changed: ${why}` };
  }
}

interface PreparedChange extends PlacedChange {
  /** Null for a file that is to be made. */
  readonly document: vscode.TextDocument | null;
  readonly version: number;
}

type Refused = Extract<Applied, { readonly message: string }>;

/** Opens what is to be changed; gives why something of it can't be, else null. */
async function openAll(changes: readonly PlacedChange[]): Promise<Refused | null> {
  for (const { uri, change } of changes) {
    if (change.before === null) {
      if (await isThere(uri))
        return { kind: 'conflict', message: `${change.path} was made meanwhile: ask for the change again.` };
      continue;
    }
    const why = await whyNotWritable(uri);
    if (why !== null) return { kind: 'unwritable', message: why };
    await vscode.workspace.openTextDocument(uri);
  }
  return null;
}

/** The changes for the open documents as they are now. */
function prepare(changes: readonly PlacedChange[]): readonly PreparedChange[] | Refused {
  const prepared: PreparedChange[] = [];
  for (const { uri, change } of changes) {
    const document = change.before === null ? null : openDocument(uri);
    if (document === undefined)
      return { kind: 'unwritable', message: `${change.path} was closed just now: try again.` };
    const moved = rebaseChange(change, document?.getText() ?? null);
    if ('code' in moved) return { kind: 'conflict', message: moved.message };
    prepared.push({ uri, change: moved, document, version: document?.version ?? 0 });
  }
  return prepared;
}

function editOf(prepared: readonly PreparedChange[], title: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const known = prepared.find(({ document }) => document !== null) ?? null;
  const isAsked = prepared.length > 1;
  // Without a document to put the question into, each new file is one.
  const mustTick = isAsked && known === null;
  const label = mustTick ? 'Hearth: tick what is to be written, then choose Apply' : `Hearth: ${title}`;
  for (const { uri, change, document } of prepared) {
    const metadata = { label, description: change.path, needsConfirmation: mustTick };
    if (document === null)
      edit.createFile(uri, { contents: new TextEncoder().encode(change.after) }, metadata);
    else
      for (const { start, end, text } of change.edits)
        edit.replace(uri, rangeOf(document, start, end), text, metadata);
  }
  if (isAsked && known !== null) askInPreview(edit, known);
  return edit;
}

/**
 * VS Code shows its preview where some edit needs to be confirmed, and has that one unticked there: so it is one that
 * changes nothing, and all others are ticked.
 */
function askInPreview(edit: vscode.WorkspaceEdit, { uri, change, document }: PreparedChange): void {
  const place = document?.positionAt(change.edits[0]?.start ?? 0);
  if (place === undefined) return;
  const label = 'Hearth: untick what is not to be written, then choose Apply';
  edit.insert(uri, place, '', { label, needsConfirmation: true });
}

/** What came of it, by the texts: in the preview the user may have taken some of it only. */
async function outcomeOf(prepared: readonly PreparedChange[], isDone: boolean): Promise<Applied | 'again'> {
  const [only] = prepared;
  const text = only?.document?.getText();
  if (isDone && only !== undefined && prepared.length === 1 && text !== undefined)
    return writtenAlone(only, text);
  // First what can be read at once: each moment may bring a key.
  const changed = prepared.flatMap((one) => writtenOf(one, isDone));
  const isTyped = prepared.some(({ document, version }) => document !== null && document.version !== version);
  const made = await Promise.all(prepared.map((one) => madeOf(one, isDone)));
  const written = [...changed, ...made.flatMap((one) => (one === null || one === 'other' ? [] : [one]))];
  if (written.length > 0) return { kind: 'written', files: written };
  if (prepared.length > 1) return isTyped ? typedMeanwhile(prepared) : { kind: 'discarded' };
  if (isTyped || made.includes('other')) return 'again';
  return {
    kind: 'unwritable',
    message: `VS Code refused to change ${namesOf(prepared)}: it may be read-only here.`,
  };
}

/** What one document has of its change, with the version where nothing else came in. */
function writtenOf({ change, document, version }: PreparedChange, isDone: boolean): WrittenFile[] {
  if (document === null) return [];
  if (!isDone && document.getText() !== change.after) return [];
  const written = writtenIn(document, change, version);
  return written === null ? [] : [written];
}

/** What a document has of a change that it was to have; null for nothing. `version`: that of the document before it. */
export function writtenIn(
  document: vscode.TextDocument,
  change: FileChange,
  version: number,
): WrittenFile | null {
  const now = document.getText();
  const taken = takenChange(change, now);
  if (taken === null) return null;
  const isAlone = now === taken.after && document.version === version + 1;
  return { uri: document.uri, change: taken, version: isAlone ? document.version : null };
}

/** The file that was made; `other`: one is there, but somebody else made it. Null: none, or it is no new one. */
async function madeOf(
  { uri, change, document }: PreparedChange,
  isDone: boolean,
): Promise<WrittenFile | 'other' | null> {
  if (document !== null || !(await isThere(uri))) return null;
  const isOurs = isDone || new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) === change.after;
  return isOurs ? { uri, change, version: null } : 'other';
}

/**
 * The preview was discarded, or VS Code refused to write what it showed, which it does once a key was typed in one of
 * the files; it does not say which. What still fits can be shown again.
 */
function typedMeanwhile(prepared: readonly PreparedChange[]): Refused {
  const message = 'Nothing was written: the code was changed while the preview was open.';
  const fits = prepared.every(({ change, document }) => {
    return document === null || !('code' in rebaseChange(change, document.getText()));
  });
  return { kind: fits ? 'unwritable' : 'conflict', message };
}

/** One document was changed. A key or a formatter may have come after it already: then it has to be in all the same. */
function writtenAlone(prepared: PreparedChange, now: string): Applied {
  const { uri, change } = prepared;
  if (now === change.after) return { kind: 'written', files: writtenOf(prepared, true) };
  if (holds(now, change)) return { kind: 'written', files: [{ uri, change, version: null }] };
  return {
    kind: 'unwritable',
    message: `${change.path} was changed, but not as it was shown: look at it, and take it back with the editor's own undo.`,
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
