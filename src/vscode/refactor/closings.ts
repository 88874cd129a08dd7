import * as vscode from 'vscode';
import type { Timers } from '../timers.ts';
import { isThere } from './applying.ts';
import type { RefactorRun } from './run.ts';
import { isWritten } from '../../core/refactor/lifecycle.ts';
import { isSame, nameOf } from '../uris.ts';
import { movedMs, tabsWhere } from './tabs.ts';

/**
 * Tells refactors when their document is gone. A document is closed when the user closes its last tab, whenever VS Code
 * lets go of it, or when its file is deleted; one that no tab ever showed is opened again.
 */
export class Closings implements vscode.Disposable {
  readonly #runs: () => readonly RefactorRun[];
  readonly #timers: Timers;
  readonly #subscriptions: vscode.Disposable[];
  /** Addresses of documents that some tab has shown. */
  readonly #seen = new Set<string>();
  readonly #watchers = new Map<string, vscode.Disposable>();

  constructor(runs: () => readonly RefactorRun[], timers: Timers) {
    this.#runs = runs;
    this.#timers = timers;
    this.#subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsChanged(closed)),
      // A change of language closes a document for a moment, too.
      vscode.workspace.onDidCloseTextDocument((document) => setImmediate(() => void this.#closed(document))),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.#deleted(uri);
      }),
    ];
  }

  /** Begins to care for the document of a refactor. */
  watch({ document: { uri } }: RefactorRun): void {
    this.#look();
    const address = uri.toString();
    if (uri.scheme !== 'file' || this.#watchers.has(address)) return;
    const folder = vscode.Uri.joinPath(uri, '..');
    const name = nameOf(uri).replace(/[[\]{}*?]/g, '[$&]');
    const pattern = new vscode.RelativePattern(folder, name);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, true, true, false);
    const heard = watcher.onDidDelete(() => this.#deleted(uri));
    this.#watchers.set(address, vscode.Disposable.from(watcher, heard));
  }

  /** Lets go of all documents that no refactor is about any more. */
  forget(): void {
    const held = new Set(this.#runs().map(({ document }) => document.uri.toString()));
    for (const [address, watcher] of this.#watchers)
      if (!held.has(address)) {
        watcher.dispose();
        this.#watchers.delete(address);
      }
    for (const address of this.#seen) if (!held.has(address)) this.#seen.delete(address);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }

  #of(uri: vscode.Uri): readonly RefactorRun[] {
    return this.#runs().filter(({ document }) => isSame(document.uri, uri));
  }

  #look(): void {
    for (const { document } of this.#runs())
      if (hasTab(document.uri)) this.#seen.add(document.uri.toString());
  }

  #tabsChanged(closed: readonly vscode.Tab[]): void {
    this.#look();
    const uris = closed.flatMap((tab) => urisOf(tab)).filter((uri) => this.#of(uri).length > 0);
    if (uris.length === 0) return;
    this.#timers.after(movedMs, () => {
      for (const uri of uris) if (!hasTab(uri)) this.#tabClosed(uri);
    });
  }

  /** What is written is in, whether it is looked at or not: only the document's own end ends that. */
  #tabClosed(uri: vscode.Uri): void {
    for (const run of this.#of(uri)) if (!isWritten(run.state)) run.documentGone();
  }

  async #closed(document: vscode.TextDocument): Promise<void> {
    if (!document.isClosed) return;
    for (const run of this.#runs().filter((one) => one.document === document)) {
      const isSeen = this.#seen.has(document.uri.toString());
      const again = isSeen && !hasTab(document.uri) ? null : await reopened(document.uri);
      if (again === null) run.documentGone();
      else run.reopened(again);
    }
  }

  #deleted(uri: vscode.Uri): void {
    if (this.#of(uri).length === 0) return;
    this.#timers.after(movedMs, () => {
      void isThere(uri).then((there) => {
        if (!there) for (const run of this.#of(uri)) run.documentGone();
      });
    });
  }
}

function hasTab(uri: vscode.Uri): boolean {
  return tabsWhere((tab) => urisOf(tab).some((one) => isSame(one, uri))).length > 0;
}

function urisOf({ input }: vscode.Tab): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  return [];
}

/** The same document once more; null where it can't be had. What was never saved would come back empty. */
async function reopened(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  if (uri.scheme === 'untitled') return null;
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
}
