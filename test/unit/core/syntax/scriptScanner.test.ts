import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scanScript } from '../../../../src/core/syntax/scriptScanner.ts';

const long = ' const total = list.reduce((sum, item) => sum + item.price, 0); ';

/** The code with `«` and `»` around each part that is left out; `BODY` stands for one that is long enough. */
function picture(code: string): string | null {
  const text = code.replaceAll('BODY', long);
  const script = scanScript(text);
  if (script === null) return null;
  let shown = '';
  let at = 0;
  for (const { start, end } of script.leftOut) {
    shown += `${text.slice(at, start.index)}«${text.slice(start.index, end.index)}»`;
    at = end.index;
  }
  return (shown + text.slice(at)).replaceAll(long, 'BODY');
}

const comment = `/* ${'much is said '.repeat(6)}*/`;
const parameters = `one: Map<string, number>, two: (b: B) => C, three = call(1, 'text', [2])`;

describe('the bodies of functions', () => {
  const cases: [what: string, picture: string | null][] = [
    ['are those of functions', 'function f(a: string) {«BODY»}\nconst x = 1;'],
    [
      'and of generators, methods and accessors',
      'class A { *g() {«BODY»} async m() {«BODY»} get p() {«BODY»} }',
    ],
    [
      'and of arrows, with and without a type',
      'const f = (a) => {«BODY»}; const g = (a): a is B => {«BODY»};',
    ],
    ['and behind a return type', 'function f(): Promise<A[]> {«BODY»} function g(): A["b"] {«BODY»}'],
    ['and behind a type in braces', 'function f(): { a: number } {«BODY»}'],
    ['and behind a type that is a function', 'function f(): (a: A) => B {«BODY»}'],
    ['the outermost only', 'function f() {«BODY function g() {BODY} »}'],
    ['not those of classes', 'class A extends mixin(B) {BODY}'],
    ['nor of interfaces behind a signature', 'declare function f(): A\ninterface B {BODY}'],
    ['nor of enumerations, namespaces and objects', 'enum E {BODY} namespace N {BODY} const o = {BODY}'],
    ['nor of a type after a method without a semicolon', 'interface A { f(): B\n c: {BODY} }'],
    ['nor of exports after a signature without a semicolon', 'declare function f(): A\nexport {BODY}'],
    ['nor of the type of a function', 'type F = () => {BODY}\nfunction f() {«BODY»}'],
    ['in a namespace and an object', 'namespace N { function f() {«BODY»} } const o = { f() {«BODY»} }'],
    ['not where a module is loaded', 'function f() {BODY require("a") }'],
    ['but around that', 'function f() {BODY import("a"); function g() {«BODY»} }'],
    ['not where a class is given back', 'function mixin(B) {BODY return class extends B {} }'],
    ['not where it is called at once', '(function () {BODY function f() {«BODY»} })(); (() => {BODY})()'],
    ['not where it is called by itself', 'const a = function () {BODY}();'],
    ['not short ones', 'function f() { return 1; }'],
    ['whatever stands in strings', "const a = \"{\"; const b = '\\'{'; function f() {«BODY»}"],
    ['whatever stands in templates', 'const a = `{ ${b + `}${c}`} {`; function f() {«BODY»}'],
    ['whatever stands in comments', '// {\n/* { \n { */ function f() {«BODY»}'],
    ['whatever stands in regular expressions', 'const a = /[/{"]\\/{/g; function f() {«BODY»}'],
    ['and in those behind a word', 'const f = (a) => {«BODY return /{/.test(a) »}'],
    ['and knows division', 'const a = b / c; const d = (e) / 2 / f; function f() {«BODY»}'],
    ['and the ends of elements', 'function f() {«BODY return <a>{b}</a> »} function g() {«BODY»}'],
    ['and words behind a point', 'a.class; function f() {«BODY»}'],
    ['none where a bracket is open', null],
  ];
  for (const [what, expected] of cases) {
    const code = expected ?? 'function f() {BODY';
    it(what, () => assert.equal(picture(code.replaceAll(/[«»]/g, '')), expected));
  }

  it('are null where brackets do not match', () => {
    assert.equal(scanScript('f(}'), null);
    assert.equal(scanScript('}'), null);
    assert.equal(scanScript('`${'), null);
  });

  it('have rows and columns', () => {
    const text = `/* one\n two */ const s = \`\n\`;\n  function f() {\n${long}\n }`;
    const [body] = scanScript(text)?.leftOut ?? [];
    assert.deepEqual(body, {
      start: { index: text.indexOf('{') + 1, row: 3, column: 16 },
      end: { index: text.length - 1, row: 5, column: 1 },
    });
  });

  it('take any text', () => {
    for (const text of ['', '"', "'\\", '/', '/[', '`', '\\', '/*', '//', '\ud800{', 'a\r\nb']) {
      assert.ok((scanScript(text)?.leftOut ?? []).length === 0, JSON.stringify(text));
    }
  });
});

