import type { ImportedModule } from '../../syntax/imports.ts';
import { foldersUp, joined } from './paths.ts';
import type { ImportSite, PathLookup, Resolver, Target } from './types.ts';

/** Python: relative imports from the file's package, absolute ones from the folders above it and their `src`. */
export const python: Resolver = {
  imported({ specifier, names }: ImportedModule, site: ImportSite) {
    const written = specifier.replace(/\s/g, '');
    const dots = /^\.*/.exec(written)?.[0].length ?? 0;
    const module = written.slice(dots).replaceAll('.', '/');
    const wanted = names.filter((name) => name !== '*');
    if (dots > 0) {
      const base = joined(site.folder, '../'.repeat(dots - 1), module);
      return base === null ? [] : targetsAt(base, wanted, site.lookup);
    }
    for (const root of module === '' ? [] : rootsAbove(site)) {
      const targets = targetsAt(root === '' ? module : `${root}/${module}`, wanted, site.lookup);
      if (targets.length > 0) return targets;
    }
    return [];
  },
};

/** Folders that may be on Python's path, the nearest first. A package's own folder is not: its modules have its name. */
function rootsAbove({ folder, lookup }: ImportSite): string[] {
  return foldersUp(folder).flatMap((at) => {
    if (at === '') return ['', 'src'];
    return lookup.has(`${at}/__init__.py`) ? [] : [at, `${at}/src`];
  });
}

/** What is taken from the module `base`: a name may be one of its modules, which is then taken as a whole. */
function targetsAt(base: string, names: readonly string[], lookup: PathLookup): Target[] {
  const own = moduleFile(base, lookup);
  const modules = names.map((name) => moduleFile(base === '' ? name : `${base}/${name}`, lookup));
  const rest = names.filter((_, index) => modules[index] === null);
  const whole = own !== null && (rest.length > 0 || names.length === 0);
  return [
    ...(whole ? [{ paths: [own], names: rest }] : []),
    ...modules.flatMap((path) => (path === null ? [] : [{ paths: [path], names: [] }])),
  ];
}

/** A package goes before a module of the same name, as Python has it, and stubs go last. */
function moduleFile(base: string, lookup: PathLookup): string | null {
  const inside = base === '' ? '__init__' : `${base}/__init__`;
  const candidates = ['.py', '.pyi'].flatMap((extension) => [
    inside + extension,
    ...(base === '' ? [] : [base + extension]),
  ]);
  return candidates.find((path) => lookup.has(path)) ?? null;
}
