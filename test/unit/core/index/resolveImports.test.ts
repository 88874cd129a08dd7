import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  noProjectFacts,
  resolveImports,
  type ProjectFacts,
} from '../../../../src/core/index/resolveImports.ts';
import { grammarNames, type GrammarName } from '../../../../src/core/syntax/languages.ts';
import { PictureLookup } from '../../../support/pathLookup.ts';

const project: ProjectFacts = {
  tsconfigs: [
    { folder: 'src', baseUrl: 'src', paths: [{ pattern: '@/*', targets: ['src/*', 'lib/*'] }] },
    { folder: '', baseUrl: null, paths: [{ pattern: '*', targets: ['lib/*'] }] },
  ],
  packages: [
    {
      folder: 'lib',
      name: 'a',
      entry: ['lib/src/a', 'lib/b.js'],
      subpaths: [{ pattern: 'a/*', targets: ['lib/*'] }],
    },
  ],
  goModules: [{ folder: '', module: 'a.b/c' }],
  crates: [
    { folder: 'src', name: 'a', library: 'src/src/lib.rs' },
    { folder: '', name: 'b', library: 'lib/b.rs' },
  ],
  composer: [{ folder: '', prefix: 'a\\', target: 'src' }],
};

/** How each language writes a path, and how its files end. */
const styles: Partial<Record<GrammarName, readonly [between: string, ...endings: string[]]>> = {
  typescript: ['/', 'ts', 'js'],
  tsx: ['/', 'tsx', 'ts'],
  javascript: ['/', 'js'],
  python: ['.', 'py'],
  go: ['/', 'go'],
  rust: ['::', 'rs'],
  java: ['.', 'java', 'kt'],
  kotlin: ['.', 'kt'],
  scala: ['.', 'scala'],
  c: ['/', 'h', 'c'],
  cpp: ['/', 'h', 'cpp'],
  csharp: ['.', 'cs'],
  ruby: ['/', 'rb'],
  php: ['\\', 'php'],
  lua: ['.', 'lua'],
  swift: ['.', 'swift'],
  bash: ['/', 'sh'],
  html: ['/', 'html', 'css'],
  css: ['/', 'css'],
};
const part = fc.constantFrom(
  'a',
  'b',
  'c',
  'src',
  'lib',
  'include',
  'Sources',
  'main',
  'mod',
  'index',
  '__init__',
);
const parts = fc.array(part, { minLength: 1, maxLength: 3 });
const mark = fc.constantFrom(
  ...'. .. / ./ ../ :: \\ { } , * crate super self < > # @/ $ " \' _ a.b/c .js .h'.split(' '),
  ' as ',
);
const heads = './ ../ / . .. crate:: super:: self:: @/ a/ a.b/c/ a\\ < static'.split(' ');

/** A language, files that are mostly its own, and a specifier that looks like the end of a path, or like nothing. */
const scene = fc.constantFrom(...grammarNames).chain((language) => {
  const [between, ...endings] = styles[language] ?? ['/', 'json'];
  const ending = fc.constantFrom(...endings, ...endings, ...endings, 'md');
  const file = fc.tuple(parts, ending).map(([all, extension]) => `${all.join('/')}.${extension}`);
  return fc.uniqueArray(file, { minLength: 8, maxLength: 40 }).chain((files) => {
    const likely = fc
      .tuple(
        fc.constantFrom(...files),
        fc.nat(2),
        fc.oneof(fc.constant(''), fc.constantFrom(...heads)),
        fc.boolean(),
      )
      .map(([path, dropped, head, whole]) => {
        const bare = whole && between === '/' ? path : path.replace(/\.\w+$/, '');
        return head + bare.split('/').slice(dropped).join(between);
      });
    const marks = fc.array(fc.oneof(part, mark), { maxLength: 8 }).map((all) => all.join(''));
    return fc.record({
      language: fc.constant(language),
      files: fc.constant(files),
      imported: fc.record({
        specifier: fc.oneof({ weight: 8, arbitrary: likely }, marks, fc.string()),
        names: fc.array(fc.oneof(part, fc.constant('*')), { maxLength: 3 }),
        start: fc.constant(0),
        end: fc.constant(0),
        reexport: fc.boolean(),
      }),
      facts: fc.constantFrom(project, noProjectFacts),
    });
  });
});

