import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { locate } from '../../../../src/core/refactor/match.ts';
import { withoutBlankEnds } from '../../../../src/core/refactor/fileText.ts';
import type { MatchKind, RefactorProblemCode } from '../../../../src/core/refactor/types.ts';

const shop = `import os

def first(basket):
    total = basket.sum()
    return total

def second(basket):
    if basket:
        total = basket.sum()
        return total
    return None

def third(rows):
    counted = sum(row.price for row in rows if row.price)
    report("counted", counted)
    return counted
`;

describe('locate', () => {
  const found: [why: string, text: string, search: string, kind: MatchKind, at: string][] = [
    ['a whole line', 'a\nb\nc\n', 'b', 'exact', 'b'],
    [
      'whole lines',
      shop,
      'def first(basket):\n    total = basket.sum()',
      'exact',
      'def first(basket):\n    total = basket.sum()',
    ],
    ['blank lines around the search are not searched', 'a\nb\nc\n', '\n\nb\nc\n\n', 'exact', 'b\nc'],
    ['CRLF in the file only', 'a\r\nb\r\nc', 'a\nb', 'exact', 'a\r\nb'],
    ['CRLF in the search only', 'a\nb\nc', 'a\r\nb', 'exact', 'a\nb'],
    ['a byte order mark before it', '\uFEFFaa\nbb', 'bb', 'exact', 'bb'],
    ['no final line end', 'a\nb', 'b\n', 'exact', 'b'],
    ['letters of other scripts', 'größe = 1\n😀 = 2\n', '😀 = 2', 'exact', '😀 = 2'],
    [
      'without the common indentation',
      'x\n    a {\n      b\n    }\n',
      'a {\n  b\n}',
      'indentation',
      '    a {\n      b\n    }',
    ],
    ['with more of it', 'x\na {\n  b\n}\n', '    a {\n      b\n    }', 'indentation', 'a {\n  b\n}'],
    ['in tabs', 'x\n\ta()\n\tb()\n', '    a()\n    b()', 'indentation', '\ta()\n\tb()'],
    ['the first line without', 'x\n    a()\n    b()\n', 'a()\n    b()', 'indentation', '    a()\n    b()'],
    ['blanks at line ends', 'x\na = 1  \nb = 2\n', 'a = 1\nb = 2   ', 'indentation', 'a = 1  \nb = 2'],
    ['other blanks in lines', 'x\nfoo(a,  b)\n', 'foo(a, b)', 'whitespace', 'foo(a,  b)'],
    [
      'other levels',
      'x\nif a:\n  if b:\n    c()\n',
      'if a:\n    if b:\n        c()',
      'whitespace',
      'if a:\n  if b:\n    c()',
    ],
    ['blank lines left out', 'a = 1\n\n\nb = 2\n', 'a = 1\nb = 2', 'whitespace', 'a = 1\n\n\nb = 2'],
    ['blank lines more', 'a = 1\nb = 2\n', 'a = 1\n\nb = 2', 'whitespace', 'a = 1\nb = 2'],
    [
      'nearly the same',
      shop,
      'def third(rows):\n    counted = sum(row.price for row in rows if row.prize)\n    report("counted", counted)',
      'similar',
      'def third(rows):\n    counted = sum(row.price for row in rows if row.price)\n    report("counted", counted)',
    ],
  ];
  for (const [why, text, search, kind, at] of found)
    it(`finds ${why}`, () => {
      const match = locate(text, search);
      assert.ok(!('code' in match), JSON.stringify(match));
      assert.equal(match.kind, kind);
      assert.equal(text.slice(match.start, match.end), at);
      assert.ok(match.wholeLines);
    });

  const refused: [why: string, text: string, search: string, code: RefactorProblemCode][] = [
    ['nothing', 'a\n', ' \n', 'no-match'],
    ['what is not there', shop, 'while True:', 'no-match'],
    ['two equal lines', 'a\nb\na\n', 'a', 'ambiguous'],
    ['lines that differ in their indentation only', shop, 'total = basket.sum()\nreturn total', 'ambiguous'],
    ['two that differ from it in blanks', 'f(a,  b)\nf(a,   b)\n', 'f(a, b)', 'ambiguous'],
    ['a part of a line, where lines are wanted', 'x = a + b\n', 'x = a', 'no-match'],
    [
      'two that are like it',
      'total_amount = first + second\ntotal_amount = first * second\n',
      'total_amount = first - second',
      'no-match',
    ],
    ['what is short and only similar', 'abc(de)\n', 'abc(df)', 'no-match'],
  ];
  for (const [why, text, search, code] of refused)
    it(`does not find ${why}, and says so`, () => {
      const match = locate(text, search);
      assert.ok('code' in match, JSON.stringify(match));
      assert.equal(match.code, code);
      assert.match(match.message, /\.$/);
    });

  it('names the lines of what is there several times', () => {
    const match = locate('a()\nb\na()\n', 'a()');
    assert.ok('code' in match);
    assert.match(match.message, /stands 2 times in the file \(lines 1, 3\).*"a\(\)"/);
  });

  it('takes the one place within the target, also where it has less in common with it', () => {
    const text = 'total = 1\ndef f():\n    total = 1\n';
    const start = text.indexOf('def');
    for (const search of ['total = 1', '    total = 1', 'total  =  1']) {
      const match = locate(text, search, { within: { start, end: text.length } });
      assert.ok(!('code' in match));
      assert.equal(match.start, text.lastIndexOf('    total'));
    }
    const spaced = 'total = 1\ndef f():\n    total =  1\n';
    const match = locate(spaced, 'total = 1', { within: { start, end: spaced.length } });
    assert.ok(!('code' in match) && match.kind === 'whitespace');
  });

  it('takes no one of two within the target', () => {
    const text = 'x\ny\nx\n';
    const match = locate(text, 'x', { within: { start: 0, end: text.length } });
    assert.ok('code' in match && match.code === 'ambiguous');
  });

  it('takes the only exact place, but not where the target’s indentation may have been left out', () => {
    const text = 'x()\n    x()\nclass A:\n    def f():\n        x()\n        if a:\n            x()\n';
    const exact = locate('x()\n    x()\n', '    x()');
    assert.ok(!('code' in exact) && exact.start === 4);
    const within = { start: text.indexOf('    def'), end: text.length };
    const inner = locate(text, '            x()', { within });
    assert.ok(!('code' in inner) && inner.start === text.lastIndexOf('            x()'));
    const either = locate(text, '        x()', { within });
    assert.ok('code' in either && either.code === 'ambiguous');
  });

  it('has the indentation before a target that begins behind it', () => {
    const text = 'a()\n    a()\n';
    const match = locate(text, '    a()', { within: { start: 8, end: 11 } });
    assert.ok(!('code' in match) && match.start === 4);
  });

  describe('in lines', () => {
    const table: [why: string, text: string, search: string, at: string][] = [
      ['a part of a line', 'const limit = 30;\n', 'limit = 30', 'limit = 30'],
      [
        'the end of one line and the beginning of the next',
        'x = f(a,\n  b) + c\n',
        'f(a,\n  b)',
        'f(a,\n  b)',
      ],
      ['not the midst of a word', 'maximum = 1\n', 'mum = 1', 'no-match'],
      ['not half of a character', 'x = "😀"\n', '\uDE00"', 'no-match'],
      ['not one of two', 'f(a, a)\n', 'a', 'ambiguous'],
      ['a whole line rather than a part', 'x = 1 + y\nx = 1\n', 'x = 1', 'x = 1'],
    ];
    for (const [why, text, search, at] of table)
      it(why, () => {
        const match = locate(text, search, { inLine: true });
        assert.equal('code' in match ? match.code : text.slice(match.start, match.end), at);
      });
  });

  it('searches a long file for similar lines in a bearable time', () => {
    const file = Array.from(
      { length: 4999 },
      (_, at) => `    value_${at} = compute(${at * 7}, "some text")`,
    ).join('\n');
    const search = Array.from({ length: 60 }, (_, at) => `    wanted_${at} = other(${at})`).join('\n');
    const match = locate(file, search);
    assert.ok('code' in match);
  });

  it('never takes one of two equal places, and what it takes is there once', () => {
    const line = fc.constantFrom('a = 1', 'b(a)', '  a = 1', '', '    c', 'c', '}');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.array(line, { minLength: 1, maxLength: 3 }),
        (file, search) => {
          const match = locate(file.join('\n'), search.join('\n'), { inLine: true });
          if ('code' in match || match.kind === 'similar' || !match.wholeLines) return;
          const wanted = withoutBlankEnds(search);
          const isEqual = equalAs[match.kind];
          const count = file.filter((_, at) => isEqual(file.slice(at, at + wanted.length), wanted)).length;
          // What differs in blank lines is not counted so, and is found all the same.
          assert.ok(match.kind === 'whitespace' ? count <= 1 : count === 1, JSON.stringify(match));
        },
      ),
      {
        examples: [
          [
            ['c', 'c', '    c'],
            ['    c', '    c'],
          ],
        ],
      },
    );
  });
});

/** What makes two places equal depends on how the text was found: of two that differ in their levels, one may be meant. */
const equalAs = {
  exact: (here: readonly string[], wanted: readonly string[]) => here.join('\n') === wanted.join('\n'),
  indentation: (here: readonly string[], wanted: readonly string[]) =>
    areShifted(here, wanted) ||
    (wanted[0] === wanted[0]?.trim() &&
      here[0]?.trim() === wanted[0] &&
      areShifted(here.slice(1), wanted.slice(1))),
  whitespace: (here: readonly string[], wanted: readonly string[]) =>
    here.map((one) => one.trim()).join('\n') === wanted.map((one) => one.trim()).join('\n'),
};

/** Whether one is the other with the same blanks before each of its lines. */
function areShifted(a: readonly string[], b: readonly string[]): boolean {
  const shifted = (lines: readonly string[], by: number): string =>
    lines.map((one) => (one === '' ? '' : ' '.repeat(by) + one)).join('\n');
  return [0, 1, 2, 3, 4].some((by) => shifted(a, by) === shifted(b, 0) || shifted(b, by) === shifted(a, 0));
}
