import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  noProjectFacts,
  resolveImports,
  throughReexports,
} from '../../../../../src/core/index/resolveImports.ts';
import { PictureLookup } from '../../../../support/pathLookup.ts';

/** A file: what it defines, and what it imports as `specifier`, `specifier name` or `export specifier name`. */
type Files = Record<string, { defines?: string[]; imports?: string[] }>;

function follow(language: 'typescript' | 'python', files: Files, paths: string[], names: string[]): string[] {
  const lookup = new PictureLookup(Object.keys(files));
  const found = throughReexports(
    paths,
    names,
    (path) =>
      resolveImports(
        language,
        path,
        (files[path]?.imports ?? []).map((written) => {
          const [specifier = '', ...taken] = written.replace(/^export /, '').split(' ');
          return { specifier, names: taken, start: 0, end: 0, reexport: written.startsWith('export ') };
        }),
        lookup,
        noProjectFacts,
      ),
    (path, name) => files[path]?.defines?.includes(name) ?? false,
  );
  return found.map(({ path, name }) => `${path} ${name}`);
}

describe('throughReexports', () => {
  const barrel: Files = {
    'index.ts': { defines: ['own'], imports: ['export ./a', 'export ./b B', './hidden'] },
    'a.ts': { defines: ['A', 'both'], imports: ['export ./deep/index'] },
    'b.ts': { defines: ['B', 'C', 'both'] },
    'hidden.ts': { defines: ['H'] },
    'deep/index.ts': { imports: ['export ./deeper'] },
    'deep/deeper.ts': { defines: ['D'], imports: ['export ./deepest'] },
    'deep/deepest.ts': { defines: ['E'] },
  };
  const table: [what: string, names: string[], found: string[]][] = [
    ['is where a name is defined at once', ['own'], ['index.ts own']],
    ['goes through an export of everything', ['A'], ['a.ts A']],
    ['goes through an export by name', ['B'], ['b.ts B']],
    ['does not take what an export by name leaves out', ['C'], []],
    ['does not take what is only imported', ['H'], []],
    ['goes through three files', ['D'], ['deep/deeper.ts D']],
    ['and no further', ['E'], []],
    ['keeps the order of the names', ['D', 'own', 'A', 'A'], ['deep/deeper.ts D', 'index.ts own', 'a.ts A']],
    ['finds nothing for no names', [], []],
  ];
  for (const [what, names, found] of table) {
    it(what, () => assert.deepEqual(follow('typescript', barrel, ['index.ts'], names), found));
  }

  it('gives all nearest definers', () => {
    assert.deepEqual(follow('typescript', barrel, ['b.ts', 'a.ts'], ['both']), ['a.ts both', 'b.ts both']);
  });

  it('ends in circles', () => {
    const circle: Files = {
      'a.ts': { imports: ['export ./b', 'export ./a'] },
      'b.ts': { imports: ['export ./c', 'export ./a'] },
      'c.ts': { imports: ['export ./a'], defines: ['X'] },
    };
    assert.deepEqual(follow('typescript', circle, ['a.ts'], ['X', 'nothing']), ['c.ts X']);
  });

  it("takes what a package's __init__ imports for its own", () => {
    const files: Files = {
      'pkg/__init__.py': { imports: ['.models User', '.sub *'] },
      'pkg/models.py': { defines: ['User', 'Secret'], imports: ['.other Other'] },
      'pkg/other.py': { defines: ['Other'] },
      'pkg/sub/__init__.py': { imports: ['.leaf Leaf'] },
      'pkg/sub/leaf.py': { defines: ['Leaf'] },
    };
    const names = ['User', 'Leaf', 'Secret', 'Other'];
    assert.deepEqual(follow('python', files, ['pkg/__init__.py'], names), [
      'pkg/models.py User',
      'pkg/sub/leaf.py Leaf',
    ]);
  });
});
