import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { documentationOf, longestDocumentation } from '../../../../src/core/syntax/documentation.ts';
import { outline } from '../../../../src/core/syntax/outline.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

/** What is said of each definition by its name. */
async function documentation(language: string, ...lines: string[]): Promise<Record<string, string | null>> {
  const text = lines.join('\n');
  const grammar = await parsers.grammar(language);
  const tree = await parsers.parse(language, text);
  assert.ok(grammar && tree);
  const definitions = outline(text, grammar.definitions.matches(tree.rootNode));
  const said = documentationOf(text, grammar.documentation.matches(tree.rootNode), definitions);
  tree.delete();
  assert.equal(said.length, definitions.length);
  return Object.fromEntries(definitions.map(({ name }, index) => [name, said[index] ?? null]));
}

describe('documentationOf', () => {
  const cases: [what: string, language: string, lines: string[], expected: Record<string, string | null>][] =
    [
      [
        'is the first paragraph, without marks and tags',
        'typescript',
        [
          '/**',
          ' * Adds two',
          ' * numbers.',
          ' *',
          ' * Slowly.',
          ' * @returns their sum',
          ' */',
          'function add() {}',
        ],
        { add: 'Adds two numbers.' },
      ],
      [
        'stops at a tag, and is nothing where there are only tags',
        'javascript',
        [
          '/**',
          ' * Runs.',
          ' * @param {string} a',
          ' */',
          'function a() {}',
          '/** @type {x} */',
          'const b = 1;',
        ],
        { a: 'Runs.', b: null },
      ],
      [
        'is what all lines of a comment directly above say',
        'go',
        [
          '// Old.',
          '',
          '// Point is',
          '// a place.',
          'type Point struct{}',
          '',
          '// Far.',
          '',
          'func f() {}',
        ],
        { Point: 'Point is a place.', f: null },
      ],
      [
        'is no comment of the line before, and no trailing one of its own',
        'typescript',
        ['const a = 1; // of a', 'const b = 2; // of b', '// ------', '// Of c.', 'const c = 3;'],
        { a: null, b: null, c: 'Of c.' },
      ],
      [
        'stands above decorators',
        'typescript',
        ['/** A store. */', '@Injectable()', 'export class Store {', '  // Its size.', '  size = 1;', '}'],
        { Store: 'A store.', size: 'Its size.' },
      ],
      [
        'is the docstring before any comment, and that of the definition itself',
        'python',
        [
          '# A comment.',
          'class A:',
          '    r"""Holds things.',
          '',
          '    More.',
          '    """',
          '',
          '    def f(self):',
          "        'Does it.'",
          '',
          '    def g(self):',
          '        return "no doc"',
          '',
          '# Of h.',
          'def h(): pass',
        ],
        { A: 'Holds things.', f: 'Does it.', g: null, h: 'Of h.' },
      ],
      [
        'leaves out the tags of C#',
        'csharp',
        ['/// <summary>', '/// Runs it.', '/// </summary>', '/// <param name="a">no</param>', 'class A {}'],
        { A: 'Runs it.' },
      ],
      [
        'knows Rust’s outer comments',
        'rust',
        ['/// Runs.', '#[inline]', 'pub fn run() {}'],
        { run: 'Runs.' },
      ],
      [
        'passes over the line that names an interpreter',
        'bash',
        ['#!/bin/sh', 'run() { :; }'],
        { run: null },
      ],
    ];
  for (const [what, language, lines, expected] of cases) {
    it(what, async () => assert.deepEqual(await documentation(language, ...lines), expected));
  }

  it('is cut where it is long, never within a character', async () => {
    const { f } = await documentation('typescript', `// Of ${'😀'.repeat(300)}`, 'function f() {}');
    assert.ok(f != null && f.length <= longestDocumentation);
    assert.match(f, /^Of (?:😀)+…$/u);
  });
});
