import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testFileOf } from '../../../../src/core/refactor/testFile.ts';
import { RefactorWorld } from '../../../support/refactorWorld.ts';

async function found(path: string, others: readonly string[]) {
  const { ports } = new RefactorWorld(
    Object.fromEntries([path, ...others].map((one) => [one, `// ${one}\n`])),
  );
  return testFileOf({ path }, ports);
}

describe('the test file of a file', () => {
  it('is the one that is there, the nearest of several', async () => {
    const existing: readonly (readonly [string, readonly string[], string])[] = [
      ['src/a.ts', ['src/a.test.ts', 'src/ab.test.ts'], 'src/a.test.ts'],
      ['src/a.ts', ['other/x/a.test.ts', 'src/a.spec.ts'], 'src/a.spec.ts'],
      ['app/a.py', ['tests/test_a.py'], 'tests/test_a.py'],
      ['a.go', ['a_test.go'], 'a_test.go'],
      ['src/main/java/Cart.java', ['src/test/java/CartTest.java'], 'src/test/java/CartTest.java'],
      ['src/a.tsx', ['src/__tests__/a.test.ts'], 'src/__tests__/a.test.ts'],
    ];
    for (const [path, others, expected] of existing) {
      const { path: test, text, example } = await found(path, others);
      assert.deepEqual([test, text, example], [expected, `// ${expected}\n`, null]);
    }
  });

  it('is made where the others stand to what they test', async () => {
    const made: readonly (readonly [string, readonly string[], string])[] = [
      ['src/core/b.ts', ['src/core/a.ts', 'test/unit/core/a.test.ts'], 'test/unit/core/b.test.ts'],
      ['src/x/y/b.ts', ['src/core/a.ts', 'test/unit/core/a.test.ts'], 'test/unit/x/y/b.test.ts'],
      ['src/x/b.ts', ['src/core/a.ts', 'src/core/a.spec.ts'], 'src/x/b.spec.ts'],
      ['src/x/b.ts', ['src/core/a.ts', 'src/core/__tests__/a.test.ts'], 'src/x/__tests__/b.test.ts'],
      ['shop/b.py', ['shop/a.py', 'tests/test_a.py'], 'tests/test_b.py'],
      ['src/x/b.tsx', ['src/x/a.tsx', 'src/x/a.test.ts'], 'src/x/b.test.ts'],
    ];
    for (const [path, others, expected] of made) {
      const { path: test, text, example } = await found(path, others);
      assert.deepEqual([test, text], [expected, null]);
      assert.equal(example?.path, others[1]);
    }
  });

  it('is made where the language has it, without any test to go by', async () => {
    const usual: readonly (readonly [string, string])[] = [
      ['src/a.ts', 'src/a.test.ts'],
      ['app/a.py', 'tests/test_a.py'],
      ['pkg/a.go', 'pkg/a_test.go'],
      ['src/main/java/x/Cart.java', 'src/test/java/x/CartTest.java'],
      ['lib/a.rb', 'spec/a_spec.rb'],
      ['a', 'a.test'],
    ];
    for (const [path, expected] of usual) {
      const test = await found(path, ['README.md', 'test/fixture.txt']);
      assert.deepEqual([test.path, test.text, test.example], [expected, null, null]);
    }
  });

  /** What is found for a path in a project with these files. */
  async function inProject(path: string, files: Readonly<Record<string, string>>) {
    const { ports } = new RefactorWorld({ [path]: '', ...files });
    return testFileOf({ path }, ports);
  }
  const vitest = '{ "scripts": { "test": "vitest" } }';
  const include = (...globs: string[]): string => `({ test: { include: ${JSON.stringify(globs)} } })`;

  it('is made where the test runner finds it', async () => {
    const made: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
      ['src/x/a.ts', { 'vitest.config.ts': include('tests/**/*.spec.ts') }, 'tests/x/a.spec.ts'],
      ['src/x/a.ts', { 'vitest.config.ts': include('src/**/*.{unit,api}.ts') }, 'src/x/a.unit.ts'],
      [
        'src/x/a.ts',
        { 'vitest.config.ts': include('**/__tests__/**/*.[jt]s?(x)') },
        'src/x/__tests__/a.test.ts',
      ],
      ['src/x/a.tsx', { 'vitest.config.ts': include('test/*.check.?(c|m)[jt]s?(x)') }, 'test/a.check.tsx'],
      ['src/x/a.ts', { 'vitest.config.ts': include('test/*/[a-z].ts') }, 'src/x/a.test.ts'],
      ['lib/a.js', { 'package.json': '{ "scripts": { "test": "mocha" } }' }, 'test/a.test.js'],
      ['app/a.py', { 'pytest.ini': '[pytest]\npython_files = check_*.py\n' }, 'tests/check_a.py'],
      ['app/a.py', { 'pytest.ini': '[pytest]\ntestpaths = checks\n' }, 'checks/test_a.py'],
      [
        'crates/x/src/a.rs',
        { 'Cargo.toml': '[workspace]', 'crates/x/Cargo.toml': '[package]' },
        'crates/x/tests/a_test.rs',
      ],
      ['lib/a.rb', { Rakefile: 'Minitest::TestTask.create' }, 'test/test_a.rb'],
    ];
    for (const [path, files, expected] of made) {
      const test = await inProject(path, { 'package.json': vitest, ...files });
      assert.equal(test.path, expected);
    }
  });

  it('is one that is run rather than a nearer one that is not', async () => {
    const others = {
      'package.json': vitest,
      'vitest.config.ts': include('test/**/*.test.ts'),
      'src/a.test.ts': 'old',
    };
    assert.equal((await inProject('src/a.ts', { ...others, 'test/a.test.ts': 'run' })).text, 'run');
    const made = await inProject('src/a.ts', others);
    assert.deepEqual([made.path, made.text], ['test/a.test.ts', null]);
    const unknown = { ...others, 'vitest.config.ts': '({ test: { include: [all] } })' };
    assert.equal((await inProject('src/a.ts', unknown)).text, 'old');
  });
});
