import type { ImportedModule } from '../syntax/imports.ts';
import type { GrammarName } from '../syntax/languages.ts';

const scriptExtensions = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** TypeScript names the file that its compiler will write. */
const compiled: readonly [RegExp, readonly string[]][] = [
  [/\.js$/, ['.ts', '.tsx', '.d.ts', '.js', '.jsx']],
  [/\.jsx$/, ['.tsx', '.jsx']],
  [/\.mjs$/, ['.mts', '.d.mts', '.mjs']],
  [/\.cjs$/, ['.cts', '.d.cts', '.cjs']],
];

/**
 * What an import of the file `from` may stand for: for each thing that it names, the paths relative to the workspace
 * folder at which it may lie, likeliest first. Nothing for what can't be in the folder; no path leaves the folder. (Go
 * has no imports of its own package's files.)
 */
export function importPaths(language: GrammarName, from: string, imported: ImportedModule): string[][] {
  const folder = parentOf(from);
  const found = {
    typescript: () => [scriptPaths(folder, imported.specifier)],
    tsx: () => [scriptPaths(folder, imported.specifier)],
    javascript: () => [scriptPaths(folder, imported.specifier)],
    python: () => pythonPaths(folder, imported),
    rust: () => rustPaths(from, imported.specifier),
    go: () => [],
  }[language]();
  const inside = (paths: string[]): string[] => paths.flatMap((path) => normalised(path) ?? []);
  return found
    .map((paths) => [...new Set(inside(paths))].filter((path) => path !== from && !isSecretPath(path)))
    .filter((paths) => paths.length > 0);
}

function scriptPaths(folder: string, specifier: string): string[] {
  if (!/^\.\.?(\/|$)/.test(specifier)) return [];
  const base = `${folder}/${specifier}`;
  for (const [ending, extensions] of compiled) {
    if (ending.test(specifier)) return extensions.map((extension) => base.replace(ending, extension));
  }
  const whole = scriptExtensions.some((extension) => base.endsWith(extension)) ? [base] : [];
  return [
    ...whole,
    ...scriptExtensions.map((extension) => base + extension),
    ...scriptExtensions.map((extension) => `${base}/index${extension}`),
  ];
}

/** Relative imports from the file's folder, absolute ones from each folder above it and from `src`. */
function pythonPaths(folder: string, { specifier, names }: ImportedModule): string[][] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const module = specifier.slice(dots).replaceAll('.', '/');
  const above = (levels: number): string => folder + '/..'.repeat(levels);
  const depth = folder === '' ? 0 : folder.split('/').length;
  const roots =
    dots > 0 ? [above(dots - 1)] : [...Array.from({ length: depth + 1 }, (_, level) => above(level)), 'src'];
  return (names.length === 0 ? [null] : names).map((name) =>
    roots.flatMap((root) => {
      const base = module === '' ? root : `${root}/${module}`;
      const own = module === '' ? [] : [`${base}.py`, `${base}.pyi`];
      return [...own, ...(name === null ? [] : [`${base}/${name}.py`]), `${base}/__init__.py`];
    }),
  );
}

/** `mod name;` beside or below the file, and `use` paths from the crate's `src`, the module or the one above it. */
function rustPaths(from: string, specifier: string): string[][] {
  const folder = parentOf(from);
  const stem = from.slice(folder === '' ? 0 : folder.length + 1).replace(/\.rs$/, '');
  const own = ['mod', 'lib', 'main'].includes(stem) ? folder : `${folder}/${stem}`;
  const inSource = /^(.*\/)?src(?=\/)/.exec(from)?.[0] ?? folder;
  return expandUse(specifier.replace(/\s+as\s+\w+/g, '').replace(/\s+/g, '')).map((path) => {
    const parts = path.split('::');
    let root = own;
    if (parts[0] === 'crate') [root] = [inSource, parts.shift()];
    else if (parts[0] === 'self') parts.shift();
    while (parts[0] === 'super') [root] = [`${root}/..`, parts.shift()];
    const lengths = Array.from({ length: parts.length }, (_, index) => parts.length - index);
    return lengths.flatMap((length) => {
      const base = `${root}/${parts.slice(0, length).join('/')}`;
      return [`${base}.rs`, `${base}/mod.rs`];
    });
  });
}

/** The single paths of `a::{b, c::D as E}`, without what they are called here. */
function expandUse(path: string): string[] {
  const open = path.indexOf('{');
  if (open === -1) return [path.replace(/(::)?\*$/, '')];
  const end = path.lastIndexOf('}');
  const inner = path.slice(open + 1, end === -1 ? path.length : end);
  let depth = 0;
  let start = 0;
  const items: string[] = [];
  for (let at = 0; at <= inner.length; at += 1) {
    const char = inner[at];
    if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    else if ((char === ',' && depth === 0) || char === undefined) {
      items.push(inner.slice(start, at));
      start = at + 1;
    }
  }
  return items.filter((item) => item !== '').flatMap((item) => expandUse(path.slice(0, open) + item));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path without `.` and `..`, or null where it would leave the folder. */
function normalised(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

const secretFolders = /^\.(aws|ssh|gnupg|kube)$/i;
const secretFiles =
  /^(\.env(\..*)?|.*\.env|[._]netrc|\.npmrc|\.pypirc|\.htpasswd|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)|(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt))?)$/i;

/** Whether the name of a file, or of a folder above it, says that it holds secrets; such files are never shown. */
export function isSecretPath(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return secretFiles.test(name) || folders.some((folder) => secretFolders.test(folder));
}
