import type { ImportedModule } from '../../syntax/imports.ts';
import { expandBraces } from './braces.ts';
import { best, commonEnd, foldersUp, joined, nearest } from './paths.ts';
import type { ImportSite, Resolver, Target } from './types.ts';

/** PHP: `use` by composer's PSR-4 or the end of a path, `require` and `include` by path; a namespace's own files. */
export const php: Resolver = {
  imported({ specifier, names }: ImportedModule, site: ImportSite) {
    if (/\.(php|inc|phtml)\b/.test(specifier) || /["'/]/.test(specifier)) {
      return [{ paths: included(specifier, site), names: [] }];
    }
    const bare = specifier.trim().replace(/^(function|const)\s+/, '');
    const classes = expandBraces(bare).flatMap((item) => {
      const name = item.replace(/\s+as\s.*$/i, '').replace(/^(function|const)\s+|^\\|\\$/g, '');
      const added = names.filter((taken) => taken !== name.split('\\').at(-1));
      return added.length > 0 ? added.map((taken) => `${name}\\${taken}`) : [name];
    });
    return classes.map((name) => classFile(name.split('\\'), site));
  },
  implicit: ({ folder, lookup }) => lookup.filesIn(folder).filter((path) => path.endsWith('.php')),
};

function classFile(parts: readonly string[], { from, lookup, project }: ImportSite): Target {
  const name = parts.at(-1) ?? '';
  const namespaced = `${parts.join('\\')}`;
  const mapped = project.composer
    .filter(({ prefix }) => namespaced.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .flatMap(({ prefix, target }) => {
      const path = joined(target, `${namespaced.slice(prefix.length)}.php`);
      return path !== null && lookup.has(path) ? [path] : [];
    });
  if (mapped.length > 0) return { paths: mapped.slice(0, 1), names: [name] };
  const wanted = `${parts.join('/')}.php`.toLowerCase().split('/');
  const shared = (path: string): number => commonEnd(path.toLowerCase().split('/'), wanted);
  // One folder of the namespace at least, or another class of that name would be taken for it.
  const files = lookup.named(`${name}.php`).filter((path) => shared(path) >= 2);
  return { paths: nearest(from, best(files, shared)).slice(0, 1), names: [name] };
}

/** The last string of an expression like `__DIR__ . '/../x.php'`, from the file's folder or one above it. */
function included(specifier: string, { folder, lookup }: ImportSite): string[] {
  const written = /["']([^"']*)["'][^"']*$/.exec(specifier)?.[1] ?? specifier;
  for (const place of foldersUp(folder)) {
    const path = joined(place, written);
    if (path !== null && lookup.has(path)) return [path];
  }
  return [];
}
