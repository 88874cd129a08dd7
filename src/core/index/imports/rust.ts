import type { ImportedModule } from '../../syntax/imports.ts';
import { expandBraces } from './braces.ts';
import { grouped } from './grouped.ts';
import { baseNameOf, foldersUp, parentOf } from './paths.ts';
import type { ImportSite, PathLookup, ProjectFacts, Resolver, Target } from './types.ts';

/** A crate: the folder that its modules start from, and the files at which it may start. */
interface Crate {
  readonly root: string;
  readonly start: readonly string[];
}

/**
 * Rust: `mod name;` and `use` paths. What is taken of a file is the first name of the path behind the file's module.
 * (A `super` inside a module that is written in the file itself is taken for the module above the file.)
 */
export const rust: Resolver = {
  imported({ specifier }: ImportedModule, site: ImportSite) {
    const own = crateOf(site);
    const paths = expandBraces(specifier).map((path) => path.replace(/\s+as\s+\w+$/, ''));
    return paths.flatMap((path) => usePath(partsOf(path), own, site) ?? []);
  },
};

/** The names of a path; a `*` or `self` at its end stands for all of the module before it. */
function partsOf(path: string): string[] {
  const parts = path.replace(/\s+|\br#/g, '').split('::');
  while (parts.at(-1) === '*' || (parts.length > 1 && parts.at(-1) === 'self')) parts.pop();
  return parts[0] === '' ? parts.slice(1) : parts;
}

function usePath(parts: readonly string[], own: Crate, { from, lookup, project }: ImportSite): Target | null {
  const [first, ...rest] = parts;
  if (first === undefined) return null;
  if (first === 'crate') return moduleAt(own.root, rest, 0, own, lookup);
  let module = ownModule(from, own);
  if (first === 'self' || first === 'super') {
    let left = parts;
    for (; left[0] === 'self' || left[0] === 'super'; left = left.slice(1)) {
      if (left[0] === 'self') continue;
      if (module === own.root) return null;
      module = parentOf(module);
    }
    return moduleAt(module, left, 0, own, lookup);
  }
  // A module of this one, else another crate, else (before the 2018 edition) a module of the crate.
  const below = (folder: string): Target | null => moduleAt(folder, parts, 1, own, lookup);
  const inCrate = ({ folder, library }: CrateFacts): Target | null => {
    const root = parentOf(library);
    return moduleAt(root, rest, 0, { root, start: [library, within(folder, 'src/main.rs')] }, lookup);
  };
  const crates = crateIndex(project).named.get(first.replaceAll('-', '_')) ?? [];
  return (
    below(module) ??
    crates.reduce<Target | null>((found, crate) => found ?? inCrate(crate), null) ??
    below(own.root)
  );
}

/**
 * The file of the deepest module of a path below the module at `folder`, at least `least` names deep, and the first
 * name that is not a module's.
 */
function moduleAt(
  folder: string,
  parts: readonly string[],
  least: number,
  crate: Crate,
  lookup: PathLookup,
): Target | null {
  for (let length = parts.length; length >= least; length -= 1) {
    const module = [folder, ...parts.slice(0, length)].filter((part) => part !== '').join('/');
    const beside = module === '' ? [] : [`${module}.rs`, `${module}/mod.rs`];
    const path = (module === crate.root ? crate.start : beside).find((at) => lookup.has(at));
    if (path !== undefined) return { paths: [path], names: parts.slice(length, length + 1) };
  }
  return null;
}

/** Where Cargo looks for crates of one file; a module below `src` may be called `tests` too. */
const apartFolder = /^(?:(?!src\/)[^/]+\/)*?(?:tests|examples|benches|src\/bin)(?=\/)/;

/** The crate of a file. A test, an example and a program beside the main one are crates of one file. */
function crateOf({ from, folder, lookup, project }: ImportSite): Crate {
  const facts = foldersUp(folder).flatMap((at) => crateIndex(project).at.get(at) ?? [])[0];
  const top = facts?.folder ?? '';
  const inside = top === '' ? from : from.slice(top.length + 1);
  const apart = apartFolder.exec(inside)?.[0];
  if (apart !== undefined) {
    const root = within(top, apart);
    if (folder === root) return { root, start: [from] };
    const program = root + from.slice(root.length).replace(/^(\/[^/]+).*/, '$1');
    if (lookup.has(`${program}/main.rs`)) return { root: program, start: [`${program}/main.rs`] };
    return { root, start: [] };
  }
  const source = /^(.*\/)?src(?=\/)/.exec(inside)?.[0];
  const usual = source === undefined ? folder : within(top, source);
  const library =
    facts !== undefined && from.startsWith(`${parentOf(facts.library)}/`) ? facts.library : null;
  for (const root of [...(library === null ? [] : [parentOf(library)]), usual, ...foldersUp(folder)]) {
    const start = [...(library === null ? [] : [library]), within(root, 'lib.rs'), within(root, 'main.rs')];
    const found = start.filter((path) => parentOf(path) === root && lookup.has(path));
    if (found.length > 0) return { root, start: found.includes(from) ? [from] : found };
  }
  return { root: usual, start: [] };
}

/** The folder in which the modules of a file lie. */
function ownModule(from: string, crate: Crate): string {
  if (crate.start.includes(from) || baseNameOf(from) === 'mod.rs') return parentOf(from);
  return from.replace(/\.rs$/, '');
}

/** A path below a folder. */
function within(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

type CrateFacts = ProjectFacts['crates'][number];

interface CrateIndex {
  readonly named: ReadonlyMap<string, readonly CrateFacts[]>;
  /** By their folder. */
  readonly at: ReadonlyMap<string, CrateFacts>;
}

const crateIndexes = new WeakMap<ProjectFacts, CrateIndex>();

/** The crates by name and folder: each file of a workspace asks for both. */
function crateIndex(project: ProjectFacts): CrateIndex {
  const known = crateIndexes.get(project);
  if (known !== undefined) return known;
  const index = {
    named: grouped(project.crates, ({ name }) => name.replaceAll('-', '_')),
    at: new Map(project.crates.map((facts) => [facts.folder, facts])),
  };
  crateIndexes.set(project, index);
  return index;
}
