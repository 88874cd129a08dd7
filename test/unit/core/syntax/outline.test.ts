import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { importedModules } from '../../../../src/core/syntax/imports.ts';
import type { SyntaxMatch, SyntaxNode } from '../../../../src/core/syntax/node.ts';
import { longestSignature, outline, type Definition } from '../../../../src/core/syntax/outline.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

async function read<T>(
  language: string,
  text: string,
  query: 'definitions' | 'imports',
  make: typeof outline | typeof importedModules,
): Promise<T[]> {
  const grammar = await parsers.grammar(language);
  const tree = await parsers.parse(language, text);
  assert.ok(grammar && tree);
  const found = make(text, grammar[query].matches(tree.rootNode));
  tree.delete();
  return found as T[];
}

const definitionsOf = (language: string, text: string) =>
  read<Definition>(language, text, 'definitions', outline);

/** One line per definition: its lines, kind, container and name, and signature. */
async function picture(language: string, lines: readonly string[]): Promise<string[]> {
  const definitions = await definitionsOf(language, lines.join('\n'));
  return definitions.map(({ name, kind, container, signature, startLine, endLine }) =>
    [
      `${startLine}-${endLine}`,
      kind,
      container === null ? name : `${container}.${name}`,
      '|',
      signature,
    ].join(' '),
  );
}