describe('comments', () => {
  const cases: [what: string, picture: string][] = [
    ['are left out on lines of their own', `const a = 1;\n  «${comment}»\nconst b = 2;`],
    ['and at the beginning', `«${comment}» const b = 2;`],
    ['and line by line as one', `a();\n«// ${comment}\n  // one\n// two»\nb();`],
    ['not behind something on their line', `const a = 1; ${comment}\nconst b = ${comment} 2;`],
    ['not short ones', 'a();\n// one\n/* two */\nb();'],
    ['not in strings and templates', `const a = "${comment}" + \`\n${comment}\n\${ b }\n${comment}\`;`],
    ['but in a body that stays', `function f() { import('a');\n«${comment}»\n }`],
    ['and with a body that is left out', `function f() {«BODY\n${comment}\n»}`],
  ];
  for (const [what, expected] of cases)
    it(what, () => assert.equal(picture(expected.replaceAll(/[«»]/g, '')), expected));
});

describe('parameters', () => {
  const cases: [what: string, picture: string][] = [
    [
      'are left out of functions',
      `function f(«${parameters}») { short(); }\nclass A { m(«${parameters}»): B {«BODY»} }`,
    ],
    [
      'and of arrows',
      `const f = («${parameters}») => {«BODY»}, g = async («${parameters}»): Promise<B> => { b(); }`,
    ],
    ['not without a body', `declare function f(${parameters}): B;\ntype F = (${parameters}) => B;`],
    ['not short ones', 'function f(a: string, b: number) {«BODY»}'],
    ['not where they are members', `class A { constructor(private one: B, ${parameters}) {«BODY»} }`],
    ['not where something is defined in them', `function f(one: { m(): B }, ${parameters}) {«BODY»}`],
    ['not where a module is loaded in them', `function f(one = import('a'), ${parameters}) {«BODY»}`],
    ['not those of others before an arrow', `call(${parameters}); const f = one => {«BODY»};`],
    ['not what a statement asks for', `if (${parameters}) {«BODY»} for await (${parameters}) {«BODY»}`],
  ];
  for (const [what, expected] of cases)
    it(what, () => assert.equal(picture(expected.replaceAll(/[«»]/g, '')), expected));
});

describe('imports', () => {
  const cases: [what: string, picture: string, names: string[][]][] = [
    ['are left out together', `«import a from 'b';\n// c\nimport { d } from "e";»\nf();`, [['a'], ['d']]],
    ['only as statements', `const a = import('b'); import.meta.c;\nf.import; import d from 'e';`, []],
    ['only outside of brackets', `declare module 'a' {\n  import b from 'c';\n}`, []],
  ];
  for (const [what, expected, names] of cases) {
    it(what, () => {
      const text = expected.replaceAll(/[«»]/g, '');
      assert.equal(picture(text), expected);
      assert.deepEqual(
        scanScript(text)?.imports.map((one) => one.names),
        names,
      );
    });
  }
});
