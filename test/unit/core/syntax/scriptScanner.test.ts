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
    shown += `${text.slice(at, start)}«${text.slice(start, end)}»`;
    at = end;
  }
  return (shown + text.slice(at)).replaceAll(long, 'BODY');
}

const comment = `/* ${'much is said '.repeat(6)}*/`;
const parameters = `one: Map<string, number>, two: (b: B) => C, three = call(1, 'text', [2])`;

describe('the bodies of functions', () => {
  const cases: [what: string, picture: string | null][] = [
    ['are those of functions', 'function f(«a: string») {«BODY»}\nconst x = 1;'],
    [
      'and of generators, methods and accessors',
      'class A { *g() {«BODY»} async m() {«BODY»} get p() {«BODY»} }',
    ],
    [
      'and of arrows, with and without a type',
      'const f = («a») => {«BODY»}; const g = («a»)«: a is B »=> {«BODY»};',
    ],
    ['and behind a return type', 'function f()«: Promise<A[]> »{«BODY»} function g()«: A["b"] »{«BODY»}'],
    ['and behind a type in braces', 'function f()«: { a: number } »{«BODY»}'],
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
    ['not where a class is given back', 'function mixin(«B») {BODY return class extends B {} }'],
    ['not where it is called at once', '(function () {BODY function f() {«BODY»} })(); (() => {BODY})()'],
    ['not where it is called by itself', 'const a = function () {BODY}();'],
    ['not short ones', 'function f() { n(); }'],
    ['whatever stands in strings', "const a = \"{\"; const b = '\\'{'; function f() {«BODY»}"],
    ['whatever stands in templates', 'const a = `{ ${b + `}${c}`} {`; function f() {«BODY»}'],
    ['whatever stands in comments', '«// {\n/* { \n { */» function f() {«BODY»}'],
    ['whatever stands in regular expressions', 'const a = /[/{"]\\/{/g; function f() {«BODY»}'],
    ['and in those behind a word', 'const f = («a») => {«BODY return /{/.test(a) »}'],
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

  it('take any text', () => {
    for (const text of ['', '"', "'\\", '/', '/[', '`', '\\', '/*', '//', '\ud800{', 'a\r\nb']) {
      const parts = scanScript(text)?.leftOut ?? [];
      assert.ok(parts.length === 0 || text.startsWith('/'), JSON.stringify(text));
    }
  });
});

describe('comments', () => {
  const cases: [what: string, picture: string][] = [
    ['are left out on lines of their own', `const a = 1;\n  «${comment}»\nconst b = 2;`],
    ['and at the beginning', `«${comment}» const b = 2;`],
    ['and line by line as one', `a();\n«// ${comment}\n  // one\n// two»\nb();`],
    ['not before something on their line', `const a = 1; ${comment} a();\nconst b = ${comment} 2;`],
    ['and short ones', 'a();\n«// one\n/* two */»\nb();'],
    ['and at the end of a line, whose end stays', 'a(); «// one»\nb()«// two»\n«// three»\n(c);'],
    ['not in strings and templates', `const a = "${comment}" + \`\n${comment}\n\${ b }\n${comment}\`;`],
    ['but in a body that stays', `function f() { import('a');\n«${comment}»\n }`],
    ['and with a body that is left out', `function f() {«BODY\n${comment}\n»}`],
  ];
  for (const [what, expected] of cases)
    it(what, () => assert.equal(picture(expected.replaceAll(/[«»]/g, '')), expected));
});

describe('heads of functions', () => {
  const cases: [what: string, picture: string][] = [
    [
      'are left out of functions',
      `function f(«${parameters}») {« short(); »}\nclass A { m(«${parameters}») {«BODY»} }`,
    ],
    ['and of arrows', `const f = («${parameters}») => {«BODY»}, g = async («a») => { b(); }`],
    [
      'with the types that are returned',
      'const f = («a»)«: Promise<B> »=> { b(); }; class A { get b()«: B »{«BODY»} }',
    ],
    ['over several lines', 'function f(«\n  a: A,\n»)«: Promise<\n  B\n> »{«BODY»}'],
    [
      'with type parameters',
      'function f«<A, B extends C<A> = D>»(«a: A»)«: B »{«BODY»}\nconst g = «<A,>»(«a: A») => {«BODY»};',
    ],
    ['with what is defined in them', `function f(«one: { m(): B }, ${parameters}») {«BODY»}`],
    [
      'of the last of several signatures',
      'class A {\n  m<B>(one: B): void\n  «// more»\n  m«<C>»(«one: C»)«: void »{«BODY»}\n}',
    ],
    [
      'not where they are members',
      'class A { constructor(private one: B, two: B) {«BODY»} m(): B\n constructor(readonly c: C) {«BODY»} }',
    ],
    ['not where a module is loaded in them', "function f(one = import('a'), two: B) {«BODY»}"],
    ['not those of others before an arrow', 'call(«text, more»); const f = one => {«BODY»};'],
    ['not what a statement asks for', 'if (one, two, three) {«BODY»} for await (one of two) {«BODY»}'],
    ['nor what stands before it', 'const a = b ? call(«one, two») : c()\nif (d) {«BODY»}'],
    ['not without a body', 'type F = (one: B, two: (b: B) => C) => D;'],
    ['nor where one arrow gives another', 'const f = (a: A): B => (b) =>\n  («...c») => {«BODY»};'],
    [
      'not types that are functions',
      'function f(«a»): (b: B) => C {«BODY»}\nconst g = («a»): new () => C => {«BODY»};',
    ],
    ['not types in round brackets', 'function f(«a: A»)«: A | (A & { b: B }) »{«BODY»}'],
    [
      'nor in braces behind a word',
      'function f(«a: A»)«: readonly { b: B }[] »{«BODY»}\nconst g = («a»)«: a is { b: B } »=> {«BODY»};',
    ],
    ['nor what a type asks for', 'type F = A extends (one & two) ? B : C;\ntype G = (() => { b: B }) | D;'],
    ['nor a block behind a signature', 'declare function f(«one: A, two»): B\nstatic\n{«BODY»}'],
  ];
  for (const [what, expected] of cases)
    it(what, () => assert.equal(picture(expected.replaceAll(/[«»]/g, '')), expected));
});

describe('what something is called with', () => {
  const cases: [what: string, picture: string][] = [
    ['is left out', "const a = call(«{ b: 'c', d: [e(f)] }»).then(«1, 2, 3, 4»)\nnew A(«b, c, d, e»);"],
    ['and so are parameters of signatures', 'interface A { m(«one: B, two: C»): D; n(«one: { b: B }»)\n }'],
    ['with a comment behind it', 'const a = call(«b, c, d, e») «// f»\n;'],
    ['not short ones', 'const a = call(b, c);'],
    ['not with a function in it', 'call(a, (b) => c, call(«d, e, f, g»)); call({ b() { c(d); } });'],
    ['not where a module is loaded', "const a = require('./module'), b = call(require('./module'));"],
    ['not what is in brackets of its own', 'const a = (b + c + d) * 2; return (b + c + d);'],
    ['not where it is assigned to', 'call(a, b, c, d) = 1;'],
  ];
  for (const [what, expected] of cases)
    it(what, () => assert.equal(picture(expected.replaceAll(/[«»]/g, '')), expected));
});

describe('types in angle brackets behind a name', () => {
  const cases: [what: string, picture: string][] = [
    [
      'are left out but for the first',
      'interface A<B« extends C = D, E<F> = (G)»> { a: Map<string«, Array<B>»>; }'.replace('(G)', 'G'),
    ],
    ['not what is short', 'const a: Map<B, C> = new Map<B, C>();'],
    [
      'not what could be something else',
      'type A = B<keyof C & D & E>; type F = B<C, (d: D) => E>; const a = b < c && d > e;',
    ],
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
