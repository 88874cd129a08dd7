import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  commonIndent,
  convertIndent,
  indentOf,
  indentUnit,
  type IndentUnit,
} from '../../../../src/core/refactor/indentation.ts';

it('reads the blanks and tabs at a line’s beginning', () => {
  assert.deepEqual([' \tx', 'x ', '', '  '].map(indentOf), [' \t', '', '', '  ']);
});

describe('commonIndent', () => {
  const table: [lines: string[], common: string][] = [
    [[], ''],
    [['', '   '], ''],
    [['  a', '    b', ''], '  '],
    [['\ta', '\t\tb'], '\t'],
    [['\ta', '  b'], ''],
    [['  \ta', '    b'], '  '],
  ];
  for (const [lines, common] of table)
    it(`of ${JSON.stringify(lines)} is ${JSON.stringify(common)}`, () => {
      assert.equal(commonIndent(lines), common);
    });
});

describe('indentUnit', () => {
  const table: [why: string, lines: string[], unit: IndentUnit | null][] = [
    ['one level', ['a', '  b', 'c'], { blanks: 2 }],
    ['tabs', ['a', '\tb', '\t\tc'], '\t'],
    ['mostly tabs', ['a', '\tb', '\tc', '    d'], '\t'],
    ['flat', ['a', 'b'], null],
    ['flat, but deep', ['        a', '        b'], null],
    ['the stars of a comment are none', ['/**', ' * a', ' */', 'f() {', '    g', '}'], { blanks: 4 }],
    ['an aligned line among others', ['f(a,', '      b) {', '  c', '  d {', '    e', '  }'], { blanks: 2 }],
    ['blank lines are none', ['a', '', '    b', '   '], { blanks: 4 }],
  ];
  for (const [why, lines, unit] of table)
    it(why, () => {
      assert.deepEqual(indentUnit(lines), unit);
    });
});

describe('convertIndent', () => {
  const table: [indent: string, from: IndentUnit | null, to: IndentUnit | null, now: string][] = [
    ['        ', { blanks: 4 }, '\t', '\t\t'],
    ['\t\t', '\t', { blanks: 2 }, '    '],
    ['      ', { blanks: 4 }, '\t', '\t  '],
    ['    ', { blanks: 2 }, { blanks: 4 }, '        '],
    ['\t ', '\t', { blanks: 4 }, '     '],
    ['   ', null, '\t', '   '],
    ['   ', { blanks: 2 }, { blanks: 2 }, '   '],
  ];
  for (const [indent, from, to, now] of table)
    it(`${JSON.stringify(indent)} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`, () => {
      assert.equal(convertIndent(indent, from, to), now);
    });
});