describe('resolveImports', () => {
  it('gives only other files of the folder, in order, the same each time, and asks little', () => {
    let resolved = 0;
    fc.assert(
      fc.property(scene, ({ language, files, imported, facts }) => {
        const from = files[0] ?? '';
        const lookup = new PictureLookup(files);
        const results = resolveImports(language, from, [imported], lookup, facts);
        for (const { paths, names } of results) {
          assert.ok(paths.length > 0);
          assert.deepEqual(paths, [...new Set(paths)].sort());
          for (const path of paths) assert.ok(files.includes(path) && path !== from, path);
          assert.equal(new Set(names).size, names.length);
        }
        assert.ok(lookup.questions < 1200, String(lookup.questions));
        assert.deepEqual(
          resolveImports(
            language,
            from,
            [imported],
            new PictureLookup([...files].reverse()),
            structuredClone(facts),
          ),
          results,
        );
        resolved += results.filter(({ specifier }) => specifier !== '.').length;
      }),
      { numRuns: 3000 },
    );
    assert.ok(resolved > 150, `the property is about nothing: ${resolved}`);
  });

  it('asks no more in a larger folder', () => {
    const imports: [GrammarName, string, string][] = [
      ['typescript', 'src/a.ts', 'nothing/at/all'],
      ['python', 'src/a.py', 'nothing.at.all'],
      ['go', 'src/a.go', 'a.b/c/nothing'],
      ['rust', 'src/a.rs', 'crate::nothing::at::all'],
      ['java', 'src/main/java/x/A.java', 'x.Nothing'],
      ['c', 'src/a.c', 'nothing.h'],
      ['csharp', 'src/A.cs', 'Nothing.At.All'],
      ['php', 'src/A.php', 'Nothing\\At\\All'],
      ['ruby', 'src/a.rb', 'nothing/at/all'],
    ];
    const few = imports.map(([, from]) => from);
    const many = [
      ...few,
      ...Array.from({ length: 2000 }, (_, at) => `other/${at % 50}/file${at}.${few[at % 9]?.split('.')[1]}`),
    ];
    for (const [language, from, specifier] of imports) {
      const counts = [few, many].map((files) => {
        const lookup = new PictureLookup(files);
        const imported = { specifier, names: [], start: 0, end: 0, reexport: false };
        assert.deepEqual(resolveImports(language, from, [imported], lookup, project), []);
        return lookup.questions;
      });
      assert.equal(counts[0], counts[1], language);
    }
  });

  it('gives at most 64 files for an import', () => {
    const files = Array.from({ length: 200 }, (_, at) => `pkg/f${String(at).padStart(3, '0')}.go`);
    const lookup = new PictureLookup([...files, 'main.go']);
    const imported = { specifier: 'a.b/c/pkg', names: [], start: 0, end: 0, reexport: false };
    assert.deepEqual(resolveImports('go', 'main.go', [imported], lookup, project), [
      { specifier: 'a.b/c/pkg', paths: files.slice(0, 64), names: [], reexport: false },
    ]);
    const modules = Array.from({ length: 100 }, (_, at) => `m${at}`);
    const many = new PictureLookup(['main.py', ...modules.map((name) => `pkg/${name}.py`)]);
    const all = { specifier: 'pkg', names: modules, start: 0, end: 0, reexport: false };
    const results = resolveImports('python', 'main.py', [all], many, project);
    assert.equal(
      results.reduce((sum, { paths }) => sum + paths.length, 0),
      64,
    );
  });

  it('keeps the order of the imports and whether they are offered again', () => {
    const lookup = new PictureLookup(['a.ts', 'b.ts', 'c.ts']);
    const imports = ['./c', './b', './c'].map((specifier, at) => ({
      specifier,
      names: [`N${at}`],
      start: at,
      end: at,
      reexport: at === 1,
    }));
    assert.deepEqual(resolveImports('typescript', 'a.ts', imports, lookup, noProjectFacts), [
      { specifier: './c', paths: ['c.ts'], names: ['N0'], reexport: false },
      { specifier: './b', paths: ['b.ts'], names: ['N1'], reexport: true },
      { specifier: './c', paths: ['c.ts'], names: ['N2'], reexport: false },
    ]);
  });

  it('does not give what an import takes once more for the package', () => {
    const lookup = new PictureLookup(['p/A.java', 'p/B.java', 'p/C.java']);
    const imported = { specifier: 'p.B', names: [], start: 0, end: 0, reexport: false };
    assert.deepEqual(resolveImports('java', 'p/A.java', [imported], lookup, noProjectFacts), [
      { specifier: 'p.B', paths: ['p/B.java'], names: ['B'], reexport: false },
      { specifier: '.', paths: ['p/C.java'], names: [], reexport: false },
    ]);
  });

  it('bears specifiers of any length', () => {
    const lookup = new PictureLookup(['src/a.rs', 'src/b.rs', 'b.py']);
    for (const specifier of [
      '{'.repeat(8000),
      'b::{'.repeat(2000),
      `crate::${'b::{'.repeat(1500)}`,
      '.'.repeat(1e6),
    ]) {
      for (const language of grammarNames) {
        const imported = { specifier, names: [], start: 0, end: 0, reexport: false };
        const found = resolveImports(language, 'src/a.rs', [imported], lookup, project);
        assert.ok(found.length <= 1, language);
      }
    }
  });
});
