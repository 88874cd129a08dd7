import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyInsertion, toInsertion } from '../../../../src/core/completion/insertion.ts';
import { rightOfCursor } from '../../../../src/core/completion/multiline.ts';
import { parseCursor } from '../../../support/cursor.ts';

/** The document after accepting `text` at the cursor, or null where nothing is offered. */
function accept(picture: string, text: string): string | null {
  const cursor = parseCursor(picture);
  const insertion = toInsertion(text, cursor, '\n');
  return insertion && applyInsertion(cursor.prefix + cursor.suffix, cursor.prefix.length, insertion);
}

describe('toInsertion', () => {
  const table: [string, string, string | null][] = [
    // Nothing right of the cursor.
    ['x = █', '1;', 'x = 1;'],
    ['x = █\ny', '1;', 'x = 1;\ny'],
    ['f() {█  \ny', '\n  a\n}', 'f() {\n  a\n}  \ny'],
    ['x = █', ' \n ', null],
    ['x = █', '', null],
    // The end of the completion is there already.
    ['foo(█)', 'a, b)', 'foo(a, b)'],
    ['foo(█);', 'a, b);', 'foo(a, b);'],
    ['foo(█);', 'a, b)', 'foo(a, b);'],
    ['foo(█)  ', 'a)', 'foo(a)  '],
    ['if (█) {', 'x > 0) {', 'if (x > 0) {'],
    ['f(g(█))', 'a))', 'f(g(a))'],
    ['f(g(█))', 'a)', 'f(g(a))'],
    ['const █ = 1;', 'answer = 1;', 'const answer = 1;'],
    ['return █value;', 'the value', 'return the value;'],
    ['"█"', 'text"', '"text"'],
    ['say("█")', 'hi")', 'say("hi")'],
    ["say('█')", "it\\'s'", "say('it\\'s')"],
    ['f("█") {', 'x(") {', 'f("x(") {'],
    ['"""█"""', 'text"""', '"""text"""'],
    ['foo(█)', '\n  a,\n)', 'foo(\n  a,\n)'],
    ['foo({█})', '\n  a: 1,\n});', 'foo({\n  a: 1,\n});'],
    ['run(() => {\n  call(█)', 'one);\n});', 'run(() => {\n  call(one);\n});'],
    ['run(() => {\n  call(█);', 'one);\n});', 'run(() => {\n  call(one);\n});'],
    ['{█}', '\n  a\n}', '{\n  a\n}'],
    // A closer of the completion itself is none of those that are there.
    ['foo(█)', 'bar()', 'foo(bar())'],
    ['foo(█)', 'bar(a))', 'foo(bar(a))'],
    ['f(g(█))', 'h(a))', 'f(g(h(a)))'],
    ['foo(█)', "'(')", "foo('(')"],
    ['[█]', '[1], [2]', '[[1], [2]]'],
    ['Map<█>', 'Set<a>', 'Map<Set<a>>'],
    // The closers are inside the completion.
    ['foo(█)', 'a) + b', 'foo(a) + b'],
    ['foo(█)', 'a) + bar(b)', 'foo(a) + bar(b)'],
    ['foo(█);', 'a) + b', 'foo(a) + b;'],
    ['foo(█);', 'a) + b;', 'foo(a) + b;'],
    ['if (█)', 'x > 0) {', 'if (x > 0) {'],
    ['f(g(█))', 'a) + b', 'f(g(a) + b)'],
    ['f(g(█));', 'a), b);', 'f(g(a), b);'],
    ['f(g(█))', 'a), b)', 'f(g(a), b)'],
    ['say("█")', 'a", b)', 'say("a", b)'],
    ['say("█")', 'a" + b', 'say("a" + b)'],
    ['`${f(█)}`', 'a) + b', '`${f(a) + b}`'],
    ['Map<█>', 'string, number>()', 'Map<string, number>()'],
    ['<div█>', ' class="x"></div>', '<div class="x"></div>'],
    // They only seem to be.
    ['foo(█)', 'a)b', 'foo(a)b)'],
    ['foo(█)', 'a).then(', 'foo(a).then()'],
    ['foo(█)', 'a + b', 'foo(a + b)'],
    ['[█]', 'a) + b', '[a) + b]'],
    ['x: █,', 'f(a, b)', 'x: f(a, b),'],
    ['f(█")', 'a" + b', 'f(a" + b")'],
    // With other text right of the cursor, one line only.
    ['foo(█) {', 'a\n  b', 'foo(a) {'],
    ['foo(█) {', '\n  b', null],
    // Nothing new.
    ['foo(█)', ')', null],
    ['█value', 'value', null],
    ['foo(█ )', ' )', null],
  ];
  for (const [picture, text, expected] of table) {
    it(`${JSON.stringify(picture)} + ${JSON.stringify(text)}`, () =>
      assert.equal(accept(picture, text), expected));
  }

  it('counts what it replaces', () => {
    const replaced = (picture: string, text: string) =>
      toInsertion(text, parseCursor(picture), '\n')?.replaceRight;
    assert.equal(replaced('foo(█)', 'a, b)'), 1);
    assert.equal(replaced('if (█) {', 'x > 0) {'), 3);
    assert.equal(replaced('foo(█)', 'a, b'), 0);
  });

  it('writes the line ends of the document', () => {
    assert.deepEqual(toInsertion('\n  a\n}', parseCursor('f() {█\n'), '\r\n'), {
      text: '\r\n  a\r\n}',
      replaceRight: 0,
    });
  });

  it('leaves surrogate pairs whole', () => {
    // Ends with the first half of what stands there.
    assert.equal(toInsertion('a\ud83d', parseCursor('"█\u{1f525}"'), '\n')?.replaceRight, 0);
    assert.equal(toInsertion('a\u{1f525}', parseCursor('"█\u{1f525}"'), '\n')?.replaceRight, 2);
  });
});

