import type { ImportedFile } from '../core/context/candidates.ts';
import { identifiersIn } from '../core/index/chunks.ts';
import { resolveImports, throughReexports, type ResolvedImport } from '../core/index/resolveImports.ts';
import type { ImportedModule } from '../core/syntax/imports.ts';
import { grammarFor } from '../core/syntax/languages.ts';
import { languageOf } from './fileFacts.ts';
import type { FolderIndex } from './folderIndex.ts';

/** The files that a document's imports stand for, and those that define what is passed on through them. */
export function importedFiles(
  languageId: string,
  path: string,
  imports: readonly ImportedModule[],
  { index, project }: Pick<FolderIndex, 'index' | 'project'>,
): ImportedFile[] {
  const language = grammarFor(languageId) ?? grammarFor(languageOf(path));
  if (language === null) return [];
  const resolved = resolveImports(language, path, imports, index.paths, project);
  const reexportsOf = (file: string): readonly ResolvedImport[] => {
    const grammar = grammarFor(languageOf(file));
    const known = index.get(file);
    return grammar === null || known === undefined
      ? []
      : resolveImports(grammar, file, known.imports, index.paths, project);
  };
  const definedIn = (file: string, name: string): boolean => {
    const id = index.names.find(name);
    return (
      id !== undefined && (index.get(file)?.symbols.some((one) => one.name === id && !one.local) ?? false)
    );
  };
  const found = new Map<string, Set<string>>();
  const add = (file: string, names: readonly string[]): void => {
    const known = found.get(file) ?? new Set();
    for (const name of names) known.add(name);
    found.set(file, known);
  };
  for (const { specifier, paths, names } of resolved) {
    // Rust names what it takes in the path itself.
    const taken = language === 'rust' ? identifiersIn(specifier) : names;
    for (const file of paths) add(file, taken);
    const passed = taken.filter((name) => !paths.some((file) => definedIn(file, name)));
    for (const { path: file, name } of throughReexports(paths, passed, reexportsOf, definedIn))
      add(file, [name]);
  }
  found.delete(path);
  return [...found].map(([file, names]) => ({ path: file, names: [...names] }));
}
