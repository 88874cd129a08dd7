import type { ImportedModule } from '../../syntax/imports.ts';
import { baseNameOf, best, commonEnd, endsWithPath, foldersUp, joined, nearest, parentOf } from './paths.ts';
import type { ImportSite, PathLookup, Resolver } from './types.ts';

const headers = ['.h', '.hh', '.hpp', '.hxx', '.cuh'];
const sources = ['.c', '.cc', '.cpp', '.cxx', '.m', '.mm', '.cu'];
/** Folders that part headers from sources and are no part of what both are called. */
const apart = /^(include|inc|headers?|src|sources?|lib)$/i;

/** C and C++: `"x.h"` near the file or by its name, `<x.h>` below a folder for headers; a source and its header. */
export const c: Resolver = {
  imported({ specifier, names }: ImportedModule, site: ImportSite) {
    const written = specifier.trim().replaceAll('\\', '/');
    const system = /^<(.*)>$/.exec(written)?.[1]?.trim();
    const paths = system === undefined ? quoted(written, site) : belowInclude(system, site);
    return [{ paths, names }];
  },
  implicit: counterpart,
};

function quoted(written: string, site: ImportSite): string[] {
  const { from, folder, lookup } = site;
  const places = foldersUp(folder).flatMap((at) => [at, `${at}/include`, `${at}/src`]);
  for (const place of places) {
    const path = joined(place, written);
    if (path !== null && path !== from && lookup.has(path)) return [path];
  }
  const parts = written.split('/').filter((part) => part !== '..' && part !== '.');
  const named = lookup.named(parts.at(-1) ?? '').filter((path) => path !== from);
  const alike = best(named, (path) => commonEnd(path.split('/'), parts));
  const found = alike.length > 1 ? nearest(from, alike) : alike;
  return found.length === 1 ? found : [];
}

function belowInclude(written: string, { from, lookup }: ImportSite): string[] {
  const named = lookup.named(baseNameOf(written));
  return nearest(
    from,
    named.filter((path) => endsWithPath(path, `include/${written}`)),
  ).slice(0, 1);
}

/** The source of a header and the header of a source: beside it, else where headers lie apart from sources. */
function counterpart({ from, folder, lookup }: ImportSite): string[] {
  const name = baseNameOf(from);
  const dot = name.lastIndexOf('.');
  const [stem, extension] = [name.slice(0, dot), name.slice(dot)];
  const wanted = headers.includes(extension) ? sources : sources.includes(extension) ? headers : [];
  const beside = wanted.map((ending) => joined(folder, stem + ending) ?? '').filter((at) => lookup.has(at));
  if (beside.length > 0) return beside;
  const elsewhere = wanted.flatMap((ending) => lookup.named(stem + ending));
  return unique(from, elsewhere, lookup);
}

function unique(from: string, paths: readonly string[], lookup: PathLookup): string[] {
  const bare = (path: string): string[] =>
    parentOf(path)
      .split('/')
      .filter((part) => !apart.test(part));
  const isApart = (path: string): boolean => path.split('/').some((part) => apart.test(part));
  const own = bare(from);
  const candidates = paths.filter((path) => (isApart(from) || isApart(path)) && lookup.has(path));
  const found = nearest(
    from,
    best(candidates, (path) => commonEnd(bare(path), own)),
  );
  return found.length === 1 ? found : [];
}
