import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../engine/client.ts';
import type { IndexOptions, WorkspaceClient } from '../workspace/client.ts';
import type { IndexedFolder, IndexProgress } from '../workspace/protocol.ts';
import { DiskBatch } from './diskBatch.ts';
import { readSettings } from './settings.ts';
import { systemTimers } from './timers.ts';
import { sentenceOf } from '../core/text/sentence.ts';

export interface IndexHostParts {
  readonly workspace: WorkspaceClient;
  readonly engine: EngineClient;
  /** Where the workspace's own data lies; undefined where no folder is open. */
  readonly storage: vscode.Uri | undefined;
  /** Told of every step of the reading; null: nothing is indexed. */
  readonly show: (progress: IndexProgress | null) => void;
}

/** Tells the worker which folders to index and what changes in them on the disk, and follows how far it is. */
export class IndexHost implements vscode.Disposable {
  readonly #parts: IndexHostParts;
  readonly #batch: DiskBatch;
  readonly #subscriptions: vscode.Disposable[];
  readonly #endings: (() => unknown)[];
  #watcher: vscode.Disposable | null = null;
  /** What the worker was told last, to tell it again only when that changes. */
  #told = '';
  #soon: NodeJS.Immediate | undefined;
  #rebuilding = false;
  #progress: IndexProgress | null = null;

  constructor(parts: IndexHostParts) {
    this.#parts = parts;
    const { workspace, engine } = parts;
    this.#batch = new DiskBatch(systemTimers, (paths) => workspace.disk(paths));
    this.#subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hearth') || event.affectsConfiguration('files.exclude'))
          this.refresh();
      }),
      vscode.commands.registerCommand('hearth.cancelIndexing', () => workspace.cancelIndexing()),
      vscode.commands.registerCommand('hearth.rebuildIndex', () => this.#rebuild()),
    ];
    this.#endings = [
      engine.onState(() => this.refresh()),
      workspace.onProgress((progress) => {
        // What is said of nothing says nothing.
        if (this.#told !== '' && !this.#rebuilding) this.#follow(progress);
      }),
    ];
  }

  /** How far the reading is; null: nothing is indexed. */
  get progress(): IndexProgress | null {
    return this.#progress;
  }

  /** Tells the worker what is to be indexed now, after what is going on at present. */
  refresh(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#tell();
    });
  }

  dispose(): void {
    clearImmediate(this.#soon);
    this.#unwatch();
    for (const end of this.#endings) end();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** In a folder of its own, so that all of it can be deleted. */
  get #snapshots(): string | null {
    const { storage } = this.#parts;
    return storage?.scheme === 'file' ? path.join(storage.fsPath, 'index') : null;
  }

  #options(): IndexOptions {
    const { state } = this.#parts.engine;
    return {
      folders: indexedFolders(),
      snapshots: this.#snapshots,
      tokenizer: state.kind === 'ready' ? state.model.fingerprint : null,
    };
  }

  #tell(): void {
    if (this.#rebuilding) return;
    const options = this.#options();
    const nothing = options.folders.length === 0;
    // A worker that was told nothing indexes nothing, and may not even run.
    const key = nothing ? '' : JSON.stringify(options);
    if (key === this.#told) return;
    this.#told = key;
    if (nothing) {
      this.#unwatch();
      this.#follow(null);
    } else this.#watch();
    this.#parts.workspace.index(options);
  }

  /** One watcher sees all folders, those that are added later too; saving a document is seen like any other write. */
  #watch(): void {
    if (this.#watcher !== null) return;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const add = (uri: vscode.Uri): void => {
      if (uri.scheme === 'file') this.#batch.add(uri.fsPath);
    };
    this.#watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(add),
      watcher.onDidChange(add),
      watcher.onDidDelete(add),
    );
  }

  #unwatch(): void {
    this.#batch.clear();
    this.#watcher?.dispose();
    this.#watcher = null;
  }

  #follow(progress: IndexProgress | null): void {
    const reading = progress?.state === 'reading';
    if (reading !== (this.#progress?.state === 'reading'))
      void vscode.commands.executeCommand('setContext', 'hearth.indexing', reading);
    this.#progress = progress;
    this.#parts.show(progress);
  }

  /** Deletes what is saved of the index and reads everything anew. */
  async #rebuild(): Promise<void> {
    if (this.#rebuilding) return;
    const why = whyNothing();
    if (why !== null) {
      await vscode.window.showInformationMessage(`Hearth: ${why}`);
      return;
    }
    this.#rebuilding = true;
    this.#follow(null);
    const { workspace } = this.#parts;
    workspace.index({ ...this.#options(), folders: [], snapshots: null });
    try {
      // Messages are answered in their order: after this one nothing is read or written any more.
      await workspace.excluded('').catch(() => null);
      if (this.#snapshots !== null) await rm(this.#snapshots, { recursive: true, force: true });
    } catch (error) {
      const reason = sentenceOf(error);
      await vscode.window.showErrorMessage(`Hearth: The saved index could not be deleted: ${reason}`);
    } finally {
      this.#rebuilding = false;
      this.#told = '';
      this.#tell();
    }
  }
}

/** A sentence that says why no folder is indexed; null where some are. */
export function whyNothing(): string | null {
  const { settings } = readSettings();
  if (!settings.enable) return 'Hearth is turned off (hearth.enable).';
  if (!settings['context.index'])
    return 'The workspace is not read: the setting hearth.context.index is off.';
  const folders = fileFolders();
  return folders.length > 0 ? null : "No folder of this machine's disk is open, so there is nothing to read.";
}

/** The open folders that lie on this machine's disk. */
export function fileFolders(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

function indexedFolders(): IndexedFolder[] {
  if (whyNothing() !== null) return [];
  return fileFolders().map(({ uri }) => {
    const exclude = vscode.workspace.getConfiguration('files', uri).get<object>('exclude') ?? {};
    // A glob may depend on a sibling (an object in place of `true`): it hides what is source all the same.
    const plain = Object.entries(exclude).filter(
      (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
    );
    return { path: uri.fsPath, exclude: Object.fromEntries(plain) };
  });
}
