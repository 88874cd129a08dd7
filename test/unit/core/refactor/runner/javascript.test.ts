import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packageJson, project, recognised, script } from './projects.ts';

describe('vitest', () => {
  project('includes files by their names where nothing is set', script('vitest run'), [
    ['src/a.test.ts', 'run'],
    ['src/a.spec.mjs', 'run'],
    [
      'src/a.check.ts',
      'skipped',
      /^vitest does not run src\/a\.check\.ts: it fits none of `\*\*\/\*\.\{test,spec\}/,
    ],
    ['node_modules/x/a.test.js', 'skipped'],
    ['a.css', 'none'],
  ]);
  const config = `export default defineConfig({
    test: { include: ['test/unit/**/*.test.ts'], exclude: ['**/old/**'], coverage: { include: ['src/**'] } },
  });`;
  project(
    'includes and leaves out what its configuration says',
    { ...script('vitest'), 'vitest.config.mts': config },
    [
      ['test/unit/x/a.test.ts', 'run', /test\.include in vitest\.config\.mts/],
      [
        'src/a.test.ts',
        'skipped',
        /`test\/unit\/\*\*\/\*\.test\.ts` \(test\.include in vitest\.config\.mts\)/,
      ],
      ['test/unit/old/a.test.ts', 'skipped', /test\.exclude in vitest\.config\.mts leaves it out/],
    ],
  );
  project(
    'is not guessed at',
    { ...script('vitest'), 'vite.config.ts': '({ test: { include: patterns } })' },
    [['src/a.test.ts', 'unknown', /test\.include in vite\.config\.ts is not written out/]],
  );
  project('may have several projects', { ...script('vitest'), 'vitest.workspace.ts': 'export default []' }, [
    ['src/a.test.ts', 'unknown', /several projects/],
  ]);
  project(
    'may inherit what it includes',
    { ...script('vitest'), 'vite.config.ts': '({ test: { ...base } })' },
    [
      ['src/a.test.ts', 'run'],
      ['src/a.check.ts', 'unknown'],
    ],
  );
  project('may be called for some files only', script('vitest run unit'), [
    ['unit/a.test.ts', 'run'],
    ['src/a.test.ts', 'unknown', /`unit` only/],
  ]);
  project(
    'is that of the package, not of the one above',
    {
      ...script('mocha'),
      'packages/a/package.json': packageJson({ devDependencies: { vitest: '3' } }),
      'packages/b/package.json': packageJson({}),
    },
    [
      ['packages/a/src/a.test.ts', 'run', /^vitest/],
      ['packages/b/src/a.test.ts', 'skipped', /^mocha/],
    ],
  );
  it('may have tests in the code', async () => {
    const { kind } = await recognised('src/a.ts', script('vitest'), 'if (import.meta.vitest) {}');
    assert.equal(kind, 'unknown');
  });
});

describe('jest', () => {
  project('looks for its own names where nothing is set', script('cross-env CI=1 jest --ci'), [
    ['src/a.test.tsx', 'run'],
    ['src/__tests__/a.js', 'run'],
    ['a.check.js', 'skipped', /which jest looks for by itself/],
  ]);
  project(
    'looks where package.json says',
    {
      'package.json': packageJson({
        scripts: { test: 'jest' },
        jest: { roots: ['<rootDir>/test'], testMatch: ['**/*.unit.js'], testPathIgnorePatterns: ['/old/'] },
      }),
    },
    [
      ['test/a.unit.js', 'run', /testMatch in package\.json/],
      ['test/a.test.js', 'skipped', /`\*\*\/\*\.unit\.js` \(testMatch in package\.json\)/],
      ['src/a.unit.js', 'skipped', /`<rootDir>\/test` \(roots in package\.json\)/],
      ['test/old/a.unit.js', 'skipped', /`\/old\/` \(testPathIgnorePatterns/],
    ],
  );
  const regex = String.raw`module.exports = { testRegex: '/test/.*\\.spec\\.ts$' };`;
  project('takes a regular expression', { ...script('jest'), 'jest.config.js': regex }, [
    ['test/a.spec.ts', 'run', /testRegex in jest\.config\.js/],
    ['src/a.spec.ts', 'skipped', /testRegex in jest\.config\.js/],
  ]);
  project(
    'does not try one that may take for ever',
    { ...script('jest'), 'jest.config.js': "({ testRegex: '(a+)+$' })" },
    [[`${'a'.repeat(60)}b.js`, 'unknown']],
  );
  project(
    'leaves out what a pattern with ! says',
    { ...script('jest'), 'jest.config.json': '{"testMatch": ["**/*.js", "!**/x/**"]}' },
    [
      ['a.js', 'run'],
      ['x/a.js', 'skipped'],
    ],
  );
  project('may have a preset', { ...script('jest'), 'jest.config.js': "({ preset: 'p' })" }, [
    ['a.test.js', 'run'],
    ['a.check.js', 'unknown'],
  ]);
  project('may have projects', { ...script('jest'), 'jest.config.js': "({ projects: ['a', 'b'] })" }, [
    ['a.test.js', 'unknown', /several projects/],
  ]);
  project('is that of react-scripts', script('react-scripts test'), [
    ['src/a.test.js', 'run'],
    ['test/a.test.js', 'skipped', /react-scripts/],
  ]);
});

describe('mocha', () => {
  project('runs the files of test', script('mocha'), [
    ['test/a.js', 'run'],
    ['test/x/a.js', 'skipped', /`test\/\*\.js`/],
    ['test/a.ts', 'skipped'],
  ]);
  project(
    'runs what it is called for',
    script("mocha -r ts-node/register --extension ts 'test/**/*.spec.ts' lib"),
    [
      ['test/x/a.spec.ts', 'run'],
      ['lib/a.ts', 'run'],
      ['lib/x/a.ts', 'skipped', /\(spec in package\.json\)/],
    ],
  );
  const yaml = 'recursive: true # all\nspec:\n  - test\n  - "more/*.js"\nignore: [test/fixtures/**]\n';
  project('runs what its YAML says', { ...script('mocha'), '.mocharc.yml': yaml }, [
    ['test/x/a.mjs', 'run'],
    ['more/a.js', 'run'],
    ['test/fixtures/a.js', 'skipped', /ignore in \.mocharc\.yml/],
    ['src/a.js', 'skipped', /spec in \.mocharc\.yml/],
  ]);
  project(
    'runs what package.json says',
    { 'package.json': packageJson({ devDependencies: { mocha: '1' }, mocha: { spec: 'src/**/*.test.js' } }) },
    [
      ['src/x/a.test.js', 'run'],
      ['test/a.js', 'skipped'],
    ],
  );
  project('is not guessed at', { ...script('mocha $FILES') }, [['src/a.js', 'unknown']]);
});

describe('node --test', () => {
  project('looks for its own names', script('node --import ./hooks.js --test'), [
    ['src/a.test.ts', 'run'],
    ['src/a_test.mjs', 'run'],
    ['test/helper.js', 'run'],
    ['src/test-a.js', 'run'],
    ['src/a.spec.ts', 'skipped', /which Node looks for by itself/],
  ]);
  project('runs what it is called for', script('node --test "test/unit/**/*.test.ts"'), [
    ['test/unit/x/a.test.ts', 'run', /the scripts in package\.json/],
    ['src/a.test.ts', 'skipped', /`test\/unit\/\*\*\/\*\.test\.ts` \(the scripts in package\.json\)/],
  ]);
  project('does not guess at folders', script('node --test test'), [['test/a.test.js', 'unknown']]);
  project(
    'is another one than vitest beside it',
    { 'package.json': packageJson({ scripts: { a: 'node --test "a/*.js"', b: 'vitest' } }) },
    [
      ['a/x.js', 'run'],
      ['b/x.test.js', 'run'],
      ['b/x.js', 'skipped'],
    ],
  );
});
