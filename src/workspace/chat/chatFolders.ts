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

/** The workspace as it is when a question comes. */
export class ChatFolders {
  readonly names: FolderNames;
  readonly all: readonly ChatFolder[];

  constructor(index: WorkspaceIndex) {
    this.names = new FolderNames(index.folders);
    this.all = index.folders.flatMap((folder): ChatFolder[] => {
      const files = index.folder(folder);
      if (files === null) return [];
      const prefix = this.names.prefixOf(folder);
      return [{ files, index: files.index, prefix, owns: (path) => this.names.owns(folder, path) }];
    });
  }

  /** The present text of a file; null where there is none, or it is left out. */
  async textOf(written: string): Promise<{ path: string; text: string } | null> {
    const found = this.names.find(written);
    const folder = this.all.find(({ files }) => files.folder === found?.folder);
    if (found === null || folder === undefined) return null;
    const text = await folder.files.present(found.path);
    return text === null ? null : { path: `${folder.prefix}${found.path}`, text };
  }

  /** Takes steps that need a folder's index as it is to their end, with pauses. */
  readonly run = async <T>(folder: AskedFolder, steps: () => Generator<void, T, void>): Promise<T> => {
    // The words of the names only ever grow, whatever happens to the files.
    await inTurns(searched(folder.index));
    const work = (): Promise<T> => onSteadyIndex(folder.index, steps);
    const own = this.all.find((one) => one.prefix === folder.prefix);
    return own === undefined ? work() : own.files.hold(work);
  };

  /** The present text of a file of a folder; null where there is none, or it is left out. */
  readonly read = async (folder: AskedFolder, path: string): Promise<string | null> => {
    const own = this.all.find((one) => one.prefix === folder.prefix);
    return own === undefined ? null : own.files.present(path);
  };
}
