import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { anchorsIn } from '../../../../src/core/syntax/anchors.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

describe('anchorsIn', () => {
  /** In each picture a `^` stands before every line at which a window may start. */
  const cases: [language: string, picture: string[]][] = [
    [
      'typescript',
      [
        '^export class Store {',
        '   readonly size = 3;',
        '   #parts: string[] = [];',
        '   // What is in it.',
        '^  @memo()',
        '   get parts() { return this.#parts; }',
        ' }',
        '^enum Color {',
        '   Red,',
        ' }',
        '^interface Shape {',
        '   name: string;',
        '^  area(): number;',
        ' }',
      ],
    ],
    ['python', ['^class A:', '     x = 1', '^    def __init__(self):', '         self.y = 2']],
    ['go', [' package a', '^type P struct {', ' \tX int', ' }']],
    ['rust', ['^#[derive(Debug)]', ' pub enum E {', '     A,', ' }']],
    ['cpp', ['^int f() {', '   int x = 1;', '   Lock lock(mutex);', '   return x;', ' }', ' int y;']],
    ['java', ['^class A {', '   int x;', '^  void f() {}', ' }']],
  ];
  for (const [language, picture] of cases) {
    it(`are at the definitions that are more than a member without a body: ${language}`, async () => {
      const text = picture.map((line) => line.slice(1)).join('\n');
      const expected = picture.flatMap((line, index) => (line.startsWith('^') ? [index] : []));
      const grammar = await parsers.grammar(language);
      const tree = await parsers.parse(language, text);
      assert.ok(grammar && tree);
      const anchors = anchorsIn(text, 1, grammar.definitions.matches(tree.rootNode));
      tree.delete();
      assert.deepEqual(
        anchors.map((offset) => text.slice(0, offset).split('\n').length - 1),
        expected,
      );
    });
  }
});
