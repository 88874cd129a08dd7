import { realpathSync } from 'node:fs';
import path from 'node:path';

/** A document's address, as an editor has it. */
export interface DocumentAddress {
  readonly scheme: string;
  /** Its path in the system's own way of writing. */
  readonly fsPath: string;
}

/** What knows the paths of the workspace. */
export interface RelativePaths {
  /** The path of a file; null for one outside of the workspace. */
  relative(file: string): string | null;
}

/**
 * The paths by which a document's text is judged before it leaves this machine: its own in the workspace, or the
 * absolute one outside of it; and that of the file which a link leads to. None for what has no path, as a new document.
 * `folders`: the workspace's, as they are opened.
 */
export function judgedPaths(
  { scheme, fsPath }: DocumentAddress,
  paths: RelativePaths,
  folders: readonly string[],
): readonly string[] {
  if (!path.isAbsolute(fsPath)) return [];
  const written = (file: string): string => paths.relative(file) ?? file.split(path.sep).join('/');
  const own = written(fsPath);
  if (scheme !== 'file') return [own];
  const real = written(openedAs(realOf(fsPath), folders));
  return plainName(real) === plainName(own) ? [own] : [own, real];
}

/** The disk may write a name in other letters than whoever asks for it, and mean the same. */
function plainName(file: string): string {
  return file.normalize('NFC').toLowerCase();
}

/** A file of a folder that is itself reached by a link, as it lies in the folder that was opened. */
function openedAs(real: string, folders: readonly string[]): string {
  for (const folder of folders) {
    const root = realOf(folder);
    if (real.startsWith(root + path.sep)) return path.join(folder, real.slice(root.length));
  }
  return real;
}

function realOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    // It is not there yet, or can't be asked for: then its name is all that there is.
    return file;
  }
}
