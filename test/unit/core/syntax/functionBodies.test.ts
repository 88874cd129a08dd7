import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { functionBodies } from '../../../../src/core/syntax/functionBodies.ts';

const long = ' const total = list.reduce((sum, item) => sum + item.price, 0); ';

/** The code with `«` and `»` around each body that is found; `BODY` stands for one that is long enough. */
function picture(code: string): string | null {
  const text = code.replaceAll('BODY', long);
  const bodies = functionBodies(text);
  if (bodies === null) return null;
  let shown = '';
  let at = 0;
  for (const { start, end } of bodies) {
    shown += `${text.slice(at, start.index)}«${text.slice(start.index, end.index)}»`;
    at = end.index;
  }
  return (shown + text.slice(at)).replaceAll(long, 'BODY');
}

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
    ['and words behind a point', 'a.class; function f() {«BODY»}'],
    ['none where a bracket is open', null],
  ];
  for (const [what, expected] of cases) {
    const code = expected ?? 'function f() {BODY';
    it(what, () => assert.equal(picture(code.replaceAll(/[«»]/g, '')), expected));
  }

  it('are null where brackets do not match', () => {
    assert.equal(functionBodies('f(}'), null);
    assert.equal(functionBodies('}'), null);
    assert.equal(functionBodies('`${'), null);
  });

  it('have rows and columns', () => {
    const text = `/* one\n two */ const s = \`\n\`;\n  function f() {\n${long}\n }`;
    const [body] = functionBodies(text) ?? [];
    assert.deepEqual(body, {
      start: { index: text.indexOf('{') + 1, row: 3, column: 16 },
      end: { index: text.length - 1, row: 5, column: 1 },
    });
  });

  it('take any text', () => {
    for (const text of ['', '"', "'\\", '/', '/[', '`', '\\', '/*', '//', '\ud800{', 'a\r\nb']) {
      assert.ok((functionBodies(text) ?? []).length === 0, JSON.stringify(text));
    }
  });
});
