import type { ImportedModule } from '../syntax/imports.ts';
import type { GrammarName } from '../syntax/languages.ts';
import { c } from './imports/c.ts';
import { csharp } from './imports/csharp.ts';
import { go } from './imports/go.ts';
import { java, kotlin } from './imports/jvm.ts';
import { parentOf } from './imports/paths.ts';
import { php } from './imports/php.ts';
import { python } from './imports/python.ts';
import { rust } from './imports/rust.ts';
import { script } from './imports/script.ts';
import { bash, lua, ruby, swift } from './imports/scripting.ts';
import type { PathLookup, ProjectFacts, ResolvedImport, Resolver, Target } from './imports/types.ts';
import { web } from './imports/web.ts';

export { throughReexports } from './imports/reexports.ts';
export { noProjectFacts } from './imports/types.ts';
export type { PathLookup, ProjectFacts, ResolvedImport } from './imports/types.ts';

/** Files that one import may stand for: a package of more is generated, or not taken as a whole. */
const mostPaths = 64;
/** A longer specifier is text that doesn't parse. */
const longestSpecifier = 8192;

const resolvers: Readonly<Record<GrammarName, Resolver | null>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python,
  go,
  rust,
  java,
  kotlin,
  scala: kotlin,
  c,
  cpp: c,
  csharp,
  ruby,
  php,
  lua,
  swift,
  bash,
  html: web,
  css: web,
  json: null,
  yaml: null,
  toml: null,
};

/**
 * The files that the imports of `from` stand for, in the order of the imports; what lies outside the folder is left
 * out, and so is the file itself. An import whose names lie in different files gives one result for each of these. What
 * the file sees without an import comes last, with the specifier `.` and without what an import takes already.
 */
export function resolveImports(
  language: GrammarName,
  from: string,
  imports: readonly ImportedModule[],
  lookup: PathLookup,
  project: ProjectFacts,
): ResolvedImport[] {
  const resolver = resolvers[language];
  if (resolver === null) return [];
  const site = { from, folder: parentOf(from), lookup: inside(lookup), project };
  const resolved = imports.flatMap((module) => {
    if (module.specifier.length > longestSpecifier) return [];
    // A package's __init__ offers what it imports.
    const reexport = module.reexport || (language === 'python' && /(^|\/)__init__\.pyi?$/.test(from));
    return merged(resolver.imported(module, site), from).map(({ paths, names }) => ({
      specifier: module.specifier,
      paths,
      names,
      reexport,
    }));
  });
  const taken = new Set(resolved.flatMap(({ paths }) => paths));
  const implicit = (resolver.implicit?.(site) ?? []).filter((path) => !taken.has(path));
  const [own] = merged([{ paths: implicit, names: [] }], from);
  return own === undefined ? resolved : [...resolved, { specifier: '.', ...own, reexport: false }];
}

/** A lookup that is asked only for paths that can be in the folder: specifiers hold whatever is typed. */
function inside(lookup: PathLookup): PathLookup {
  const bad = /(^|\/)\.{0,2}(\/|$)/;
  return {
    has: (path) => !bad.test(path) && lookup.has(path),
    filesIn: (folder) => (folder !== '' && bad.test(folder) ? [] : lookup.filesIn(folder)),
    named: (baseName) => lookup.named(baseName),
    foldersNamed: (baseName) => lookup.foldersNamed(baseName),
  };
}

/** Targets with sorted paths and at most 64 of these in all, one for each set of paths, without `from`. */
function merged(targets: readonly Target[], from: string): Target[] {
  const byPaths = new Map<string, Target>();
  let room = mostPaths;
  for (const target of targets) {
    const paths = [...new Set(target.paths)].filter((path) => path !== from).sort();
    const names = target.names.includes('*') ? [] : [...new Set(target.names)];
    const key = paths.join('\n');
    const known = byPaths.get(key);
    if (known !== undefined) {
      const whole = known.names.length === 0 || names.length === 0;
      byPaths.set(key, { ...known, names: whole ? [] : [...new Set([...known.names, ...names])] });
    } else if (paths.length > 0 && room > 0) {
      byPaths.set(key, { paths: paths.slice(0, room), names });
      room -= Math.min(room, paths.length);
    }
  }
  return [...byPaths.values()];
}
