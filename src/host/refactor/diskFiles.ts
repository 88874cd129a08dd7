import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { RefactorFiles } from '../../core/refactor/ports.ts';
import type { RefactorFile } from '../../core/refactor/types.ts';
import { decodeText } from '../../disk/textFile.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import type { HostChatWorkspace } from '../chat/workspacePort.ts';

export interface DiskFilesParts {
  readonly workspace: Pick<HostChatWorkspace, 'absolute' | 'relative'>;
  readonly client: Pick<WorkspaceClient, 'excluded'>;
  /** Absolute paths of the workspace's folders. */
  readonly folders: readonly string[];
}

/** The workspace's files as they are on the disk; what is excluded from the index, or leads out of the folders, is forbidden. */
export function diskFiles({ workspace, client, folders }: DiskFilesParts): RefactorFiles {
  return {
    async read(written) {
      const file = workspace.absolute(written);
      if (file === null) return 'forbidden';
      const excluded = await client.excluded(file);
      if (excluded !== null && excluded.reason !== 'no-file') return 'forbidden';
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable');
      if (bytes === 'ENOENT' || bytes === 'ENOTDIR')
        return (await staysInside(file, folders)) ? null : 'forbidden';
      if (typeof bytes === 'string' || !(await staysInside(file, folders))) return 'forbidden';
      const decoded = decodeText(bytes);
      const where = workspace.relative(file) ?? written;
      return decoded === null ? 'forbidden' : fileAt(where, decoded.text);
    },
  };
}

/** A file whose language its extension tells. */
export function fileAt(written: string, text: string): RefactorFile {
  return { path: written, text, language: path.extname(written).slice(1).toLowerCase() };
}

/** Whether a path, or the deepest of its folders that exists, lies in one of the folders, links followed. */
async function staysInside(file: string, folders: readonly string[]): Promise<boolean> {
  const real = await realpath(file).catch(() => null);
  if (real === null) {
    const above = path.dirname(file);
    return above !== file && (await staysInside(above, folders));
  }
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return roots.some(
    (root) => real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep),
  );
}
