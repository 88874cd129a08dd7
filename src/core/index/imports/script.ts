import type { ImportedModule } from '../../syntax/imports.ts';
import { grouped } from './grouped.ts';
import { foldersUp, joined } from './paths.ts';
import type { ImportSite, PackageFacts, PathLookup, PathPattern, ProjectFacts, Resolver } from './types.ts';

const extensions = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte'];
/** TypeScript names the file that its compiler will write. */
const compiled: readonly [RegExp, readonly string[]][] = [
  [/\.js$/, ['.ts', '.tsx', '.d.ts', '.js', '.jsx']],
  [/\.jsx$/, ['.tsx', '.jsx']],
  [/\.mjs$/, ['.mts', '.d.mts', '.mjs']],
  [/\.cjs$/, ['.cts', '.d.cts', '.cjs']],
];
/** What bundlers and frameworks commonly map to a package's sources, without a word in a tsconfig. */
const usualAliases = /^[@~]\/(?=.)/;

/** TypeScript and JavaScript: relative paths, tsconfig's `paths` and `baseUrl`, and packages of the workspace. */
export const script: Resolver = {
  imported({ specifier, names }: ImportedModule, site: ImportSite) {
    // Bundlers take a query behind the path.
    const path = scriptImport(specifier.replace(/\?.*$/, ''), site);
    return path === null ? [] : [{ paths: [path], names }];
  },
};

function scriptImport(specifier: string, { folder, lookup, project }: ImportSite): string | null {
  const index = projectIndex(project);
  if (/^\.\.?(\/|$)/.test(specifier)) return fileAt(joined(folder, specifier), lookup, index);
  if (specifier === '' || specifier.startsWith('/')) return null;
  const first = (paths: readonly string[]): string | null => {
    for (const path of paths) {
      const found = fileAt(path, lookup, index);
      if (found !== null) return found;
    }
    return null;
  };
  const above = foldersUp(folder);
  for (const { baseUrl, paths } of above.flatMap((at) => index.tsconfigs.get(at) ?? [])) {
    const base = baseUrl === null ? [] : [`${baseUrl}/${specifier}`];
    const found = first([...patternTargets(paths, specifier), ...base]);
    if (found !== null) return found;
  }
  const own = above.flatMap((at) => index.packageAt.get(at) ?? [])[0];
  if (specifier.startsWith('#'))
    return first(own === undefined ? [] : patternTargets(own.subpaths, specifier));
  const found = first(packagePaths(specifier, index));
  if (found !== null || !usualAliases.test(specifier)) return found;
  const rest = specifier.replace(usualAliases, '');
  return first([own?.folder ?? '', ''].flatMap((root) => [`${root}/src/${rest}`, `${root}/${rest}`]));
}

/** Where a module of a package of the workspace may lie. */
function packagePaths(specifier: string, index: ProjectIndex): string[] {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
  const rest = specifier.slice(name.length + 1);
  return (index.packagesNamed.get(name) ?? []).flatMap(({ folder, entry, subpaths }) =>
    rest === ''
      ? entry
      : [...patternTargets(subpaths, specifier), `${folder}/${rest}`, `${folder}/src/${rest}`],
  );
}

/** The file that a path with or without its extension stands for; a folder stands for its main module. */
function fileAt(path: string | null, lookup: PathLookup, index: ProjectIndex): string | null {
  const base = path === null ? null : joined(path);
  if (base === null) return null;
  const found = moduleFile(base, lookup);
  if (found !== null) return found;
  for (const entry of index.packageAt.get(base)?.entry ?? []) {
    const main = moduleFile(entry, lookup);
    if (main !== null) return main;
  }
  return null;
}

function moduleFile(base: string, lookup: PathLookup): string | null {
  const inside = base === '' ? 'index' : `${base}/index`;
  const candidates = [
    ...compiled.flatMap(([ending, sources]) =>
      ending.test(base) ? sources.map((extension) => base.replace(ending, extension)) : [],
    ),
    ...(base === '' ? [] : [base, ...extensions.map((extension) => base + extension)]),
    ...extensions.map((extension) => inside + extension),
  ];
  return candidates.find((candidate) => lookup.has(candidate)) ?? null;
}

/**
 * The targets of the pattern that a specifier matches best: the one that equals it, else the one with the longest text
 * before its `*`, as TypeScript and Node choose.
 */
function patternTargets(patterns: readonly PathPattern[], specifier: string): readonly string[] {
  const { exact, stars } = patternIndex(patterns);
  const equal = exact.get(specifier);
  if (equal !== undefined) return equal.targets;
  const star = stars.find(
    ({ head, tail }) =>
      specifier.length >= head.length + tail.length && specifier.startsWith(head) && specifier.endsWith(tail),
  );
  if (star === undefined) return [];
  const middle = specifier.slice(star.head.length, specifier.length - star.tail.length);
  return star.targets.map((target) => target.replaceAll('*', () => middle));
}

interface PatternIndex {
  readonly exact: ReadonlyMap<string, PathPattern>;
  /** The longest head first. */
  readonly stars: readonly { head: string; tail: string; targets: readonly string[] }[];
}

const patternIndexes = new WeakMap<readonly PathPattern[], PatternIndex>();

/** A tsconfig may hold a thousand paths, and each import of the repository asks for one. */
function patternIndex(patterns: readonly PathPattern[]): PatternIndex {
  const known = patternIndexes.get(patterns);
  if (known !== undefined) return known;
  const exact = patterns.filter(({ pattern }) => !pattern.includes('*'));
  const stars = patterns.filter(({ pattern }) => pattern.includes('*'));
  const index = {
    exact: new Map(exact.map((item) => [item.pattern, item])),
    stars: stars
      .map(({ pattern, targets }) => {
        const at = pattern.indexOf('*');
        return { head: pattern.slice(0, at), tail: pattern.slice(at + 1), targets };
      })
      .sort((a, b) => b.head.length - a.head.length),
  };
  patternIndexes.set(patterns, index);
  return index;
}

interface ProjectIndex {
  readonly tsconfigs: ReadonlyMap<string, readonly ProjectFacts['tsconfigs'][number][]>;
  readonly packagesNamed: ReadonlyMap<string, readonly PackageFacts[]>;
  readonly packageAt: ReadonlyMap<string, PackageFacts>;
}

const indexes = new WeakMap<ProjectFacts, ProjectIndex>();

/** The facts by folder and name: a monorepo has hundreds of packages, and each of its files asks. */
function projectIndex(project: ProjectFacts): ProjectIndex {
  const known = indexes.get(project);
  if (known !== undefined) return known;
  const index = {
    tsconfigs: grouped(project.tsconfigs, ({ folder }) => folder),
    packagesNamed: grouped(project.packages, ({ name }) => name),
    packageAt: new Map(project.packages.map((facts) => [facts.folder, facts])),
  };
  indexes.set(project, index);
  return index;
}
