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
});
