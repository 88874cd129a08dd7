import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { blocksOf } from '../../../../src/core/syntax/blocks.ts';
import { enclosingScopes } from '../../../../src/core/syntax/scopes.ts';
import { shippedParsers } from '../../../support/grammars.ts';
import { languageFixtures } from '../../../support/languageFixtures.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

/** The matches of a query in a text, and a function that frees their tree. */
async function matched(language: string, text: string, query: 'blocks' | 'scopes') {
  const grammar = await parsers.grammar(language);
  const tree = await parsers.parse(language, text);
  assert.ok(grammar && tree);
  return { matches: grammar[query].matches(tree.rootNode), free: () => tree.delete() };
}

async function blocks(language: string, ...lines: string[]): Promise<string[]> {
  const text = lines.join('\n');
  const { matches, free } = await matched(language, text, 'blocks');
  const found = blocksOf(matches, text).map(({ startLine, endLine }) => `${startLine}-${endLine}`);
  free();
  return found;
}

describe('blocksOf', () => {
  it('takes comments directly above, joins single lines, and gives members after their type', async () => {
    const found = await blocks(
      'typescript',
      "import a from 'a';",
      "import b from 'b';",
      '',
      '// Far away.',
      '',
      '// One.',
      '// Two.',
      'export class A {',
      '  x = 1;',
      '  y = 2;',
      '',
      '  /** Says it. */',
      '  f() {',
      '    return this.x;',
      '  }',
      '}',
      'const c = 1; const d = 2;',
    );
    assert.deepEqual(found, ['1-2', '6-16', '9-10', '12-15', '17-17']);
  });

  it('ends before the comment of the next one', async () => {
    assert.deepEqual(await blocks('toml', '[a]', 'x = 1', '# B.', '[b]', 'y = 1'), ['1-2', '3-5']);
  });

  for (const { grammar, extension, text } of languageFixtures()) {
    it(`are lines of the file, in order, and none of them half of another: ${grammar}`, async () => {
      const { matches, free } = await matched(extension, text, 'blocks');
      const found = blocksOf(matches, text);
      free();
      const count = text.trimEnd().split('\n').length;
      assert.ok(found.length >= 2);
      found.forEach(({ startLine, endLine }, index) => {
        assert.ok(startLine >= 1 && startLine <= endLine && endLine <= count);
        for (const later of found.slice(index + 1)) {
          assert.ok(later.startLine >= startLine);
          assert.ok(later.startLine > endLine || later.endLine <= endLine, `${startLine}-${endLine}`);
        }
      });
    });
  }
});

describe('enclosingScopes', () => {
  /** The first line of each scope around the `█`. */
  async function scopes(language: string, ...lines: string[]): Promise<string[]> {
    const picture = lines.join('\n');
    const offset = picture.indexOf('█');
    const text = picture.replace('█', '');
    const { matches, free } = await matched(language, text, 'scopes');
    const found = enclosingScopes(matches, offset).map(
      ({ start, end }) => text.slice(start, end).split('\n')[0]?.trim() ?? '',
    );
    free();
    return found;
  }

  it('are what is around the cursor, the innermost last', async () => {
    assert.deepEqual(
      await scopes('typescript', 'class A {', '  f() {', '    return () => █1;', '  }', '}', 'class B {}'),
      ['class A {', 'f() {', '() => 1'],
    );
    assert.deepEqual(await scopes('go', 'package a', 'func f() {}', '█', 'func g() {}'), []);
  });

  it('hold a cursor at their end', async () => {
    assert.deepEqual(await scopes('python', 'class A:', '    def f(self):', '        return 1█'), [
      'class A:',
      'def f(self):',
    ]);
  });

  for (const { grammar, extension, text } of languageFixtures()) {
    it(`nest at every offset: ${grammar}`, async () => {
      const { matches, free } = await matched(extension, text, 'scopes');
      let most = 0;
      for (let offset = 0; offset <= text.length; offset += 7) {
        const found = enclosingScopes(matches, offset);
        most = Math.max(most, found.length);
        found.reduce(
          (outer, inner) => {
            assert.ok(outer.start <= inner.start && inner.end <= Math.max(outer.end, inner.end));
            return inner;
          },
          { start: 0, end: text.length },
        );
        assert.ok(found.every(({ start, end }) => start <= offset && offset <= end));
      }
      free();
      assert.ok(most >= 1);
    });
  }
});
