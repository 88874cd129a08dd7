import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chosenCandidate, syntaxCandidates } from '../../../../../src/core/completion/filters/syntaxError.ts';
import { applyInsertion, toInsertion } from '../../../../../src/core/completion/insertion.ts';
import { maskStrings, scanBrackets } from '../../../../../src/core/completion/multiline.ts';
import type { CursorText } from '../../../../../src/core/completion/types.ts';
import { parseCursor } from '../../../../support/cursor.ts';

const candidatesAt = (cursor: CursorText, text: string) =>
  syntaxCandidates(text, cursor, (form) => toInsertion(form, cursor, '\n'));

describe('syntaxCandidates', () => {
  const table: [title: string, picture: string, text: string, expected: string[]][] = [
    ['in order', 'x = █', 'f(1);', ['f(1);']],
    ['a bracket', 'x = █', 'f(1', ['f(1', 'f(1)']],
    ['two brackets', 'x = █', 'f([1', ['f([1', 'f([1])']],
    ['a block', 'f() █', '{', ['{', '{\n}']],
    ['a block of a block', 'a {\n  b() █\n}', '{', ['{', '{\n  }']],
    ['a function as an argument', '█', 'f(() => {', ['f(() => {', 'f(() => {\n})']],
    [
      'cut off in a block',
      '█',
      'if (a) {\n  b();\n  c(',
      ['if (a) {\n  b();\n  c(', 'if (a) {\n  b();\n  c()\n}', 'if (a) {\n  b();\n}', 'if (a) {\n}'],
    ],
    ['an object on one line', 'x = █', '{ a: 1', ['{ a: 1', '{ a: 1 }']],
    ['arguments on lines of their own', 'f█', '(\n  1,', ['(\n  1,', '(\n  1,\n)', '()']],
    ['behind the cursor the closer is there', 'f(█)', 'g(1', ['g(1', 'g(1)']],
    ['brackets in strings', 'x = █', "'('", ["'('"]],
    ['a head without its body', 'a = 1\n█', 'if a:', []],
    ['and one of several lines', 'a = 1\n█', 'b = 2\nif a:', ['b = 2']],
    ['a head that was begun', 'if █', 'a:', ['a:']],
    ['a head and its body', '█', 'if a:\n    b()', ['if a:\n    b()']],
    ['a head whose body is there', '█\n    b()', 'if a:', ['if a:']],
    ['a case among braces', 'switch (a) {\n  █\n}', 'case 1:', ['case 1:']],
    [
      'at most six',
      '█',
      'a\nb\nc\nd\ne\nf\ng\nh',
      [
        'a\nb\nc\nd\ne\nf\ng\nh',
        'a\nb\nc\nd\ne\nf\ng',
        'a\nb\nc\nd\ne\nf',
        'a\nb\nc\nd\ne',
        'a\nb\nc\nd',
        'a\nb\nc',
      ],
    ],
    ['what can not be inserted is none', 'x = █ + 1', '2\n  3', ['2\n  3']],
    ['nothing', '█', ' \n', []],
  ];
  for (const [title, picture, text, expected] of table) {
    it(title, () =>
      assert.deepEqual(
        candidatesAt(parseCursor(picture), text).map((candidate) => candidate.text),
        expected,
      ),
    );
  }

  it('gives the insertion of each, with what it replaces', () => {
    assert.deepEqual(
      candidatesAt(parseCursor('f(█)'), 'a)').map(({ insertion }) => insertion),
      [{ text: 'a)', replaceRight: 1 }],
    );
  });

  const piece = fc.constantFrom('a', '(', ')', '{', '}', '[', '\n', '\n  ', ' ', 'if a:', "'('");
  const text = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));

  it('are at most six, all different, each a beginning of the text and closers', () => {
    fc.assert(
      fc.property(text, text, text, (prefix, suffix, completion) => {
        const candidates = candidatesAt({ prefix, suffix }, completion);
        assert.ok(candidates.length <= 6);
        const results = candidates.map(({ insertion }) => `${insertion.replaceRight} ${insertion.text}`);
        assert.equal(new Set(results).size, results.length);
        for (const candidate of candidates) {
          let common = 0;
          while (common < completion.length && candidate.text[common] === completion[common]) common++;
          assert.match(candidate.text.slice(common), /^[\s)\]}]*$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('leave no bracket of their own open, but for the text as it came', () => {
    fc.assert(
      fc.property(text, (completion) => {
        const cursor = { prefix: '', suffix: '' };
        for (const candidate of candidatesAt(cursor, completion)) {
          if (candidate.text === completion) continue;
          const whole = applyInsertion('', 0, candidate.insertion);
          assert.deepEqual(scanBrackets(maskStrings(whole)).unclosed, [], whole);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('chosenCandidate', () => {
  const candidates = candidatesAt(parseCursor('█'), 'f() {\n  a();\n  b(');
  const choose = (answer: number | null) => {
    const { kept, dropped, reason } = chosenCandidate('f() {\n  a();\n  b(', candidates, answer);
    return [kept === null || typeof kept === 'string' ? kept : kept.text, dropped, reason];
  };
  it('tells what came of the text', () => {
    assert.deepEqual(choose(null), ['as-it-came', [], null]);
    assert.deepEqual(choose(0), ['f() {\n  a();\n  b(', [], null]);
    assert.deepEqual(choose(1), [
      'f() {\n  a();\n  b()\n}',
      [{ filter: 'syntax-error', text: 'f() {\n  a();\n  b(' }],
      null,
    ]);
    assert.deepEqual(choose(-1), [
      null,
      [{ filter: 'syntax-error', text: 'f() {\n  a();\n  b(' }],
      'adds-error',
    ]);
  });

  it('tells what was cut off', () => {
    const lines = candidatesAt(parseCursor('█'), 'a();\nb(;');
    assert.deepEqual(chosenCandidate('a();\nb(;', lines, 2).dropped, [
      { filter: 'syntax-error', text: '\nb(;' },
    ]);
  });
});
