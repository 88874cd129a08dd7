import { mkdirSync, watch } from 'node:fs';
import * as vscode from 'vscode';
import { placeLabel } from '../../core/chat/placeText.ts';
import type { LedgerEntry } from '../../core/network/ledger.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import type { NetworkLedger } from '../../host/network/networkLedger.ts';
import { Batches } from '../models/batches.ts';
import { systemTimers } from '../timers.ts';
import {
  childrenOf,
  days,
  type DayNode,
  type EntryNode,
  type NetworkNode,
  type PlaceNode,
} from './networkTree.ts';
import {
  dayDescription,
  entryDescription,
  entryIcon,
  entryLabel,
  entrySpeech,
  entryTooltip,
  placeDescription,
  placeSpeech,
} from './networkText.ts';

/** Its id, to which VS Code's own commands for it add theirs. */
export const networkViewId = 'hearth.network';
/** Opens a place of an entry; its arguments are those of `NetworkCommands.open`. */
export const openPlaceCommand = 'hearth.network.open';

/** The list is shown anew at most so often, in milliseconds. */
const refreshMs = 500;

/** The ledger in Hearth's part of the side bar, the newest requests first. Reads it while it is seen. */
export class NetworkView implements vscode.TreeDataProvider<NetworkNode>, vscode.Disposable {
  readonly #ledger: NetworkLedger;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<NetworkNode>;
  readonly #batches = new Batches(systemTimers, refreshMs, () => this.#refresh());
  readonly #subscriptions: vscode.Disposable[];
  /** Ends the watch over what other windows write. */
  #unwatch: (() => void) | null = null;

  constructor(ledger: NetworkLedger) {
    this.#ledger = ledger;
    this.#view = vscode.window.createTreeView(networkViewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#view,
      this.#changed,
      this.#view.onDidChangeVisibility(() => this.#refresh()),
      new vscode.Disposable(ledger.onChange(() => this.refresh())),
    ];
  }

  /** Shows what is written now, soon. */
  refresh(): void {
    if (this.#view.visible) this.#batches.add('');
  }

  /** Says beside the title whether Hearth is offline. */
  offline(offline: boolean): void {
    this.#view.description = offline ? 'offline' : '';
  }

  getTreeItem(node: NetworkNode): vscode.TreeItem {
    switch (node.kind) {
      case 'day':
        return dayItem(node);
      case 'entry':
        return entryItem(node);
      case 'place':
        return placeItem(node);
      case 'more':
        return moreItem(node.count);
    }
  }

  async getChildren(node?: NetworkNode): Promise<NetworkNode[]> {
    return node === undefined ? days(await this.#entries(), new Date()) : childrenOf(node);
  }

  dispose(): void {
    this.#batches.dispose();
    this.#unwatch?.();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #entries(): Promise<readonly LedgerEntry[]> {
    try {
      const entries = await this.#ledger.entries();
      this.#say(undefined);
      return entries;
    } catch (error) {
      this.#say(`The list in ${this.#ledger.folder} can't be read: ${sentenceOf(error)}`);
      return [];
    }
  }

  #say(message: string | undefined): void {
    if (this.#view.message !== message) this.#view.message = message;
  }

  #refresh(): void {
    if (!this.#view.visible) {
      this.#unwatch?.();
      this.#unwatch = null;
      return;
    }
    this.#unwatch ??= this.#watch();
    this.#changed.fire(undefined);
  }

  /** Null where that can't be; what this window writes is told by the ledger. */
  #watch(): (() => void) | null {
    try {
      mkdirSync(this.#ledger.folder, { recursive: true, mode: 0o700 });
      const watcher = watch(this.#ledger.folder, { persistent: false }, () => this.refresh());
      watcher.on('error', () => undefined);
      return () => watcher.close();
    } catch {
      return null;
    }
  }
}

function dayItem({ id, label, entries }: DayNode): vscode.TreeItem {
  const today = label === 'Today';
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, today ? Expanded : Collapsed);
  item.id = `day ${id}`;
  item.description = dayDescription(entries);
  item.contextValue = 'day';
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

function entryItem({ entry }: EntryNode): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const hasPlaces = (entry.about?.places ?? []).length > 0;
  const item = new vscode.TreeItem(entryLabel(entry), hasPlaces ? Collapsed : None);
  const { id, color } = entryIcon(entry);
  item.id = `entry ${entry.id}`;
  item.description = entryDescription(entry);
  item.iconPath = new vscode.ThemeIcon(id, color === null ? undefined : new vscode.ThemeColor(color));
  item.tooltip = new vscode.MarkdownString(entryTooltip(entry));
  item.contextValue = 'entry';
  item.accessibilityInformation = { label: entrySpeech(entry) };
  return item;
}

function placeItem({ entry, place, index }: PlaceNode): vscode.TreeItem {
  const item = new vscode.TreeItem(placeLabel(place));
  item.id = `place ${entry.id} ${index}`;
  item.description = placeDescription(place);
  item.iconPath = new vscode.ThemeIcon('file-code');
  item.contextValue = 'place';
  item.command = { title: 'Open', command: openPlaceCommand, arguments: [place, entry.workspace] };
  item.accessibilityInformation = { label: placeSpeech(place), role: 'link' };
  return item;
}

function moreItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(`${count.toLocaleString('en')} more, which an export has too`);
  item.contextValue = 'more';
  return item;
}
