import type { ResolvedImport } from './types.ts';

/** Files through which a name is followed: more is a library's doing, and none of ours. */
const mostHops = 3;

/**
 * Where each of `names` is defined that is imported from `paths`: in one of them, or in what they offer again as their
 * own, at most three files further. Gives the nearest definers of each name, in the order of names and then of paths;
 * nothing for a name that isn't found (an export under another name can't be followed).
 */
export function throughReexports(
  paths: readonly string[],
  names: readonly string[],
  reexportsOf: (path: string) => readonly ResolvedImport[],
  definedIn: (path: string, name: string) => boolean,
): { path: string; name: string }[] {
  return [...new Set(names)].flatMap((name) => {
    const seen = new Set<string>();
    let level = [...new Set(paths)];
    for (let hop = 0; hop <= mostHops && level.length > 0; hop += 1) {
      const definers = level.filter((path) => definedIn(path, name));
      if (definers.length > 0) return definers.sort().map((path) => ({ path, name }));
      for (const path of level) seen.add(path);
      const offered = hop === mostHops ? [] : level.flatMap((path) => offeredBy(reexportsOf(path), name));
      level = [...new Set(offered)].filter((path) => !seen.has(path));
    }
    return [];
  });
}

/** The files from which a file may have a name that it offers; those that name it go before those that offer all. */
function offeredBy(imports: readonly ResolvedImport[], name: string): readonly string[] {
  const reexports = imports.filter(({ reexport }) => reexport);
  const named = reexports.filter(({ names }) => names.includes(name));
  const chosen = named.length > 0 ? named : reexports.filter(({ names }) => names.length === 0);
  return chosen.flatMap(({ paths }) => paths);
}
