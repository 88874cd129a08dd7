import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TextChange } from '../../../../src/core/text/textDocument.ts';
import {
  changesBetween,
  changesSeen,
  shiftRange,
  touches,
} from '../../../../src/vscode/refactor/trackedRange.ts';

const applied = (text: string, changes: readonly TextChange[]): string =>
  changes.reduce(
    (now, { offset, length, text: put }) => now.slice(0, offset) + put + now.slice(offset + length),
    text,
  );

describe('a range that is followed through changes', () => {
  const text = 'before [inside] behind';
  const range = { start: 7, end: 15 };
  const table: readonly [name: string, change: TextChange, held: string][] = [
    ['moves with what is put in before it', { offset: 0, length: 0, text: 'x\n' }, '[inside]'],
    ['moves back with what is taken away before it', { offset: 0, length: 6, text: '' }, '[inside]'],
    ['does not take what is put in at its start', { offset: 7, length: 0, text: 'new ' }, '[inside]'],
    ['does not take what is put in at its end', { offset: 15, length: 0, text: ' new' }, '[inside]'],
    ['grows with what is put into it', { offset: 8, length: 0, text: 'far ' }, '[far inside]'],
    ['shrinks with what is taken out of it', { offset: 8, length: 6, text: '' }, '[]'],
    ['takes a change over its start', { offset: 5, length: 4, text: '<' }, '<nside]'],
    ['takes a change over its end', { offset: 13, length: 4, text: '>' }, '[insid>'],
    ['becomes what replaces it and more', { offset: 0, length: 22, text: 'all' }, 'all'],
    ['is not touched by what is behind it', { offset: 16, length: 6, text: '' }, '[inside]'],
  ];
  for (const [name, change, held] of table)
    it(name, () => {
      const { start, end } = shiftRange(range, [change]);
      assert.equal(applied(text, [change]).slice(start, end), held);
    });

  const change = (length: number) =>
    fc.tuple(fc.nat(length), fc.nat(8), fc.string({ maxLength: 6 })).map(([offset, most, put]) => ({
      offset,
      length: Math.min(most, length - offset),
      text: put,
    }));

  it('stays inside the text, and holds the same where the change is outside', () => {
    fc.assert(
      fc.property(
        fc
          .string({ maxLength: 40 })
          .chain((whole) =>
            fc.tuple(fc.constant(whole), fc.nat(whole.length), fc.nat(whole.length), change(whole.length)),
          ),
        ([whole, a, b, one]) => {
          const old = { start: Math.min(a, b), end: Math.max(a, b) };
          const now = applied(whole, [one]);
          const { start, end } = shiftRange(old, [one]);
          assert.ok(start >= 0 && start <= end && end <= now.length, JSON.stringify({ start, end }));
          const isOutside = one.offset + one.length <= old.start || one.offset >= old.end;
          if (isOutside) assert.equal(now.slice(start, end), whole.slice(old.start, old.end));
        },
      ),
    );
  });

  it('is found again where nobody saw the changes', () => {
    const line = fc.constantFrom('a\n', 'b\n', 'b\r\n', 'c\r\n', '\n', '\r\n', 'a');
    const texts = fc.array(line, { maxLength: 8 }).map((lines) => lines.join(''));
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        assert.equal(applied(before, changesBetween(before, after)), after);
      }),
    );
    const moved = shiftRange({ start: 4, end: 7 }, changesBetween('one\ntwo\n', 'zero\none\ntwo\n'));
    assert.deepEqual(moved, { start: 9, end: 12 });
  });

  it('is where it was in a text that is replaced as a whole', () => {
    const before = 'one();\ntwo();\nthree();\n';
    const range = { start: 7, end: 13 };
    const all = (text: string): TextChange => ({ offset: 0, length: before.length, text });
    for (const after of [before.replaceAll('\n', '\r\n'), `zero();\r\n${before}`, before.slice(7)]) {
      const { start, end } = shiftRange(range, changesSeen([all(after)], before, after));
      assert.equal(after.slice(start, end), 'two();');
    }
    const typed = { offset: 6, length: 0, text: ' // one' };
    assert.deepEqual(changesSeen([typed], before, applied(before, [typed])), [typed]);
  });
});

describe('two ranges', () => {
  const text = 'a();\nb(); c();\n';
  it('touch where they overlap, or share a line', () => {
    assert.equal(touches(text, { start: 0, end: 8 }, { start: 5, end: 9 }), true);
    assert.equal(touches(text, { start: 10, end: 14 }, { start: 5, end: 9 }), true);
  });
  it('don’t touch in lines of their own', () => {
    assert.equal(touches(text, { start: 0, end: 4 }, { start: 5, end: 9 }), false);
    assert.equal(touches(text, { start: 5, end: 14 }, { start: 0, end: 5 }), true);
  });
});
