import type { ImportedModule } from '../../../src/core/syntax/imports.ts';
import type { Definition } from '../../../src/core/syntax/outline.ts';
import { reachable, type AnalysedFile, type Analysis } from '../analysis.ts';
import {
  contextUnits,
  rankingMethod,
  words,
  type ContextSegment,
  type Query,
  type Ranked,
} from './method.ts';

/** Members of a type that its skeleton shows. */
const mostMembers = 14;
/** Lines above and below the cursor in which a name counts as used. */
const usedAbove = 60;
const usedBelow = 15;
/** Distance in lines at which a use counts half, and what a name counts that is imported and not used nearby. */
const halfDistance = 12;
const unusedScore = 0.12;

/** Definitions of one file with their score. */
interface Skeleton {
  readonly file: AnalysedFile;
  readonly definition: Definition;
  readonly score: number;
}

/**
 * What a file imports, as skeletons: the signatures of the imported names, and of a type's members; the names used
 * nearest to the cursor first. Modules are found among the repository's files by their paths; what a module only passes
 * on is looked up where it comes from.
 */
export const importSkeletons = rankingMethod(
  'import skeletons',
  (analysis) => analysis,
  (analysis: Analysis, query): Ranked => {
    const skeletons = skeletonsOf(analysis, query);
    return (budget) => fill(skeletons, budget);
  },
);

