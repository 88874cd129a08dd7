import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { argumentsOf, commandsOf } from '../../../../../src/core/refactor/runner/commandLine.ts';
import { readSection } from '../../../../../src/core/refactor/runner/iniConfig.ts';
import { readScriptConfig } from '../../../../../src/core/refactor/runner/scriptConfig.ts';

describe('readScriptConfig', () => {
  const read = (text: string, name: string) => readScriptConfig(text).values.get(name);

  it('finds literals by the names that lead to them', () => {
    const text = `
      import { defineConfig } from 'vitest/config'; // include: ['no']
      /* test: { include: ['no'] } */
      const base: Config = { root: '.' };
      export default defineConfig(({ mode }) => {
        return {
          'test': {
            include: ["src/**/*.test.ts", 'a\\'b', \`c\`],
            globals: true,
            coverage: { include: ['src/**'] },
            exclude: [...defaults, '**/dist/**'],
            other: /x[/]y/.test('a') ? 1 : 2,
            testRegex: [/\\.spec\\.ts$/, '\\\\.test\\\\.ts$'],
          },
        };
      });`;
    assert.deepEqual(read(text, 'test.include'), {
      texts: ['src/**/*.test.ts', "a'b", 'c'],
      patterns: [],
      isWhole: true,
    });
    assert.deepEqual(read(text, 'test.coverage.include')?.texts, ['src/**']);
    assert.deepEqual(read(text, 'test.globals')?.texts, ['true']);
    assert.deepEqual(read(text, 'test.exclude'), { texts: ['**/dist/**'], patterns: [], isWhole: false });
    assert.deepEqual(read(text, 'test.testRegex'), {
      texts: [String.raw`\.test\.ts$`],
      patterns: [String.raw`\.spec\.ts$`],
      isWhole: true,
    });
    assert.equal(read(text, 'test.other')?.isWhole, false);
    assert.equal(readScriptConfig(text).isComposed, true);
  });

  it('says what is not written out', () => {
    for (const value of ['include', 'patterns', '`${a}/x`', "'a' + b", '[a]', "['x', ...y]", 'f()'])
      assert.equal(read(`module.exports = { include: ${value} }`, 'include')?.isWhole, false, value);
    assert.equal(read('module.exports = { include, a: 1 }', 'include')?.isWhole, false);
    assert.equal(read("x = { a: ['1'] }; y = { a: ['2'] }", 'a')?.isWhole, false);
    assert.equal(read('const include: string = "x"', 'include'), undefined);
  });

  it('reads JSON with comments', () => {
    const text = '{\n  // Runner\n  "jest": { "testMatch": ["**/*.js"], "timeout": 5000 }\n}';
    assert.deepEqual(read(text, 'jest.testMatch')?.texts, ['**/*.js']);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a:,{}[]()"\'`/\\.\n *$') }), (text) => {
        assert.ok(readScriptConfig(text).values.size >= 0);
      }),
    );
  });
});

describe('readSection', () => {
  it('reads INI files', () => {
    const text =
      '[tox]\nenvlist = py\n\n[pytest] ; here\npython_files = test_*.py  check_*.py\ntestpaths =\n    tests\n    # more\n    more/tests\naddopts: -q\n[other]\ntestpaths = no\n';
    const section = readSection(text, 'pytest');
    assert.deepEqual(section?.get('python_files'), ['test_*.py', 'check_*.py']);
    assert.deepEqual(section.get('testpaths'), ['tests', 'more/tests']);
    assert.deepEqual(section.get('addopts'), ['-q']);
    assert.equal(readSection(text, 'none'), null);
  });

  it('reads TOML files', () => {
    const text =
      "[project]\nname = 'x'\n[tool.pytest.ini_options]\r\ntestpaths = [\r\n  \"tests\", # those\n  'more',\n]\npython_files = \"a_*.py b_*.py\"\nminversion = '6.0'\n";
    const section = readSection(text, 'tool.pytest.ini_options');
    assert.deepEqual(section?.get('testpaths'), ['tests', 'more']);
    assert.deepEqual(section.get('python_files'), ['a_*.py', 'b_*.py']);
    assert.deepEqual(section.get('minversion'), ['6.0']);
  });
});

describe('commands of a script', () => {
  it('are told apart, with their quotes taken off', () => {
    assert.deepEqual(commandsOf(`A=1 mocha "test/**/*.js" 'a b' && node --test; echo $X`), [
      { words: ['A=1', 'mocha', 'test/**/*.js', 'a b'], isComputed: false },
      { words: ['node', '--test'], isComputed: false },
      { words: ['echo', '$X'], isComputed: true },
    ]);
  });

  it('have options whose values are no paths', () => {
    const { plain, options } = argumentsOf(['-r', 'tsx', '--spec=a.js', 'test', '--recursive']);
    assert.deepEqual(plain, ['test']);
    assert.deepEqual(
      [...options],
      [
        ['-r', ['tsx']],
        ['--spec', ['a.js']],
        ['--recursive', ['']],
      ],
    );
  });
});
