import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { countErrors, firstErrorOffset } from '../../../../src/core/syntax/errors.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

describe('countErrors', () => {
  const cases: [language: string, text: string, broken: boolean][] = [
    ['typescript', 'const a: number = f(1);\n', false],
    ['typescript', 'const a = f(1;\n', true],
    ['typescript', 'function f() {\n', true],
    ['tsx', 'const a = <b>{c}</b>;\n', false],
    ['tsx', 'const a = <b>{c};\n', true],
    ['javascript', 'for (const a of b) c();\n', false],
    ['javascript', 'for (const a of b) }\n', true],
    ['python', 'if a:\n    b()\n', false],
    ['python', 'if a\n    b()\n', true],
    ['go', 'package a\n\nfunc f() {}\n', false],
    ['go', 'package a\n\nfunc f( {}\n', true],
    ['rust', 'fn f() -> u8 { 1 }\n', false],
    ['rust', 'fn f() -> { 1 \n', true],
    ['typescript', '', false],
  ];
  for (const [language, text, broken] of cases) {
    it(`${broken ? 'finds errors' : 'finds none'} in ${language} ${JSON.stringify(text)}`, async () => {
      const tree = await parsers.parse(language, text);
      assert.ok(tree);
      assert.equal(countErrors(tree.rootNode) > 0, broken);
      tree.delete();
    });
  }

  it('counts each', async () => {
    const tree = await parsers.parse('typescript', 'f(;\nfunction ok() {}\ng(;\n');
    assert.ok(tree);
    assert.equal(countErrors(tree.rootNode), 2);
    tree.delete();
  });
});

describe('firstErrorOffset', () => {
  it('is where the first error stands, and null for none', async () => {
    const text = 'const a = 1;\nfunction f() {\n  g(;\n}\nh(;\n';
    for (const [source, line] of [
      [text, 3],
      ['const a = 1;\n', null],
    ] as const) {
      const tree = await parsers.parse('typescript', source);
      assert.ok(tree);
      const offset = firstErrorOffset(tree.rootNode);
      assert.equal(offset === null ? null : source.slice(0, offset).split('\n').length, line);
      tree.delete();
    }
  });
});
