import type { ImportedModule } from '../../syntax/imports.ts';
import { best } from './paths.ts';
import type { ImportSite, Resolver } from './types.ts';

/** Go: a package is the folder below its module; the own package's other files need no import. */
export const go: Resolver = {
  imported({ specifier, names }: ImportedModule, { lookup, project }: ImportSite) {
    const holders = project.goModules.filter(({ module }) => `${specifier}/`.startsWith(`${module}/`));
    const [holder] = best(holders, ({ module }) => module.length);
    if (holder === undefined) return [];
    const rest = specifier.slice(holder.module.length + 1);
    const folder = [holder.folder, rest].filter((part) => part !== '').join('/');
    const paths = lookup.filesIn(folder).filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
    return [{ paths, names }];
  },
  /** Tests only beside tests. */
  implicit({ from, folder, lookup }: ImportSite) {
    const tests = from.endsWith('_test.go');
    return lookup
      .filesIn(folder)
      .filter((path) => path.endsWith('.go') && (tests || !path.endsWith('_test.go')));
  },
};