describe('outline', () => {
  const cases: [language: string, text: string[], expected: string[]][] = [
    [
      'typescript',
      [
        '@Injectable()',
        'export class Store<T> extends Base {',
        '  private load = async (id: string) => {};',
        '  @memo() get size() { return 1; }',
        '  find(',
        '    name: string,',
        '  ): T | null {',
        '    return null;',
        '  }',
        '}',
        'export const add = (a: number, b: number): number => {',
        '  return a + b;',
        '};',
        'export type Id = string | number;',
        'interface Shape { area(): number; }',
        'enum Color { Red }',
        'namespace Inner { export function hidden() {} }',
        'declare function outside(a: number): void;',
      ],
      [
        '1-10 class Store | export class Store<T> extends Base',
        '3-3 method Store.load | private load = async (id: string) =>',
        '4-4 method Store.size | get size()',
        '5-9 method Store.find | find( name: string, ): T | null',
        '11-13 function add | export const add = (a: number, b: number): number =>',
        '14-14 type Id | export type Id = string | number;',
        '15-15 interface Shape | interface Shape',
        '15-15 method Shape.area | area(): number',
        '16-16 enum Color | enum Color',
        '16-16 enumMember Color.Red | Red',
        '17-17 module Inner | namespace Inner',
        '17-17 function Inner.hidden | export function hidden()',
        '18-18 function outside | declare function outside(a: number): void;',
      ],
    ],
    [
      'tsx',
      ['export function App({ name }: Props) {', '  return <b>{name}</b>;', '}'],
      ['1-3 function App | export function App({ name }: Props)'],
    ],
    [
      'javascript',
      [
        'class A {',
        '  run = () => {};',
        '  static of() {}',
        '}',
        'const b = function () {};',
        'a.c = () => 1;',
      ],
      [
        '1-4 class A | class A',
        '2-2 method A.run | run = () =>',
        '3-3 method A.of | static of()',
        '5-5 function b | const b = function ()',
        '6-6 function c | a.c = () =>',
      ],
    ],
    [
      'python',
      [
        'LIMIT = 3',
        '@cached',
        'class Tree(Base):',
        '    async def grow(self, by: int = 1) -> None:',
        '        pass',
      ],
      [
        '1-1 variable LIMIT | LIMIT = 3',
        '2-5 class Tree | class Tree(Base)',
        '4-5 function Tree.grow | async def grow(self, by: int = 1) -> None',
      ],
    ],
    [
      'go',
      [
        'package a',
        'type Point struct { X, Y int }',
        'type (',
        '\tShape interface { Area() float64 }',
        '\tName = string',
        ')',
        'const Limit = 3',
        'func (p *Point) Move(by int) (int, error) {',
        '\treturn by, nil',
        '}',
        'func Map[T any](x T) T { return x }',
      ],
      [
        '2-2 struct Point | type Point struct',
        '2-2 property Point.X | X, Y int',
        '2-2 property Point.Y | X, Y int',
        '4-4 interface Shape | Shape interface',
        '4-4 method Shape.Area | Area() float64',
        '5-5 type Name | Name = string',
        '7-7 constant Limit | const Limit = 3',
        '8-10 method Point.Move | func (p *Point) Move(by int) (int, error)',
        '11-11 function Map | func Map[T any](x T) T',
      ],
    ],
    [
      'rust',
      [
        '#[derive(Clone)] pub struct Rope<T> { parts: Vec<T> }',
        'impl<T> Rope<T> where T: Clone {',
        '    pub fn new(part: T) -> Self { todo!() }',
        '}',
        'impl fmt::Display for Kind { fn fmt(&self) {} }',
        'pub trait Walk { fn step(&self); }',
        'mod inner { pub const A: i32 = 3; }',
        'macro_rules! twice { () => {} }',
      ],
      [
        '1-1 struct Rope | pub struct Rope<T>',
        '1-1 property Rope.parts | parts: Vec<T>',
        '3-3 function Rope.new | pub fn new(part: T) -> Self',
        '5-5 function Kind.fmt | fn fmt(&self)',
        '6-6 trait Walk | pub trait Walk',
        '6-6 function Walk.step | fn step(&self);',
        '7-7 module inner | mod inner',
        '7-7 constant inner.A | pub const A: i32 = 3;',
        '8-8 macro twice | macro_rules! twice { () => {} }',
      ],
    ],
  ];
  for (const [language, text, expected] of cases) {
    it(`finds what a ${language} file defines`, async () =>
      assert.deepEqual(await picture(language, text), expected));
  }

  it('gives UTF-16 offsets, with CRLF and characters outside the basic plane before', async () => {
    const text = '// 😀\r\nexport function f() {\r\n}\r\n';
    const [found] = await definitionsOf('typescript', text);
    assert.equal(text.slice(found?.start, found?.end), 'export function f() {\r\n}');
    assert.deepEqual([found?.startLine, found?.endLine], [2, 3]);
  });

  it('cuts a long signature, never within a character', async () => {
    const text = `function f(a = '${'😀'.repeat(300)}') {}`;
    const [found] = await definitionsOf('javascript', text);
    assert.ok(found !== undefined && found.signature.length <= longestSignature);
    assert.match(found.signature, /^function f\(a = '(?:😀)+…$/u);
  });

  it('still finds definitions around broken code', async () => {
    const found = await definitionsOf('typescript', 'function a() {}\nclass {\n}\n\nfunction b() {}\n');
    assert.deepEqual(
      found.filter(({ kind }) => kind === 'function').map(({ name }) => name),
      ['a', 'b'],
    );
  });
});

/** `matches` with nodes that count how often the parser is asked, and for what. */
function counting(matches: readonly SyntaxMatch[]) {
  const asked = new Map<PropertyKey, number>();
  const wrap = (node: SyntaxNode): SyntaxNode =>
    new Proxy(node, {
      get(target, name) {
        asked.set(name, (asked.get(name) ?? 0) + 1);
        return Reflect.get(target, name, target) as unknown;
      },
    });
  const counted = matches.map(({ captures }) => ({
    captures: captures.map(({ name, node }) => ({ name, node: wrap(node) })),
  }));
  return { asked, counted };
}

describe('what an outline asks of the parser', () => {
  const files: [name: string, language: string, definition: (index: number) => string][] = [
    ['functions', 'typescript', (index) => `export function f${index}(a: number) {\n  return a;\n}\n`],
    ['constants', 'typescript', (index) => `const c${index} = (a: number) => a;\n`],
    ['functions without brackets', 'python', (index) => `@a\ndef f${index}(a):\n    return a\n\n`],
    ['structs', 'rust', (index) => `#[derive(Debug)]\npub struct S${index} { a: u8 }\n`],
  ];
  for (const [name, language, definition] of files) {
    it(`is a few offsets for each definition and nothing else: ${language}, ${name}`, async () => {
      const text = Array.from({ length: 200 }, (_, index) => definition(index)).join('');
      const grammar = await parsers.grammar(language);
      const tree = await parsers.parse(language, text);
      assert.ok(grammar && tree);
      const { asked, counted } = counting(grammar.definitions.matches(tree.rootNode));
      assert.ok(outline(text, counted).length >= 200);
      tree.delete();
      assert.deepEqual([...asked.keys()].sort(), ['endIndex', 'startIndex']);
      assert.ok([...asked.values()].every((times) => times <= 200 * 9));
    });
  }
});

describe('importedModules', () => {
  const cases: [language: string, text: string, expected: string[]][] = [
    [
      'typescript',
      "import a, { b as c, type D } from './x';\nimport * as n from \"y\";\nimport './z';\nexport { e } from './w';\nconst r = require('r');\nawait import('lazy');",
      ['./x b D a', 'y ', './z ', './w e', 'r ', 'lazy '],
    ],
    ['javascript', "import { a } from 'b';", ['b a']],
    [
      'python',
      'import os, sys as s\nfrom . import x\nfrom ..a.b import (c, d as e)\nfrom q import *',
      ['os ', 'sys ', '. x', '..a.b c d', 'q '],
    ],
    ['go', 'package a\nimport (\n\t"fmt"\n\tx "net/http"\n)\n', ['fmt ', 'net/http ']],
    [
      'rust',
      'use std::fmt;\nuse crate::text::{rope, line as l};\nmod foo;\nmod own {}\n',
      ['std::fmt ', 'crate::text::{rope, line as l} ', 'foo '],
    ],
  ];
  for (const [language, text, expected] of cases) {
    it(`reads what a ${language} file imports`, async () => {
      const modules = await read<ReturnType<typeof importedModules>[number]>(
        language,
        text,
        'imports',
        importedModules,
      );
      assert.deepEqual(
        modules.map(({ specifier, names }) => [specifier, ...names].join(' ').padEnd(specifier.length + 1)),
        expected,
      );
    });
  }
});
