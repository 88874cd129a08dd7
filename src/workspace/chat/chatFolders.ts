import type { AskedFolder } from '../../core/chat/retrieval/rankFolder.ts';
import { searched } from '../../core/chat/retrieval/searchedIndex.ts';
import type { FolderIndex } from '../folderIndex.ts';
import { inTurns, onSteadyIndex } from '../turns.ts';
import type { WorkspaceIndex } from '../workspaceIndex.ts';
import { FolderNames } from './folderNames.ts';

/** A folder of the workspace for one question: its index, and where its texts come from. */
export interface ChatFolder extends AskedFolder {
  readonly files: FolderIndex;
}

/**
 * The workspace as it is when a question comes. What is asked of it rejects at the next pause when nobody waits for the
 * answer any more.
 */
export class ChatFolders {
  readonly names: FolderNames;
  readonly all: readonly ChatFolder[];
  readonly #signal: AbortSignal;

  constructor(index: WorkspaceIndex, signal: AbortSignal) {
    this.#signal = signal;
    this.names = new FolderNames(index.folders);
    this.all = index.folders.flatMap((folder): ChatFolder[] => {
      const files = index.folder(folder);
      if (files === null) return [];
      const prefix = this.names.prefixOf(folder);
      return [{ files, index: files.index, prefix, owns: this.names.ownedBy(folder) }];
    });
  }

  /** The present text of a file; null where there is none, or it is left out. */
  async textOf(written: string): Promise<{ path: string; text: string } | null> {
    const found = this.names.find(written);
    const folder = this.all.find(({ files }) => files.folder === found?.folder);
    if (found === null || folder === undefined) return null;
    const text = await this.read(folder, found.path);
    return text === null ? null : { path: `${folder.prefix}${found.path}`, text };
  }

  /** The written path of the file that a link leads to; null for no link. */
  async linkTarget(written: string): Promise<string | null> {
    const found = this.names.find(written);
    const folder = this.all.find(({ files }) => files.folder === found?.folder);
    if (found === null || folder === undefined) return null;
    const target = await folder.files.linkTarget(found.path);
    return target === null ? null : `${folder.prefix}${target}`;
  }

  /** Learns the words of all names, before steps that need them: these only ever grow, whatever happens to the files. */
  async learnWords(): Promise<void> {
    for (const { index } of this.all) await inTurns(searched(index), this.#signal);
  }

  /** Takes steps that need a folder's index as it is to their end, with pauses. */
  readonly run = async <T>(folder: AskedFolder, steps: () => Generator<void, T, void>): Promise<T> => {
    const work = (): Promise<T> => onSteadyIndex(folder.index, steps, this.#signal);
    const own = this.all.find((one) => one.prefix === folder.prefix);
    return own === undefined ? work() : own.files.hold(work);
  };

  /** What such steps give for each folder. */
  async fromEach<T>(steps: (folder: ChatFolder) => Generator<void, readonly T[], void>): Promise<T[]> {
    const found: T[] = [];
    for (const folder of this.all)
      for (const one of await this.run(folder, () => steps(folder))) found.push(one);
    return found;
  }

  /** The present text of a file of a folder; null where there is none, or it is left out. */
  readonly read = async (folder: AskedFolder, path: string): Promise<string | null> => {
    this.#signal.throwIfAborted();
    const own = this.all.find((one) => one.prefix === folder.prefix);
    return own === undefined ? null : own.files.present(path);
  };
}
