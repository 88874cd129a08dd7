import path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../core/text/bytes.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import type { ModelRow } from '../../host/models/modelRows.ts';
import { fetchText, useChoices } from './choices.ts';
import { rowActions, rowIcon, type RowAction } from './rowActions.ts';
import { rowDescription, rowLabel } from './rowText.ts';

/** What a list of rows to pick from asks for. */
export interface Question {
  readonly title: string;
  readonly action: RowAction;
  /** What to say where no row allows it. */
  readonly none: string;
}

interface RowItem extends vscode.QuickPickItem {
  readonly row: ModelRow;
}

/** Asks for one of the rows that allow an action; undefined where the question was dismissed. */
export async function pickRow(
  rows: readonly ModelRow[],
  { title, action, none }: Question,
): Promise<ModelRow | undefined> {
  const items = rows.filter((row) => rowActions(row).includes(action)).map(rowItem);
  if (items.length === 0) {
    await vscode.window.showInformationMessage(`Hearth: ${none}`);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: `Hearth: ${title}`,
    matchOnDescription: true,
  });
  return picked?.row;
}

/** What is to be fetched. */
export type Wanted = { readonly row: ModelRow } | { readonly address: string };

/** Asks what to fetch: a row of the catalogue, or what an address leads to. */
export async function pickDownload(rows: readonly ModelRow[]): Promise<Wanted | undefined> {
  // First: below a long list nobody finds it.
  const address = { label: '$(link) From an Address…', detail: 'A GGUF file, or a Hugging Face repository' };
  const items = rows
    .filter((row) => rowActions(row).includes('pull'))
    .map((row) => ({ ...rowItem(row), detail: fetchText(row) }));
  const heading = { label: 'Available', kind: vscode.QuickPickItemKind.Separator };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem | RowItem>(
    [address, ...(items.length === 0 ? [] : [heading]), ...items],
    {
      title: 'Hearth: Download a Model',
      placeHolder: 'What you pick is downloaded from the host that its entry names',
      matchOnDescription: true,
    },
  );
  if (picked === undefined) return undefined;
  return 'row' in picked ? { row: picked.row } : askAddress();
}

/** Asks for an address to fetch from. */
export async function askAddress(): Promise<{ address: string } | undefined> {
  const address = await vscode.window.showInputBox({
    title: 'Hearth: Download a Model',
    prompt: 'The address of a GGUF file, or of a Hugging Face repository. It is downloaded from there.',
    placeHolder: 'https://huggingface.co/owner/repository',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'Enter an address.' : undefined),
  });
  return address === undefined ? undefined : { address: address.trim() };
}

/** Asks for a file to import. */
export async function askFile(): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Hearth: Import a Model',
      openLabel: 'Import',
      canSelectMany: false,
      filters: { 'GGUF models': ['gguf'], 'All files': ['*'] },
    })) ?? [];
  return uri?.fsPath;
}

/** Asks whether a file is to be copied into Hearth's folder; undefined where the question was dismissed. */
export async function askCopy(file: string): Promise<boolean | undefined> {
  const bytes = await vscode.workspace.fs.stat(vscode.Uri.file(file)).then(
    ({ size }) => ` (${formatBytes(size)})`,
    // What is wrong with the file is said when it is imported.
    () => '',
  );
  const items = [
    { label: 'Use It Where It Lies', detail: 'Nothing is written. It must stay where it is.', copy: false },
    {
      label: `Copy It into Hearth's Folder${bytes}`,
      detail: 'The copy is Hearth’s own: it can be deleted here.',
      copy: true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: `Hearth: Import ${path.basename(file)}` });
  return picked?.copy;
}

/** Asks what a model is to be used for; undefined where it is for nothing yet. */
export async function askUse(row: ModelRow): Promise<readonly ModelRole[] | undefined> {
  const uses: { label: string; roles?: readonly ModelRole[] }[] = useChoices(row);
  if (uses.length === 0) return undefined;
  const picked = await vscode.window.showQuickPick([...uses, { label: 'Not Yet' }], {
    title: `Hearth: ${rowLabel(row)}`,
    placeHolder: 'What is it to be used for?',
  });
  return picked?.roles;
}

/** Asks before a file is deleted. */
export async function confirmDelete(row: ModelRow): Promise<boolean> {
  const size = row.bytes === null ? '' : ` (${formatBytes(row.bytes)})`;
  const used =
    row.inUse.length === 0
      ? ''
      : `\n\nIt is in use for ${row.inUse.join(' and ')}: the default model takes its place.`;
  const answer = await vscode.window.showWarningMessage(
    `Delete ${rowLabel(row)}?`,
    { modal: true, detail: `${row.path ?? row.key}${size} is deleted from this disk.${used}` },
    'Delete',
  );
  return answer === 'Delete';
}

function rowItem(row: ModelRow): RowItem {
  return {
    label: rowLabel(row).replaceAll('$(', '$ ('),
    description: rowDescription(row),
    iconPath: new vscode.ThemeIcon(rowIcon(row).id),
    row,
  };
}