describe('what an insertion replaces', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    ')',
    '(',
    '"',
    "'",
    ';',
    ']',
    '}',
    '{',
    '>',
    '<',
    ',',
    '\n',
    '\u{1f525}',
  );
  const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));

  it('is a subsequence of what it inserts, within the line', () => {
    fc.assert(
      fc.property(text, text, text, (prefix, suffix, completion) => {
        const insertion = toInsertion(completion, { prefix, suffix }, '\n');
        if (insertion === null) return;
        const rest = rightOfCursor({ prefix, suffix });
        assert.ok(insertion.replaceRight <= rest.length);
        let from = 0;
        for (const unit of rest.slice(0, insertion.replaceRight).split('')) {
          from = insertion.text.indexOf(unit, from) + 1;
          assert.notEqual(from, 0, `${rest} in ${insertion.text}`);
        }
        assert.ok(completion.startsWith(insertion.text));
      }),
      { numRuns: 5000 },
    );
  });

  it('makes the line that was meant, however much of its end the completion repeats', () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('a', 'x + 1', "'('", 'f()'),
        fc.tuple(fc.constantFrom('f()', '[]', '({})'), tie('expression')).map(([b, e]) => {
          const middle = Math.ceil(b.length / 2);
          return b.slice(0, middle) + e + b.slice(middle);
        }),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}, ${b}`),
      ),
    }));
    const around = fc.constantFrom(
      ['f(', ')'],
      ['f(g(', '))'],
      ['[f({', '})];'],
      ['f([', ']);'],
      ['x = (', ');'],
    );
    fc.assert(
      fc.property(around, expression, fc.nat(5), ([left = '', right = ''], middle, repeated) => {
        assert.equal(accept(`${left}█${right}`, middle + right.slice(0, repeated)), left + middle + right);
      }),
      { numRuns: 2000 },
    );
  });
});
