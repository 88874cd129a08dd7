import type { Exclusion, ExclusionReason } from '../core/index/exclusions.ts';
import type { IndexFacts } from '../core/context/report.ts';
import { FolderIndex } from './folderIndex.ts';
import type { Parsers } from './parsers.ts';
import type { IndexedFolder, IndexProgress } from './protocol.ts';
import { relativeTo } from './relativePath.ts';
import { SnapshotStore } from './snapshotStore.ts';
import { sentenceOf } from '../core/text/sentence.ts';

export interface WorkspaceIndexOptions {
  readonly parsers: Parsers;
  /** Folder of the grammars and queries of this build. */
  readonly grammarsFolder: string;
  readonly openText: (folder: string, path: string) => string | null;
  readonly onProgress: (progress: IndexProgress) => void;
  readonly log: (message: string) => void;
}

/** The indexes of all folders of a workspace. */
export class WorkspaceIndex {
  readonly #options: WorkspaceIndexOptions;
  readonly #folders = new Map<string, FolderIndex>();
  #settings = new Map<string, string>();
  #reported = '';

  constructor(options: WorkspaceIndexOptions) {
    this.#options = options;
  }

  /** Indexes exactly these folders from now on. Folders that stay with the same settings stay as they are. */
  setFolders(folders: readonly IndexedFolder[], snapshots: string | null): void {
    const wanted = new Map(
      folders.map((folder) => [folder.path, JSON.stringify([folder.exclude, snapshots])]),
    );
    for (const [folder, index] of this.#folders) {
      if (wanted.get(folder) === this.#settings.get(folder)) continue;
      index.dispose();
      this.#folders.delete(folder);
    }
    this.#settings = wanted;
    for (const { path: folder, exclude } of folders) {
      if (this.#folders.has(folder)) continue;
      const { parsers, openText, log, grammarsFolder } = this.#options;
      const index = new FolderIndex({
        folder,
        exclude,
        parsers,
        snapshots: snapshots === null ? null : new SnapshotStore(snapshots, grammarsFolder, log),
        openText: (file) => openText(folder, file),
        onProgress: () => this.#report(),
      });
      this.#folders.set(folder, index);
      index.start().catch((error: unknown) => log(failedTo('read', folder, error)));
    }
    this.#report();
  }

  /** Absolute paths of the folders that are indexed. */
  get folders(): string[] {
    return [...this.#settings.keys()];
  }

  /** The index of a folder; null where it is not indexed. */
  folder(folder: string): FolderIndex | null {
    return this.#folders.get(folder) ?? null;
  }

  /** Changes when what was shown of a folder may be gone, or when its index is complete. */
  epoch(folder: string): string {
    const index = this.#folders.get(folder);
    if (index === undefined) return '';
    const { state, removals } = index;
    // While the folder is read for the first time, again each time as much is known as before.
    const size = state === 'reading' ? Math.floor(Math.log2(1 + index.index.size)) : 0;
    return `${state} ${removals} ${size}`;
  }

  /** Something happened to these absolute paths on the disk. */
  disk(paths: readonly string[]): void {
    for (const [folder, index] of this.#folders) {
      const inside = paths.flatMap((file) => relativeTo(folder, file) ?? []);
      if (inside.length === 0) continue;
      index.changed(inside).catch((error: unknown) => this.#options.log(failedTo('follow', folder, error)));
    }
  }

  /** Why an absolute path is no source of context; null: it is one, or would be if it existed. */
  async exclusion(file: string): Promise<Exclusion | null> {
    // The innermost folder has the say.
    const folders = [...this.#folders.keys()].sort((a, b) => b.length - a.length);
    for (const folder of folders) {
      const relative = relativeTo(folder, file);
      if (relative !== null) return this.#folders.get(folder)?.exclusion(relative) ?? null;
    }
    return { reason: 'outside', detail: `${file} is in none of the folders that are indexed` };
  }

  cancel(): void {
    for (const index of this.#folders.values()) index.cancel();
  }

  /** Resolves when everything that was to be read is read. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#folders.values()].map((index) => index.idle()));
  }

  /** What the index of a folder holds. */
  facts(folder: string): IndexFacts {
    const index = this.#folders.get(folder);
    if (index === undefined) return { files: 0, complete: false, excluded: {} };
    const excluded: Partial<Record<ExclusionReason, number>> = index.excluded;
    return { files: index.index.size, complete: index.state === 'ready', excluded };
  }

  dispose(): void {
    for (const index of this.#folders.values()) index.dispose();
    this.#folders.clear();
  }

  #report(): void {
    const folders = [...this.#folders.values()];
    const sum = (of: (index: FolderIndex) => number): number =>
      folders.reduce((total, one) => total + of(one), 0);
    const progress: IndexProgress = {
      state: folders.some(({ state }) => state === 'reading')
        ? 'reading'
        : folders.some(({ state }) => state === 'cancelled')
          ? 'cancelled'
          : 'ready',
      done: sum(({ progress: { done } }) => done),
      total: sum(({ progress: { total } }) => total),
    };
    // A message for each of many files would take longer than reading them.
    const step = Math.max(1, Math.floor(progress.total / 100));
    const key = `${progress.state} ${Math.floor(progress.done / step)} ${progress.total}`;
    if (key === this.#reported) return;
    this.#reported = key;
    this.#options.onProgress(progress);
  }
}

function failedTo(what: string, folder: string, error: unknown): string {
  const why = sentenceOf(error);
  return `The index could not ${what} ${folder}: ${why}`;
}
