import path from 'node:path';
import { relativeTo } from '../relativePath.ts';

/** A path in one of the workspace's folders. */
export interface PathInFolder {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Below it, with `/`. */
  readonly path: string;
}

/**
 * How paths of the workspace are written in the chat: below the only folder, or with the folder's name first. Folders of
 * the same name have that of the folder above behind a `-`. The same folders get the same names in any order.
 */
export class FolderNames {
  readonly #names: ReadonlyMap<string, string>;
  /** Inner folders before those around them. */
  readonly #innerFirst: readonly string[];

  /** `folders` are absolute. */
  constructor(folders: readonly string[]) {
    this.#names = folders.length > 1 ? distinctNames(folders) : new Map(folders.map((one) => [one, '']));
    this.#innerFirst = folders.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  }

  /** What stands before the paths of a folder: '', or its name and a `/`. */
  prefixOf(folder: string): string {
    const name = this.#names.get(folder) ?? '';
    return name === '' ? '' : `${name}/`;
  }

  /** Tells whether a path below a folder is no other folder's, one that lies inside it. */
  ownedBy(folder: string): (below: string) => boolean {
    const inner = this.#innerFirst.flatMap((other) => {
      const inside = relativeTo(folder, other);
      return inside === null ? [] : [`${inside}/`];
    });
    return (below) => !inner.some((inside) => below.startsWith(inside));
  }

  /** Where a written path leads; null for one that leads out of the workspace, or names no folder of it. */
  find(written: string): PathInFolder | null {
    const absolute = this.absolute(written);
    return absolute === null ? null : this.#place(absolute);
  }

  /** The absolute path; null as for `find`. An absolute path inside the workspace may be written too. */
  absolute(written: string): string | null {
    if (written.includes('\0')) return null;
    if (path.isAbsolute(written)) return this.#place(path.normalize(written)) && path.normalize(written);
    const parts = written
      .split(path.sep === '\\' ? /[\\/]/ : '/')
      .filter((part) => part !== '.' && part !== '');
    if (parts.includes('..') || parts.length === 0) return null;
    for (const [folder, name] of this.#names) {
      if (name === '') return path.join(folder, ...parts);
      if (name === parts[0] && parts.length > 1) return path.join(folder, ...parts.slice(1));
    }
    return null;
  }

  /** How an absolute path is written; null outside of the workspace. */
  relative(absolute: string): string | null {
    const place = this.#place(absolute);
    return place === null ? null : `${this.prefixOf(place.folder)}${place.path}`;
  }

  #place(absolute: string): PathInFolder | null {
    for (const folder of this.#innerFirst) {
      const below = relativeTo(folder, absolute);
      if (below !== null) return { folder, path: below };
    }
    return null;
  }
}

function distinctNames(folders: readonly string[]): Map<string, string> {
  const depths = new Map(folders.map((folder) => [folder, 1]));
  const deepest = Math.max(...folders.map((folder) => partsOf(folder).length));
  for (let round = 0; round <= deepest; round += 1) {
    const same = Map.groupBy(folders, (folder) => nameAt(folder, depths.get(folder) ?? 1));
    const clashes = [...same.values()].filter((some) => some.length > 1).flat();
    for (const folder of clashes) depths.set(folder, (depths.get(folder) ?? 1) + 1);
    if (clashes.length === 0) break;
  }
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const folder of folders.toSorted()) {
    const name = nameAt(folder, depths.get(folder) ?? 1);
    let own = name;
    for (let next = 2; taken.has(own); next += 1) own = `${name}-${next}`;
    taken.add(own);
    names.set(folder, own);
  }
  return names;
}

/** A folder's last parts, the last one first. */
function nameAt(folder: string, depth: number): string {
  return partsOf(folder).slice(0, depth).join('-');
}

function partsOf(folder: string): string[] {
  const parts = folder.split(/[\\/]/).filter((part) => part !== '' && !part.endsWith(':'));
  return parts.length === 0 ? ['root'] : parts.reverse();
}
