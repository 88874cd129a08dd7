import type { ImportedModule } from '../../syntax/imports.ts';
import { expandBraces } from './braces.ts';
import { best, commonEnd, commonFolders, parentOf } from './paths.ts';
import type { ImportSite, Resolver, Target } from './types.ts';

const extensions = ['.java', '.kt', '.scala'];
/** Packages of the platforms, which a path that leaves out the first parts of its package can't mean. */
const platform = /^(java|javax|jakarta|kotlin|kotlinx|scala|android|androidx)$/;
/** Gradle's, Maven's and sbt's folders: a set of sources, and a language in it, from which packages start. */
const sourceSet = /^((?:.*\/)?src\/)([^/]+)\/(java|kotlin|scala)(?=\/|$)/;
/** Folders that packages start from. */
const sourceRoots: readonly string[] = ['java', 'kotlin', 'scala', 'src'];

/** Java: qualified names by the end of a path; a wildcard is a folder; a package's files see each other. */
export const java: Resolver = resolver(false);
/** Kotlin and Scala: besides, functions of a package, and folders that leave out the first parts of the package. */
export const kotlin: Resolver = resolver(true);

function resolver(loose: boolean): Resolver {
  return {
    imported({ specifier, names }: ImportedModule, site: ImportSite) {
      const written = specifier.trim().replace(/^static\s+/, '');
      const paths = expandBraces(written).flatMap((path) => {
        // What it is called here (`as`, `=>`), and what stands for all of a package or class.
        const bare = path.replace(/\s*=>.*$|\s+as\s.*$/, '').replace(/\.(\*|_|given)$/, '');
        const parts = bare.replace(/\s+|`/g, '').split('.');
        const all = bare !== path && /[*_]$|given$/.test(path);
        const added = names.filter((name) => name !== parts.at(-1) && !/^[*_]$/.test(name));
        if (added.length > 0) return added.map((name) => ({ parts: [...parts, name], all: false }));
        return [{ parts, all }];
      });
      return paths.flatMap(({ parts, all }) => qualified(parts, all, loose, site) ?? []);
    },
    implicit: packageFiles,
  };
}

/** What a qualified name stands for: a class, one inside it or its member, a package, or (`loose`) one's function. */
function qualified(parts: readonly string[], all: boolean, loose: boolean, site: ImportSite): Target | null {
  const shortest = Math.max(2, parts.length - 2);
  for (let length = parts.length; length >= shortest; length -= 1) {
    const paths = classFiles(parts.slice(0, length), loose, site);
    if (paths.length === 0) continue;
    const member = length < parts.length ? parts[length] : parts[length - 1];
    return { paths, names: all || member === undefined ? [] : [member] };
  }
  const files = packageFolders(parts, loose, site).flatMap((folder) => sourcesIn(folder, site));
  if (files.length > 0) return { paths: files, names: [] };
  if (!loose || all || parts.length < 2) return null;
  const folders = packageFolders(parts.slice(0, -1), loose, site);
  const paths = folders.flatMap((folder) => sourcesIn(folder, site)).filter((path) => !/\.java$/.test(path));
  return paths.length === 0 ? null : { paths, names: parts.slice(-1) };
}

function classFiles(parts: readonly string[], loose: boolean, { from, lookup }: ImportSite): string[] {
  const name = parts.at(-1) ?? '';
  const files = extensions.flatMap((extension) => lookup.named(name + extension));
  const fit = (path: string): number => packageFit(parentOf(path), parts.slice(0, -1), loose);
  return nearestModule(
    from,
    best(files, fit).filter((path) => fit(path) > 0),
  );
}

/** The folders of a package in the nearest module. */
function packageFolders(parts: readonly string[], loose: boolean, { from, lookup }: ImportSite): string[] {
  const folders = lookup.foldersNamed(parts.at(-1) ?? '');
  const fit = (folder: string): number => packageFit(folder, parts, loose);
  return nearestModule(
    from,
    best(folders, fit).filter((folder) => fit(folder) > 0),
  );
}

/** The nearest of files or folders, where the source sets of a module are equally near. */
function nearestModule(from: string, paths: readonly string[]): string[] {
  const bare = (path: string): string => path.replace(sourceSet, '$1');
  return best(paths, (path) => commonFolders(bare(from), `${bare(path)}/`));
}

/** How many parts of a package its folder repeats; 0 where the folder is another's. */
function packageFit(folder: string, parts: readonly string[], loose: boolean): number {
  const folders = folder.split('/');
  const count = commonEnd(folders, parts);
  if (count === parts.length) return count;
  const root = folders.at(-1 - count) ?? '';
  return loose && sourceRoots.includes(root) && !platform.test(parts[0] ?? '') ? count : 0;
}

/** The rest of a file's package, in all languages of its source set and of the one that it builds on. */
function packageFiles(site: ImportSite): readonly string[] {
  const set = sourceSet.exec(site.folder);
  if (set === null) return sourcesIn(site.folder, site);
  const [start, source = '', name = ''] = set;
  const folders = [...new Set([name, 'main', 'commonMain'])].flatMap((at) =>
    ['java', 'kotlin', 'scala'].map(
      (language) => source + at + '/' + language + site.folder.slice(start.length),
    ),
  );
  return folders.flatMap((folder) => sourcesIn(folder, site));
}

function sourcesIn(folder: string, { lookup }: ImportSite): string[] {
  return lookup.filesIn(folder).filter((path) => extensions.some((extension) => path.endsWith(extension)));
}
