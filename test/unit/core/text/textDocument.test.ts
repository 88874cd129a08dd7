import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { documentLimits, TextDocument, type TextChange } from '../../../../src/core/text/textDocument.ts';

const change = (offset: number, length: number, text: string): TextChange => ({ offset, length, text });

describe('TextDocument.apply', () => {
  const table: [title: string, text: string, changes: TextChange[], result: string][] = [
    ['no change', 'abc', [], 'abc'],
    ['an insertion', 'ac', [change(1, 0, 'b')], 'abc'],
    ['an append', 'ab', [change(2, 0, 'c')], 'abc'],
    ['a deletion of all', 'abc', [change(0, 3, '')], ''],
    [
      'offsets of the text before all changes',
      'one two',
      [change(0, 3, 'first'), change(4, 3, '2')],
      'first 2',
    ],
    ['the same, reported from the end', 'one two', [change(4, 3, '2'), change(0, 3, 'first')], 'first 2'],
    ['neighbours', 'abcd', [change(0, 2, 'x'), change(2, 2, 'y')], 'xy'],
    [
      'an insertion before a replacement, in either order',
      'abcd',
      [change(1, 0, '+'), change(1, 2, '-')],
      'a+-d',
    ],
    ['the same, as editors report it', 'abcd', [change(1, 2, '-'), change(1, 0, '+')], 'a+-d'],
    ['an insertion behind a replacement', 'abcd', [change(1, 2, '-'), change(3, 0, '+')], 'a-+d'],
  ];
  for (const [title, text, changes, result] of table) {
    it(title, () => {
      const document = new TextDocument(text, 1);
      document.apply(changes, 2);
      assert.deepEqual([document.text, document.version], [result, 2]);
    });
  }

  const outside: [title: string, changes: TextChange[]][] = [
    ['an offset behind the end', [change(4, 0, 'x')]],
    ['a length beyond the end', [change(2, 2, 'x')]],
    ['a negative offset', [change(-1, 1, 'x')]],
    ['a negative length', [change(2, -1, 'x')]],
    ['an overlap', [change(0, 2, 'x'), change(1, 2, 'y')]],
    ['an overlap that another change makes room for', [change(3, 0, 'long text'), change(1, 4, 'y')]],
    ['the same place twice', [change(0, 1, 'x'), change(0, 1, 'y')]],
  ];
  for (const [title, changes] of outside) {
    it(`refuses ${title} and changes nothing`, () => {
      const document = new TextDocument('abc', 1);
      assert.throws(() => document.apply(changes, 2), RangeError);
      assert.deepEqual([document.text, document.version], ['abc', 1]);
    });
  }

  it('gives what the changes say, one by one, in whatever order they come', () => {
    const gaps = fc.array(
      fc.record({
        skip: fc.integer({ min: 1, max: 4 }),
        length: fc.nat(3),
        key: fc.nat(),
        text: fc.string({ maxLength: 3 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(gaps, fc.string({ maxLength: 5 }), (pieces, tail) => {
        // The text, the changes and the result, made side by side from the same pieces.
        let text = '';
        let result = '';
        const changes: (TextChange & { key: number })[] = [];
        for (const { skip, length, text: inserted, key } of pieces) {
          const kept = 'kept'.slice(0, skip);
          changes.push({ ...change(text.length + skip, length, inserted), key });
          text += kept + 'old'.slice(0, length);
          result += kept + inserted;
        }
        const shuffled = changes.toSorted((a, b) => a.key - b.key);
        const document = new TextDocument(text + tail, 1);
        document.apply(shuffled, 2);
        assert.equal(document.text, result + tail);
      }),
    );
  });
});

describe('TextDocument.problemAt', () => {
  const { document: most, line: longest } = documentLimits;
  const lines = (length: number): string =>
    `${'x'.repeat(99)}\n`.repeat(Math.ceil(length / 100)).slice(0, length);
  const odd = (count: number, length: number): string => '\ufffd'.repeat(count).padEnd(length, 'x\n');
  const table: [title: string, text: string, offset: number, problem: string | null][] = [
    ['an empty text', '', 0, null],
    ['the largest text', lines(most), 0, null],
    ['a text that is too large by one', lines(most + 1), 0, 'too-large'],
    ['the longest line, at its start', 'x'.repeat(longest), 0, null],
    ['the longest line, at its end', 'x'.repeat(longest), longest, null],
    ['the midst of a surrogate pair', 'a😀b', 2, 'inside-character'],
    ['a line too long by one', 'x'.repeat(longest + 1), 3, 'line-too-long'],
    ['a line too long by one, at its end', `a\n${'x'.repeat(longest + 1)}\nb`, longest + 3, 'line-too-long'],
    ['the line above one that is too long', `a\n${'x'.repeat(longest + 1)}`, 1, null],
    ['the line below one that is too long', `${'x'.repeat(longest + 1)}\nb`, longest + 2, null],
    ['the blank first line above one that is too long', `\n${'x'.repeat(longest + 1)}`, 0, null],
    ['a NUL', 'a\0b', 1, 'binary'],
    ['ANSI colours', '\x1b[31mred\x1b[0m '.repeat(50), 1, null],
    ['tabs, form feeds and line ends', '\t\f\v\r\n'.repeat(50), 1, null],
    ['a few replacement characters', odd(8, 20), 1, null],
    ['a few of them in a long text', odd(20, 1000), 1, null],
    ['many of them', odd(21, 1000), 1, 'binary'],
  ];
  for (const [title, text, offset, problem] of table) {
    it(`${title}: ${problem ?? 'none'}`, () => {
      assert.equal(new TextDocument(text, 1).problemAt(offset), problem);
    });
  }

  it('is that of the text as it now stands, however it came about', () => {
    const document = new TextDocument('a\nb', 1);
    document.apply([change(1, 0, '\0')], 2);
    assert.equal(document.problemAt(0), 'binary');
    document.apply([change(1, 1, '')], 3);
    assert.equal(document.problemAt(0), null);
    document.apply([change(1, 0, '\ufffd'.repeat(9))], 4);
    document.apply([change(0, 0, 'x = 1;\n'.repeat(100))], 5);
    assert.equal(document.problemAt(0), null);
  });
});