function skeletonsOf(analysis: Analysis, query: Query): Skeleton[] {
  const used = usesNear(query);
  const all = new Set(words(query.file.text));
  const found = new Map<Definition, Skeleton>();
  const add = (file: AnalysedFile, definition: Definition) => {
    const distance = used.get(definition.name);
    const score = distance === undefined ? unusedScore : 1 / (1 + distance / halfDistance);
    if (!found.has(definition)) found.set(definition, { file, definition, score });
  };
  const takeFrom = (module: ImportedModule, from: AnalysedFile, hops: number): void => {
    const wanted = wantedNames(module, all);
    for (const file of moduleFiles(analysis, from.path, module)) {
      if (file.path === query.path) continue;
      const definitions = reachable(file).filter(({ name, container }) => container === null && wanted(name));
      for (const definition of definitions) add(file, definition);
      if (hops === 0 || definitions.length > 0) continue;
      for (const passedOn of file.imports) {
        if (passedOn.names.length === 0 || passedOn.names.some(wanted))
          takeFrom(narrowed(passedOn, wanted), file, hops - 1);
      }
    }
  };
  for (const module of query.file.imports) takeFrom(module, query.file, 1);
  for (const file of packageFiles(analysis, query.file)) {
    for (const definition of reachable(file)) {
      if (definition.container === null && all.has(definition.name)) add(file, definition);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}

/** Of what a module passes on, only what was wanted of it. */
function narrowed(module: ImportedModule, wanted: (name: string) => boolean): ImportedModule {
  return module.names.length === 0 ? module : { ...module, names: module.names.filter(wanted) };
}

/** The names that an import takes; where it takes the whole module, those that the file mentions. */
function wantedNames(module: ImportedModule, mentioned: ReadonlySet<string>): (name: string) => boolean {
  const names = new Set(module.specifier.includes('::') ? words(module.specifier) : module.names);
  const whole = names.size === 0 || module.specifier.endsWith('*');
  return whole ? (name) => mentioned.has(name) : (name) => names.has(name);
}

/** How far from the cursor each name is used, in lines. */
function usesNear({ file, line }: Query): Map<string, number> {
  const distances = new Map<string, number>();
  const imported = new Set(
    file.imports.flatMap(({ start, end }) => {
      const first = file.text.slice(0, start).split('\n').length - 1;
      return Array.from(file.text.slice(start, end).split('\n'), (_, index) => first + index);
    }),
  );
  for (let at = Math.max(0, line - usedAbove); at <= line + usedBelow; at += 1) {
    if (imported.has(at)) continue;
    const distance = Math.abs(line - at);
    for (const word of words(file.lines[at] ?? '')) {
      distances.set(word, Math.min(distance, distances.get(word) ?? Infinity));
    }
  }
  return distances;
}

/** A Go file sees its whole package without importing it. */
function packageFiles({ files }: Analysis, own: AnalysedFile): AnalysedFile[] {
  if (!own.path.endsWith('.go')) return [];
  const folder = parentOf(own.path);
  return [...files.values()].filter(
    (file) => file.path !== own.path && !file.isTest && parentOf(file.path) === folder,
  );
}

/** The repository's files that an import may mean. */
function moduleFiles(
  { files }: Analysis,
  from: string,
  { specifier, names }: ImportedModule,
): AnalysedFile[] {
  const paths = from.endsWith('.py')
    ? pythonPaths(from, specifier, names)
    : from.endsWith('.rs')
      ? rustPaths(from, specifier)
      : scriptPaths(from, specifier);
  if (from.endsWith('.go')) {
    return [...files.values()].filter((file) => {
      const folder = parentOf(file.path);
      return folder !== '' && !file.isTest && `/${specifier}`.endsWith(`/${folder}`);
    });
  }
  return [...new Set(paths)].flatMap((path) => files.get(path) ?? []);
}

function scriptPaths(from: string, specifier: string): string[] {
  if (!specifier.startsWith('.')) return [];
  const base = joined(parentOf(from), specifier.replace(/\.[cm]?js$/, ''));
  return ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((ending) => base + ending);
}

function pythonPaths(from: string, specifier: string, names: readonly string[]): string[] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const module = specifier.slice(dots).replaceAll('.', '/');
  const base = dots === 0 ? module : joined(parentOf(from), `${'../'.repeat(dots - 1)}${module}`);
  const modules = [base, ...names.map((name) => (base === '' ? name : `${base}/${name}`))];
  return modules.flatMap((one) => [`${one}.py`, `${one}/__init__.py`]);
}

/** Every module on the way of a `use` path, for each of the paths that its braces hold. */
function rustPaths(from: string, specifier: string): string[] {
  const stem = from.replace(/\.rs$/, '').replace(/\/(mod|lib|main)$/, '');
  const source = /^(.*\/)?src(?=\/)/.exec(from)?.[0] ?? '';
  return usePaths(specifier).flatMap((path) => {
    const parts = path.split('::');
    let root = stem;
    if (parts[0] === 'crate') root = source;
    while (parts[0] === 'super') {
      root = parentOf(root);
      parts.shift();
    }
    if (parts[0] === 'crate' || parts[0] === 'self') parts.shift();
    return [...parts, ''].flatMap((_, cut) => {
      const base = [root, ...parts.slice(0, parts.length - cut)].filter((part) => part !== '').join('/');
      return [`${base}.rs`, `${base}/mod.rs`, `${base}/lib.rs`];
    });
  });
}

/** `a::{b, c::D}` as `a::b` and `a::c::D`. */
function usePaths(specifier: string): string[] {
  const plain = specifier.replace(/\s+as\s+\w+/g, '').replace(/\s+/g, '');
  const braces = /^([^{}]*)\{(.*)\}$/.exec(plain);
  if (braces === null) return [plain.replace(/::\*$/, '')];
  const [, head = '', inner = ''] = braces;
  const items = inner.match(/(?:[^,{}]|\{(?:[^{}]|\{[^{}]*\})*\})+/g) ?? [];
  return items.flatMap((item) => usePaths(head + item));
}

function joined(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Takes skeletons in order while they fit; a type that does not fit with its members is shown without. */
function fill(skeletons: readonly Skeleton[], budget: number): ContextSegment[] {
  const taken: (Skeleton & { readonly text: string })[] = [];
  const paths = new Set<string>();
  let left = budget;
  for (const skeleton of skeletons) {
    const { path } = skeleton.file;
    const cost = (text: string) =>
      contextUnits([{ path: paths.has(path) ? '' : path, text }]) - (paths.has(path) ? 1 : 0);
    const text = [skeletonText(skeleton), skeleton.definition.signature].find((one) => cost(one) <= left);
    if (text === undefined) continue;
    left -= cost(text);
    paths.add(path);
    taken.push({ ...skeleton, text });
  }
  return rendered(taken);
}

function skeletonText({ file, definition }: Skeleton): string {
  const members = reachable(file).filter(
    ({ container, start, end }) =>
      container === definition.name && (end <= definition.end || start >= definition.end),
  );
  const lines = members.slice(0, mostMembers).map(({ signature }) => `  ${signature}`);
  return [definition.signature, ...lines].join('\n');
}

function rendered(taken: readonly (Skeleton & { readonly text: string })[]): ContextSegment[] {
  const segments = [...Map.groupBy(taken, ({ file }) => file)].map(([file, all]) => ({
    path: file.path,
    text: [...all]
      .sort((a, b) => a.definition.start - b.definition.start)
      .map(({ text }) => text)
      .join('\n'),
  }));
  return segments.sort((a, b) => (a.path < b.path ? -1 : 1));
}
