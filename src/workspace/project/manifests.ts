import { joined, parentOf } from '../../core/index/imports/paths.ts';
import type { ProjectFacts } from '../../core/index/resolveImports.ts';
import { isObject, strings, type JsonObject } from './json.ts';

/** The module that a go.mod declares, or null. */
export function goModule(text: string): string | null {
  for (const line of text.split('\n')) {
    const module = /^\s*module\s+["`]?([^\s"`(]+)/.exec(line)?.[1];
    if (module !== undefined && !module.startsWith('//')) return module;
  }
  return null;
}

/** The crate of a Cargo.toml by each name that it has: the package's and, where it differs, the library's. */
export function crates(path: string, text: string): ProjectFacts['crates'] {
  const folder = parentOf(path);
  const names: string[] = [];
  let library = joined(folder, 'src/lib.rs');
  let table = '';
  for (const line of text.split('\n')) {
    table = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1] ?? (/^\s*\[\[/.test(line) ? '' : table);
    const [, key, double, single] = /^\s*(name|path)\s*=\s*(?:"([^"]+)"|'([^']+)')/.exec(line) ?? [];
    const value = double ?? single;
    if (value === undefined) continue;
    if (key === 'name' && (table === 'package' || table === 'lib')) names.push(value);
    else if (key === 'path' && table === 'lib') library = joined(folder, value);
  }
  if (library === null) return [];
  return [...new Set(names)].map((name) => ({ folder, name, library }));
}

/** The PSR-4 folders of a composer.json, the tests' last. */
export function psr4(path: string, content: JsonObject): ProjectFacts['composer'] {
  const folder = parentOf(path);
  return [content.autoload, content['autoload-dev']].flatMap((autoload) => {
    const prefixes = isObject(autoload) && isObject(autoload['psr-4']) ? autoload['psr-4'] : {};
    return Object.entries(prefixes).flatMap(([prefix, targets]) =>
      strings(targets).flatMap((written) => {
        const target = joined(folder, written);
        return target === null ? [] : [{ folder, prefix, target }];
      }),
    );
  });
}
