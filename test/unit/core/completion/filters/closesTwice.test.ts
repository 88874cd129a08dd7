import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closesTwice } from '../../../../../src/core/completion/filters/closesTwice.ts';
import { applyInsertion, toInsertion } from '../../../../../src/core/completion/insertion.ts';
import { parseCursor } from '../../../../support/cursor.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(closesTwice, [
  ['one more than was opened', 'foo(a█)', ', b))', ', b)│)'],
  ['and something behind it', 'foo(a█)', ', b)) + c', ', b)│) + c'],
  ['the same inside a function', 'function f() {\n  foo(a█)\n}', ', b))', ', b)│)'],
  ['nothing before it', 'foo(a█) ', '))', ')│)'],
  ['another kind', 'foo(a█)', ', b)]', ', b)│]'],
  ['a brace below, at the same column', 'foo({█\n})', '\n  a: 1,\n})', '\n  a: 1,│\n})'],
  ['a bracket below', 'x = [\n  1,█\n]', ' 2]', ' 2│]'],
  ['only that bracket', 'x = [\n  1,\n  █\n]', ']', 'closes-twice'],
  ['the brace of a function', 'f() {\n  a();█\n}', ' b(); }', ' b();│ }'],
  // The insertion replaces these.
  ['as many as are there', 'foo(a█)', ', b)', ', b)'],
  ['fewer than are there', 'f(g(a█))', ', b)', ', b)'],
  ['inside, once', 'foo(█)', 'a) + b', 'a) + b'],
  // These are right.
  ['its own brackets', 'foo(a█)', ', b()', ', b()'],
  ['in a string', 'foo(a█)', ", '))'", ", '))'"],
  ['nothing closes it yet', 'foo(a█', ', b)', ', b)'],
  ['what is below closes another', 'f() {\n  if (a) {█\n}', '\n    b();\n  }', '\n    b();\n  }'],
  ['two levels, of which one is closed below', 'f() {\n  g({█\n}', ' a: 1 })', ' a: 1 })'],
  ['other text follows', 'foo(a█ + c)', ', b))', ', b))'],
  ['nothing around it', 'x = 1█', ')', ')'],
]);

describe('what is inserted then', () => {
  for (const [picture, text, expected] of [
    ['foo(a█)', ', b))', 'foo(a, b)'],
    ['foo(a█);', ', b));', 'foo(a, b);'],
    ['x = [\n  1,█\n]', ' 2]', 'x = [\n  1, 2\n]'],
  ] as const) {
    it(`${JSON.stringify(picture)} + ${JSON.stringify(text)}`, () => {
      const cursor = parseCursor(picture);
      const kept = closesTwice.apply(text, { cursor, multiline: true });
      assert.ok(typeof kept === 'string');
      const insertion = toInsertion(kept, cursor, '\n');
      assert.ok(insertion);
      assert.equal(applyInsertion(cursor.prefix + cursor.suffix, cursor.prefix.length, insertion), expected);
    });
  }
});
