import { joined, parentOf } from '../../core/index/imports/paths.ts';
import type { ProjectFacts } from '../../core/index/resolveImports.ts';
import { isObject, type JsonObject } from './json.ts';

type PackageFacts = ProjectFacts['packages'][number];

/** Folders that builds write, which no index holds; the sources of what lies in them usually lie in `src`. */
const built = /^(dist|build|out|lib|es|esm|cjs|types|typings|umd)$/;
/** Files that one condition or another may lead to. */
const mostTargets = 16;

/** What a package.json says about its modules; null without a name. */
export function packageFacts(path: string, content: JsonObject): PackageFacts | null {
  const { name } = content;
  if (typeof name !== 'string' || name === '') return null;
  const folder = parentOf(path);
  const exported = isObject(content.exports) && hasSubpaths(content.exports) ? content.exports : null;
  const main = exported === null ? content.exports : exported['.'];
  const told = [content.source, main, content.types, content.typings, content.module, content.main];
  const entry = [
    ...sources(told, folder),
    ...['src/index', 'index'].flatMap((at) => joined(folder, at) ?? []),
  ];
  const subpaths = [
    ...Object.entries(exported ?? {}).flatMap(([key, value]) =>
      key.startsWith('./') ? { pattern: name + key.slice(1), targets: sources(value, folder) } : [],
    ),
    ...Object.entries(isObject(content.imports) ? content.imports : {}).map(([pattern, value]) => ({
      pattern,
      targets: sources(value, folder),
    })),
  ].filter(({ targets }) => targets.length > 0);
  return { folder, name, entry: [...new Set(entry)], subpaths };
}

/** `exports` is either a list of conditions or one of paths, which begin with a dot. */
function hasSubpaths(exports: JsonObject): boolean {
  return Object.keys(exports).some((key) => key.startsWith('.'));
}

/** The files that a value of any conditions leads to, and those that these were probably built from. */
function sources(value: unknown, folder: string): string[] {
  const paths = leaves(value).flatMap((written) => {
    const parts = written.replace(/^\.\//, '').split('/');
    const kept = parts.findIndex((part) => !built.test(part));
    const guesses = kept > 0 ? [`src/${parts.slice(1).join('/')}`, `src/${parts.slice(kept).join('/')}`] : [];
    // A declaration's source has the name that the written JavaScript would have.
    return [written, ...guesses.map((path) => path.replace(/\.d\.([mc]?)ts$/, '.$1js'))];
  });
  return [...new Set(paths.flatMap((path) => joined(folder, path) ?? []))].slice(0, mostTargets);
}

/** The strings in nested conditions and lists, in their order. */
function leaves(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > 8 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item: unknown) => leaves(item, depth + 1));
}
