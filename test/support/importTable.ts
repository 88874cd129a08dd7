import assert from 'node:assert/strict';
import { it } from 'node:test';
import { noProjectFacts, resolveImports, type ProjectFacts } from '../../src/core/index/resolveImports.ts';
import type { GrammarName } from '../../src/core/syntax/languages.ts';
import { PictureLookup } from './pathLookup.ts';

/**
 * One import and what it stands for: the importing file, the specifier and, behind ` : `, names; and for each
 * result its paths and, behind ` : `, its names. `(none)` asks for what needs no import.
 */
export type ImportRow = readonly [from: string, written: string, ...results: string[]];

/** Tests that each import, alone in its file, gives its results among the files of a picture. */
export function importTable(
  language: GrammarName,
  picture: string,
  rows: readonly ImportRow[],
  project: Partial<ProjectFacts> = {},
): void {
  const lookup = new PictureLookup(picture.trim().split(/\s+/));
  for (const [from, written, ...expected] of rows) {
    it(`${written} in ${from}`, () => {
      assert.ok(lookup.has(from), `${from} is missing in the picture`);
      const none = written === '(none)';
      const [, specifier = '', taken] = /^(.*?)(?: : (.*))?$/s.exec(written) ?? [];
      const names = taken?.split(', ') ?? [];
      const imports = none ? [] : [{ specifier, names, start: 0, end: 0, reexport: false }];
      const found = resolveImports(language, from, imports, lookup, { ...noProjectFacts, ...project });
      const wanted = found.filter((item) => (none ? item.specifier === '.' : item.specifier === specifier));
      assert.deepEqual(
        wanted.map((item) =>
          item.names.length === 0
            ? item.paths.join(' ')
            : `${item.paths.join(' ')} : ${item.names.join(', ')}`,
        ),
        expected,
      );
    });
  }
}
