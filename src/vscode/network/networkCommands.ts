import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../../core/chat/context.ts';
import { ledgerCsv, ledgerJson } from '../../core/network/exportLedger.ts';
import type { NetworkLedger } from '../../host/network/networkLedger.ts';
import { FolderNames } from '../../workspace/chat/folderNames.ts';
import { Places } from '../chat/places.ts';
import { attempt, say } from '../models/attempt.ts';
import { readSettings } from '../settings.ts';
import { networkViewId, openPlaceCommand, type NetworkView } from './networkView.ts';

export interface NetworkCommandsParts {
  readonly ledger: NetworkLedger;
  readonly view: NetworkView;
  /** Names the open workspace. */
  readonly workspaceId: string | null;
}

/** The commands about the list of requests, and the switch to work offline. */
export class NetworkCommands implements vscode.Disposable {
  readonly #parts: NetworkCommandsParts;
  readonly #subscriptions: vscode.Disposable[];
  #places: Places | null = null;

  constructor(parts: NetworkCommandsParts) {
    this.#parts = parts;
    const commands: Readonly<Record<string, (...args: never[]) => unknown>> = {
      'hearth.showNetwork': () => vscode.commands.executeCommand(`${networkViewId}.focus`),
      'hearth.network.refresh': () => parts.view.refresh(),
      'hearth.network.export': () => this.#export(),
      'hearth.network.clear': () => this.#clear(),
      'hearth.toggleOffline': toggleOffline,
      [openPlaceCommand]: (place: Place, workspace: string | null) => this.#open(place, workspace),
    };
    this.#subscriptions = Object.entries(commands).map(([id, handler]) =>
      vscode.commands.registerCommand(id, handler as (...args: unknown[]) => unknown),
    );
  }

  dispose(): void {
    this.#places?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #export(): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(os.homedir());
    const target = await vscode.window.showSaveDialog({
      title: 'Hearth: Export Network List',
      saveLabel: 'Export',
      defaultUri: vscode.Uri.joinPath(folder, 'hearth-network.json'),
      filters: { JSON: ['json'], 'Comma-separated values': ['csv'] },
    });
    if (target === undefined) return;
    const count = await attempt(async () => {
      const entries = await this.#parts.ledger.entries();
      const csv = path.posix.extname(target.path).toLowerCase() === '.csv';
      const text = csv ? ledgerCsv(entries) : ledgerJson(entries);
      await vscode.workspace.fs.writeFile(target, Buffer.from(text));
      return entries.length;
    });
    if (count === undefined) return;
    say(`${count === 1 ? '1 request was' : `${count} requests were`} exported.`);
  }

  async #clear(): Promise<void> {
    const clear = 'Clear';
    const answer = await vscode.window.showWarningMessage(
      'Clear the list of all requests?',
      { modal: true, detail: "It is the only record of what Hearth has sent. This can't be undone." },
      clear,
    );
    if (answer !== clear) return;
    await attempt(() => this.#parts.ledger.clear());
    this.#parts.view.refresh();
  }

  /** Opens lines of a file that went with a request. */
  async #open(place: Place, workspace: string | null): Promise<void> {
    const problem =
      workspace === this.#parts.workspaceId
        ? await this.#placesHere().open(place.path, place.startLine, place.endLine)
        : `${place.path} belongs to another workspace${workspace === null ? '' : `, ${workspace}`}: open that first.`;
    if (problem !== null) await vscode.window.showInformationMessage(`Hearth: ${problem}`);
  }

  #placesHere(): Places {
    const names = (): FolderNames =>
      new FolderNames(
        (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
          uri.scheme === 'file' ? [uri.fsPath] : [],
        ),
      );
    this.#places ??= new Places({
      absolute: (written) => names().absolute(written),
      relative: (file) => names().relative(file),
    });
    return this.#places;
  }
}

/** A workspace can't set it, so it is always the user's own setting. */
async function toggleOffline(): Promise<void> {
  const offline = !readSettings().settings.offline;
  await vscode.workspace
    .getConfiguration('hearth')
    .update('offline', offline, vscode.ConfigurationTarget.Global);
  say(offline ? 'Offline: no connection is opened.' : 'Online: connections are opened when you ask for one.');
}
