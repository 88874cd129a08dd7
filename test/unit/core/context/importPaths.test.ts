import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importPaths, isSecretPath } from '../../../../src/core/context/importPaths.ts';
import type { GrammarName } from '../../../../src/core/syntax/languages.ts';

/** What is imported by `specifier` (and names) from a file, and some of the places that must come in this order. */
const table: [language: GrammarName, from: string, specifier: string, names: string[], paths: string[][]][] =
  [
    ['typescript', 'src/a.ts', './b', [], [['src/b.ts', 'src/b.tsx', 'src/b.js', 'src/b/index.ts']]],
    ['typescript', 'src/a.ts', './b.ts', [], [['src/b.ts']]],
    ['typescript', 'src/a.ts', '../lib/b.js', [], [['lib/b.ts', 'lib/b.tsx', 'lib/b.js']]],
    ['tsx', 'src/a.tsx', './b.jsx', [], [['src/b.tsx', 'src/b.jsx']]],
    ['javascript', 'a.js', '.', [], [['index.ts', 'index.js']]],
    ['typescript', 'src/a.ts', 'valibot', [], []],
    ['typescript', 'src/a.ts', '../../outside', [], []],
    ['typescript', 'src/a.ts', './a', [], [['src/a.tsx', 'src/a/index.ts']]],
    ['python', 'pkg/sub/a.py', '.b', [], [['pkg/sub/b.py', 'pkg/sub/b.pyi', 'pkg/sub/b/__init__.py']]],
    ['python', 'pkg/sub/a.py', '..', ['b', 'c'], [['pkg/b.py', 'pkg/__init__.py'], ['pkg/c.py']]],
    ['python', 'pkg/sub/a.py', 'pkg.b', [], [['pkg/sub/pkg/b.py', 'pkg/b.py', 'src/pkg/b.py']]],
    ['python', 'a.py', '...b', [], []],
    ['rust', 'src/main.rs', 'shapes', [], [['src/shapes.rs', 'src/shapes/mod.rs']]],
    ['rust', 'src/geo.rs', 'shapes', [], [['src/geo/shapes.rs', 'src/geo/shapes/mod.rs']]],
    ['rust', 'src/geo/mod.rs', 'super::shapes::Circle', [], [['src/shapes/Circle.rs', 'src/shapes.rs']]],
    [
      'rust',
      'app/src/a/b.rs',
      'crate::c::{D, e::F as G}',
      [],
      [['app/src/c.rs', 'app/src/c/mod.rs'], ['app/src/c/e.rs']],
    ],
    ['rust', 'src/lib.rs', 'crate::c::*', [], [['src/c.rs']]],
    ['rust', 'src/a.rs', 'super::super::super::b', [], []],
    ['go', 'a.go', 'example.com/shop/b', [], []],
  ];

describe('importPaths', () => {
  for (const [language, from, specifier, names, expected] of table) {
    it(`${language}: ${specifier}${names.length > 0 ? ` (${names.join(', ')})` : ''} in ${from}`, () => {
      const groups = importPaths(language, from, { specifier, names, start: 0, end: 0 });
      assert.equal(groups.length, expected.length, JSON.stringify(groups));
      groups.forEach((paths, index) => {
        const wanted = expected[index] ?? [];
        assert.deepEqual(
          paths.filter((path) => wanted.includes(path)),
          wanted,
          JSON.stringify(paths),
        );
        assert.equal(paths.includes(from), false);
      });
    });
  }

  it('never leads out of the folder', () => {
    for (const specifier of ['../..', './../../b', '../../../etc/passwd', './..//../x']) {
      for (const paths of importPaths('typescript', 'src/a.ts', { specifier, names: [], start: 0, end: 0 })) {
        for (const path of paths) assert.doesNotMatch(path, /^\/|(^|\/)\.\.(\/|$)|^$/);
      }
    }
  });
});

describe('isSecretPath', () => {
  const secret = [
    '.env',
    'a/.env.local',
    'prod.env',
    'id_rsa',
    'tls/server.key',
    'cert.pem',
    '.ssh/config',
    '.npmrc',
    'secrets.yaml',
  ];
  const open = [
    'environment.ts',
    'src/secrets/store.ts',
    'keys.ts',
    'src/credentials.ts',
    'a.keyboard',
    '.envelope.ts',
  ];
  for (const path of secret) it(`${path} is one`, () => assert.equal(isSecretPath(path), true));
  for (const path of open) it(`${path} is none`, () => assert.equal(isSecretPath(path), false));
});
