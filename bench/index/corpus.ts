import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RepositoryFile } from '../../scripts/repositoryList.ts';
import { isBuiltin } from '../context/builtins.ts';

/** The share of its names that a package of the list has for itself: 58 to 81 %, by a count over all identifiers. */
const ownShare = 0.6;

const identifier = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** Words of TypeScript that no `isBuiltin` names, and that no copy may rename. */
const keywords = new Set(
  `abstract accessor any as asserts async await bigint boolean break case catch class const constructor continue
  declare default delete do else enum export extends false finally for from function get if implements import in infer
  instanceof interface is keyof let module namespace never new null number object of out override package private
  protected public readonly require return satisfies set static string super switch symbol this throw true try type
  typeof undefined unique unknown using var void while with yield`.split(/\s+/),
);

/**
 * A repository of `count` files made of real ones, ordered by path. Fewer files than there are: of each folder at the
 * root the first ones, in proportion. More: whole copies side by side, the last one in part, in each of which 60 % of
 * the names (chosen by a hash of the name and the copy's number) have the number behind them wherever they stand in that
 * copy, but for the language's own and those that paths hold, so that imports still lead somewhere. So the vocabulary
 * grows with every copy, and the rest of the names occurs in ever more files.
 */
export function corpus(files: readonly RepositoryFile[], count: number): RepositoryFile[] {
  const fixed = new Set(files.flatMap(({ path: file }) => file.match(identifier) ?? []));
  const made: RepositoryFile[] = [];
  for (let copy = 0; made.length < count; copy += 1) {
    for (const file of firstOf(files, count - made.length)) {
      made.push(copy === 0 ? file : copyOf(file, copy, fixed));
    }
  }
  return made.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes files into a folder, and gives their bytes. */
export function writeFiles(files: readonly RepositoryFile[], folder: string): number {
  let bytes = 0;
  for (const { path: file, text } of files) {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    bytes += Buffer.byteLength(text);
  }
  return bytes;
}

/** At most `count` of the files: of each folder at the root its share, the first ones. */
function firstOf(files: readonly RepositoryFile[], count: number): readonly RepositoryFile[] {
  if (count >= files.length) return files;
  const share = count / files.length;
  const seen = new Map<string, number>();
  const total = new Map<string, number>();
  for (const file of files) total.set(rootOf(file), (total.get(rootOf(file)) ?? 0) + 1);
  const some = files.filter((file) => {
    const before = seen.get(rootOf(file)) ?? 0;
    seen.set(rootOf(file), before + 1);
    return before < Math.ceil((total.get(rootOf(file)) ?? 0) * share);
  });
  return some.slice(0, count);
}

function rootOf({ path: file }: RepositoryFile): string {
  return file.slice(0, file.indexOf('/'));
}

function copyOf(
  { path: file, text }: RepositoryFile,
  copy: number,
  fixed: ReadonlySet<string>,
): RepositoryFile {
  const renamed = text.replace(identifier, (name, at: number) => {
    const isFixed = fixed.has(name) || keywords.has(name) || name.length < 3;
    if (isFixed || hashOf(`${copy} ${name}`) >= ownShare) return name;
    const isOwn = ['', '.'].every((before) => !isBuiltin('typescript', name, before));
    // The letter of an escape such as `\n` is no name's.
    return isOwn && text[at - 1] !== '\\' ? `${name}${copy}` : name;
  });
  return { path: `copy${copy}/${file}`, text: renamed };
}

/** FNV-1a as a number from 0 to 1. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
