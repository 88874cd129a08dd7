import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, readFailure } from './errors.ts';

/** A place that could not be looked at, and why, in one sentence about "it". */
export interface WalkProblem {
  readonly path: string;
  readonly problem: string;
}

/** What was found below a folder, in the order of the paths. */
export interface Walked {
  /** Absolute paths below the root as it was given, links not resolved. */
  readonly files: readonly string[];
  readonly problems: readonly WalkProblem[];
}

/** How far to look. */
export interface WalkLimits {
  /** Folders below the root that are entered, one inside the other. */
  readonly maxDepth: number;
  /** Names that are looked at in all; more are left out, and said so. */
  readonly maxEntries: number;
}

/**
 * The files below a folder whose names `accept` takes. Links are followed, each folder is entered once however many
 * lead to it, and names that begin with a dot and `node_modules` are passed over, as is anything that is neither file
 * nor folder. A root that is not there gives nothing. Never throws.
 */
export async function walk(
  root: string,
  accept: (name: string) => boolean,
  limits: WalkLimits,
): Promise<Walked> {
  const files: string[] = [];
  const problems: WalkProblem[] = [];
  const entered = new Set<string>();
  let left = limits.maxEntries;
  const queue = [{ folder: root, depth: 0 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { folder, depth } = next;
    try {
      const real = await realpath(folder);
      if (entered.has(real)) continue;
      entered.add(real);
      const { entries, complete } = await entriesOf(folder, left);
      left -= entries.length;
      for (const entry of entries) {
        const at = path.join(folder, entry.name);
        const kind = await kindOf(entry, at);
        if (kind === 'folder' && depth < limits.maxDepth) queue.push({ folder: at, depth: depth + 1 });
        else if (kind === 'file' && accept(entry.name)) files.push(at);
      }
      if (!complete) {
        problems.push({
          path: root,
          problem: `It holds more than ${limits.maxEntries} files, and the rest was not looked at: name the folder that holds the models.`,
        });
        break;
      }
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) {
        problems.push({ path: folder, problem: readFailure(error).message });
      }
    }
  }
  return { files: files.sort(), problems };
}

/** At most `limit` entries of a folder, in the order of their names, and whether these are all. */
async function entriesOf(folder: string, limit: number): Promise<{ entries: Dirent[]; complete: boolean }> {
  const entries: Dirent[] = [];
  let complete = true;
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    complete = entries.length < limit;
    if (!complete) break;
    entries.push(entry);
  }
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), complete };
}

/** What an entry leads to. A link to nothing counts as a file: whoever looks at it will say what is wrong. */
async function kindOf(entry: Dirent, at: string): Promise<'file' | 'folder' | 'special'> {
  const known = (facts: { isFile(): boolean; isDirectory(): boolean }): 'file' | 'folder' | 'special' =>
    facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'special';
  // Some file systems name no type, and a link's own type says nothing.
  if (known(entry) !== 'special') return known(entry);
  return stat(at).then(known, () => 'file');
}
