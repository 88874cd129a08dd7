import path from 'node:path';
import { splitName } from '../core/models/splitFiles.ts';

/** Files that make one model: one file, or those parts of a split model that are there, in order. */
export interface FileGroup {
  /** The path without the number of the part and the extension. */
  readonly base: string;
  readonly files: readonly string[];
}

/** Puts the parts of split models together, by their names; in the order of the paths. */
export function groupParts(files: readonly string[]): FileGroup[] {
  const groups = new Map<string, { base: string; files: string[] }>();
  for (const file of [...files].sort()) {
    const split = splitName(file);
    const base = split?.base ?? file.slice(0, file.length - path.extname(file).length);
    const key = split === null ? file : `${base}\0${split.count}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { base, files: [file] });
    else group.files.push(file);
  }
  return [...groups.values()];
}
