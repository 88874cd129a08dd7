import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  applyEdits,
  fileLines,
  isBlank,
  lineEndOf,
  wholeLineRange,
  withoutBlankEnds,
  withPlainLineEnds,
} from '../../../../src/core/refactor/fileText.ts';

const anyText = fc
  .array(fc.constantFrom('a', 'bé', '😀', ' ', '\t', '\n', '\r\n', '\r', '\uFEFF'), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('lineEndOf', () => {
  const table: [text: string, lineEnd: string][] = [
    ['', '\n'],
    ['a', '\n'],
    ['a\nb', '\n'],
    ['a\r\nb', '\r\n'],
    ['a\r\nb\n', '\n'],
    ['a\r\nb\r\nc\n', '\r\n'],
  ];
  for (const [text, lineEnd] of table)
    it(`of ${JSON.stringify(text)} is ${JSON.stringify(lineEnd)}`, () => {
      assert.equal(lineEndOf(text), lineEnd);
    });
});

describe('fileLines', () => {
  it('has one line for an empty text, and an empty one behind a final line end', () => {
    assert.deepEqual(fileLines(''), [{ start: 0, end: 0, text: '', lineEnd: '' }]);
    assert.deepEqual(
      fileLines('a\r\n\rb\n').map(({ text, lineEnd }) => [text, lineEnd]),
      [
        ['a', '\r\n'],
        ['', '\r'],
        ['b', '\n'],
        ['', ''],
      ],
    );
  });

  it('is the text when joined, at the offsets that it gives', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = fileLines(text);
        assert.equal(lines.map((line) => line.text + line.lineEnd).join(''), text);
        for (const line of lines) assert.equal(text.slice(line.start, line.end), line.text);
        assert.equal(withPlainLineEnds(text), lines.map((line) => line.text).join('\n'));
      }),
    );
  });
});

describe('wholeLineRange', () => {
  const table: [text: string, start: number, end: number, range: [number, number]][] = [
    ['ab\ncd\nef', 0, 0, [0, 3]],
    ['ab\ncd\nef', 4, 4, [3, 6]],
    ['ab\ncd\nef', 1, 4, [0, 6]],
    ['ab\ncd\nef', 7, 8, [6, 8]],
    ['ab\r\ncd\r\n', 5, 6, [4, 8]],
    ['\nab', 0, 0, [0, 1]],
    ['', 0, 0, [0, 0]],
  ];
  for (const [text, start, end, [from, to]] of table)
    it(`of ${start} to ${end} in ${JSON.stringify(text)} is ${from} to ${to}`, () => {
      assert.deepEqual(wholeLineRange(text, start, end), { start: from, end: to });
    });
});

it('applies edits from the first to the last', () => {
  const edits = [
    { start: 0, end: 1, text: 'X' },
    { start: 2, end: 2, text: 'YY' },
    { start: 3, end: 4, text: '' },
  ];
  assert.equal(applyEdits('abcd', edits), 'XbYYc');
});

it('takes blank lines from both ends only', () => {
  assert.deepEqual(withoutBlankEnds(['', ' ', 'a', '', 'b', '\t']), ['a', '', 'b']);
  assert.deepEqual(withoutBlankEnds(['', '\t']), []);
  assert.ok(isBlank('\t \f') && !isBlank('x'));
});
