import type { ImportedModule } from '../../syntax/imports.ts';
import { best, commonEnd, foldersUp, nearest, parentOf } from './paths.ts';
import type { ImportSite, Resolver } from './types.ts';

/** Namespaces of the platform, which need their whole name to be taken for a folder. */
const platform = /^(System|Microsoft|Windows)$/;

/** C#: a namespace is the folders that end with its last parts; else it is a class by the end of a path. */
export const csharp: Resolver = {
  imported({ specifier, names }: ImportedModule, site: ImportSite) {
    const written = specifier.replace(/^(.*=|\s*static\s)/, '').replace(/\s+|global::/g, '');
    const parts = written.split('.').filter((part) => part !== '');
    const files = namespaceFolders(parts, site).flatMap((folder) => sourcesIn(folder, site));
    return [{ paths: files.length > 0 ? files : classFiles(parts, site), names }];
  },
  /** The files of a folder are of one namespace. */
  implicit: (site) => sourcesIn(site.folder, site),
};

function namespaceFolders(parts: readonly string[], site: ImportSite): string[] {
  // A project's folder is often called by its whole namespace, with the dots.
  const folders = parts.flatMap((_, index) => site.lookup.foldersNamed(parts.slice(index).join('.')));
  const fitting = folders.filter((folder) => fits(folder, parts, site));
  return best(fitting, (folder) => commonEnd(folder.split(/[/.]/), parts));
}

/**
 * Whether a folder may hold a namespace: it ends with all of it or two parts of it, or with one and lies beside the
 * file or a folder above it, as where a project's own folder does not have its name.
 */
function fits(folder: string, parts: readonly string[], site: ImportSite): boolean {
  const count = commonEnd(folder.split(/[/.]/), parts);
  if (count === parts.length) return true;
  if (platform.test(parts[0] ?? '')) return false;
  return count >= 2 || (count === 1 && foldersUp(site.folder).includes(parentOf(folder)));
}

function classFiles(parts: readonly string[], site: ImportSite): string[] {
  const name = parts.at(-1);
  if (name === undefined || parts.length < 2) return [];
  const files = site.lookup.named(`${name}.cs`);
  return nearest(
    site.from,
    files.filter((path) => fits(parentOf(path), parts.slice(0, -1), site)),
  );
}

function sourcesIn(folder: string, { lookup }: ImportSite): string[] {
  return lookup.filesIn(folder).filter((path) => path.endsWith('.cs'));
}
