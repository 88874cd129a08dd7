import type { ImportedModule } from '../../syntax/imports.ts';
import { baseNameOf, endsWithPath, foldersUp, joined, nearest } from './paths.ts';
import type { ImportSite, Resolver } from './types.ts';

/** Ruby: `require_relative` from the file, `require` from `lib` and the tests' folders, here or in another gem. */
export const ruby: Resolver = byPath(
  ({ specifier }) => withEnding(specifier, '.rb'),
  ['', 'lib', 'spec', 'test'],
  ['lib'],
);

/** Lua: `a.b` is `a/b.lua` or `a/b/init.lua`, below a folder above the file or one that is on Lua's path. */
export const lua: Resolver = byPath(
  ({ specifier }) => {
    const written = specifier.trim().replace(/\.lua$/, '');
    const path = written.includes('/') ? written : written.replaceAll('.', '/');
    return path === '' ? [] : [`${path}.lua`, `${path}/init.lua`];
  },
  ['', 'lua', 'src', 'lib'],
  ['lua', 'src', 'lib'],
);

/** Bash: the path behind a variable or a command that gives the script's folder, else from the folders above. */
export const bash: Resolver = byPath(
  ({ specifier }) => {
    const path = specifier
      .trim()
      .replace(/^["']|["']$/g, '')
      .replace(/^(\$\(.*\)|`.*`|\$\{[^}]*\}|\$\w+)["']?\//, '')
      .replace(/["']/g, '')
      .replace(/^(\.\/)+/, '');
    return path === '' || /^\/|[$`*]/.test(path) ? [] : withEnding(path, '.sh');
  },
  [''],
);

/** Swift: a module's files see each other; `import` names a folder below `Sources`. */
export const swift: Resolver = {
  imported({ specifier, names }: ImportedModule, { lookup }: ImportSite) {
    // `import struct Module.Name` takes one name.
    const [module = '', ...taken] = specifier
      .trim()
      .replace(/^(typealias|struct|class|enum|protocol|let|var|func)\s+/, '')
      .split('.');
    const folders = lookup.foldersNamed(module).filter((folder) => endsWithPath(folder, `Sources/${module}`));
    const paths = folders.flatMap((folder) => swiftFiles(lookup.filesIn(folder)));
    return [{ paths, names: names.length > 0 ? names : taken.slice(-1) }];
  },
  implicit: ({ folder, lookup }) => swiftFiles(lookup.filesIn(folder)),
};

function swiftFiles(files: readonly string[]): string[] {
  return files.filter((path) => path.endsWith('.swift') && baseNameOf(path) !== 'Package.swift');
}

function withEnding(path: string, ending: string): string[] {
  const bare = path.trim();
  return bare.endsWith(ending) ? [bare] : [bare, bare + ending];
}

/**
 * A language that imports by path: from the file's folder, else below each folder above it and its `places`, else
 * below any folder called one of `roots`.
 */
function byPath(
  candidates: (module: ImportedModule) => readonly string[],
  places: readonly string[],
  roots: readonly string[] = [],
): Resolver {
  return {
    imported(module: ImportedModule, site: ImportSite) {
      const written = candidates(module);
      return [{ paths: findPath(written, places, roots, site), names: module.names }];
    },
  };
}

function findPath(
  written: readonly string[],
  places: readonly string[],
  roots: readonly string[],
  { from, folder, lookup }: ImportSite,
): string[] {
  const relative = written.some((path) => /^\.\.?\//.test(path));
  const above = relative ? [folder] : foldersUp(folder);
  const tried = above.flatMap((at) =>
    places.flatMap((place) => written.map((path) => joined(at, place, path))),
  );
  const found = tried.find((path) => path !== null && path !== from && lookup.has(path));
  if (found != null) return [found];
  for (const path of relative ? [] : written) {
    const named = lookup.named(baseNameOf(path));
    const below = named.filter((at) => roots.some((root) => endsWithPath(at, `${root}/${path}`)));
    if (below.length > 0) return nearest(from, below).slice(0, 1);
  }
  return [];
}
