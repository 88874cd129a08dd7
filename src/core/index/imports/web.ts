import type { ImportedModule } from '../../syntax/imports.ts';
import { foldersUp, joined } from './paths.ts';
import type { ImportSite, Resolver } from './types.ts';

/** Folders whose content a server offers at `/`. */
const served = ['', 'public', 'static', 'src', 'www'];

/** HTML and CSS: addresses without a scheme, relative to the file, or from `/` of a folder that is served. */
export const web: Resolver = {
  imported({ specifier, names }: ImportedModule, { folder, lookup }: ImportSite) {
    const written = specifier
      .trim()
      .replace(/^url\(\s*(.*?)\s*\)$/, '$1')
      .replace(/^["']|["']$/g, '')
      .replace(/[?#].*$/, '');
    if (written === '' || /^([a-z][a-z\d+.-]*:|\/\/)/i.test(written)) return [];
    const places = written.startsWith('/')
      ? foldersUp(folder).flatMap((at) => served.map((place) => `${at}/${place}`))
      : [folder];
    const paths = places.flatMap((place) => joined(place, written) ?? []);
    return [{ paths: paths.filter((path) => lookup.has(path)).slice(0, 1), names }];
  },
};
