import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  fitsGlobs,
  fnmatchPattern,
  globPattern,
  settingPattern,
} from '../../../../../src/core/refactor/runner/glob.ts';

describe('globPattern', () => {
  const cases: [glob: string, fits: string[], not: string[]][] = [
    ['*.js', ['a.js', '.js'], ['a/b.js', 'a.jsx']],
    ['./test/*.js', ['test/a.js'], ['test/a/b.js', './test/a.js']],
    ['**/*.js', ['a.js', 'a/b.js', 'a/b/c.js'], ['a.ts']],
    ['test/**', ['test/a', 'test/a/b'], ['test', 'tests/a']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    [
      '**/__tests__/**/*.?([mc])[jt]s?(x)',
      ['__tests__/a.ts', 'x/__tests__/y/a.mjs', '__tests__/a.tsx'],
      ['a.ts'],
    ],
    ['**/?(*.)+(spec|test).[jt]s?(x)', ['a.test.ts', 'x/test.js', 'a.spec.tsx'], ['a.tests.ts', 'latest.ts']],
    ['**/*.{test,spec}.?(c|m)[jt]s?(x)', ['a.test.cts', 'x/a.spec.js'], ['a.test.css']],
    ['{a,b/{c,d}}.js', ['a.js', 'b/c.js', 'b/d.js'], ['c.js']],
    ['[!a-c].js', ['d.js'], ['a.js', 'b.js']],
    ['a?.js', ['ab.js'], ['a.js', 'a/.js']],
    ['@(a|b)+(c).js', ['ac.js', 'bccc.js'], ['abc.js']],
    [String.raw`a\*.js`, ['a*.js'], ['ab.js']],
    ['a.b', ['a.b'], ['axb']],
    ['(a)/[.js', ['(a)/[.js'], []],
  ];
  for (const [glob, fits, not] of cases)
    it(`reads ${glob}`, () => {
      const pattern = globPattern(glob);
      assert.ok(pattern !== null);
      for (const path of fits) assert.ok(pattern.test(path), path);
      for (const path of not) assert.ok(!pattern.test(path), path);
    });

  it('does not guess at what it can’t read', () => {
    for (const glob of [
      '!(a).js',
      '+(a*).js',
      '{1..3}.js',
      '{a,b.js',
      '{a}.js',
      '?(a',
      '[c-a].js',
      'x'.repeat(301),
    ])
      assert.equal(globPattern(glob), null, glob);
    assert.equal(fitsGlobs('b.js', ['a.js', '!(a).js']), null);
    assert.equal(fitsGlobs('a.js', ['!(a).js', 'a.js']), true);
    assert.equal(fitsGlobs('b.js', ['a.js']), false);
  });

  it('never throws, and a path without signs stands for itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab*?[]{}()!@+|,/\\.-^$') }), (glob) => {
        const pattern = globPattern(glob);
        pattern?.test('a/b.js');
        if (/^[ab./-]*$/.test(glob)) assert.ok(pattern?.test(glob.replace(/^(?:\.\/)+/, '')));
      }),
      { examples: [['[a-)]']] },
    );
  });
});

describe('fnmatchPattern', () => {
  const cases: [glob: string, fits: string[], not: string[]][] = [
    ['test_*.py', ['test_a.py', 'test_a/b.py'], ['a_test.py', 'test.py']],
    ['[!a]?.py', ['bc.py'], ['ac.py', 'b.py']],
    ['a[.py', ['a[.py'], ['a.py']],
  ];
  for (const [glob, fits, not] of cases)
    it(`reads ${glob}`, () => {
      for (const path of fits) assert.ok(fnmatchPattern(glob)?.test(path), path);
      for (const path of not) assert.equal(fnmatchPattern(glob)?.test(path), false, path);
    });
});

describe('settingPattern', () => {
  it('takes patterns that can’t take for ever, and no others', () => {
    assert.ok(settingPattern(String.raw`(/__tests__/.*|(\.|/)(test|spec))\.[jt]sx?$`)?.test('a.test.ts'));
    for (const source of ['(a+)+$', '(a|b){2,}', '(', 'x'.repeat(301)])
      assert.equal(settingPattern(source), null);
  });
});
