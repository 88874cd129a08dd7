import type { Place } from '../../core/chat/context.ts';
import type { ChatWorkspace } from '../../core/chat/ports.ts';
import { FolderNames } from '../../workspace/chat/folderNames.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';

/** The workspace for the chat, and how its paths are related to those of the disk. */
export interface HostChatWorkspace extends ChatWorkspace {
  /** The absolute path of a path as the chat writes it; null for one that leads out of the workspace. */
  absolute(path: string): string | null;
  /** How the chat writes an absolute path; null outside of the workspace. */
  relative(absolutePath: string): string | null;
}

export interface WorkspacePortOptions {
  /** Absolute paths of the folders that the client indexes now. */
  readonly folders: () => readonly string[];
  /** Whether answers wait until the index is complete, as a program wants it. */
  readonly wait?: boolean;
}

/** The chat's questions, asked of the workspace worker. */
export function chatWorkspace(
  client: Pick<WorkspaceClient, 'ask'>,
  { folders, wait = false }: WorkspacePortOptions,
): HostChatWorkspace {
  return {
    retrieve: ({ scopes, known, ...query }) =>
      client.ask({ kind: 'retrieve', ...query, scopes: [...scopes], known: known.map(placeOf) }, wait),
    map: ({ focus, ...query }) => client.ask({ kind: 'map', ...query, focus: [...focus] }, wait),
    findSymbols: (name, limit) => client.ask({ kind: 'findSymbols', name, limit }, wait),
    findPaths: (query, limit) => client.ask({ kind: 'findPaths', query, limit }, wait),
    references: (name, limit) => client.ask({ kind: 'references', name, limit }, wait),
    search: (text, scope, limit) => client.ask({ kind: 'search', text, scope, limit }, wait),
    read: (path, startLine, endLine) => client.ask({ kind: 'read', path, startLine, endLine }, wait),
    check: (places) => client.ask({ kind: 'check', places: places.map(placeOf) }, wait),
    absolute: (path) => new FolderNames(folders()).absolute(path),
    relative: (absolutePath) => new FolderNames(folders()).relative(absolutePath),
  };
}

/** A place alone: what is found may carry its text too, and that need not travel. */
function placeOf({ path, startLine, endLine }: Place): Place {
  return { path, startLine, endLine };
}
