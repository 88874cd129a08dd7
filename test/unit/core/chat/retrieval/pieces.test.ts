import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { documentationStart } from '../../../../../src/core/chat/retrieval/documentationStart.ts';
import { mostPieceLines, piecesOf } from '../../../../../src/core/chat/retrieval/pieces.ts';
import { isInScopes, withoutKnown } from '../../../../../src/core/chat/retrieval/scopes.ts';
import { indexOf, madeUpText } from '../../../../support/madeUpLanguage.ts';

function piecesIn(text: string): string[] {
  const file = indexOf({ 'a.ts': text }).get('a.ts');
  assert.ok(file !== undefined);
  return piecesOf(file, text.split('\n')).map(({ startLine, endLine, symbol }) => {
    const inside = symbol === null ? '' : ` ${symbol.signature}`;
    return `${startLine}-${endLine}${inside}`;
  });
}

const body = (lines: number): string => Array.from({ length: lines }, (_, at) => `  x${at}`).join('\n');

describe('piecesOf', () => {
  it('gives a definition with the comments above it, and what stands around', () => {
    assert.deepEqual(piecesIn(`use a: b\n\n// What it does,\n// and how.\ndef f()\n${body(6)}\n\nrest`), [
      '1-1',
      '3-11 def f()',
      '13-13',
    ]);
  });

  it('cuts what is larger than a piece into its members and stretches of lines', () => {
    const text = `type Big\n  const a\n${body(30)}\n  def f()\n${body(20).replaceAll('  ', '    ')}\n  def g()\n${body(20).replaceAll('  ', '    ')}`;
    assert.deepEqual(piecesIn(text), [
      '1-1 type Big',
      '2-2 const a',
      '3-22 type Big',
      '23-32 type Big',
      '33-53 def f()',
      '54-74 def g()',
    ]);
  });

  it('puts tiny neighbours together', () => {
    assert.deepEqual(piecesIn('const a\nconst b\n\nconst c\n\n\n\nconst d'), ['1-4 const a', '8-8 const d']);
  });

  it('never overlaps, is never longer than its limit, and leaves out no line that holds something', () => {
    fc.assert(
      fc.property(fc.array(madeUpText, { maxLength: 6 }), (texts) => {
        const text = texts.join('\n');
        const file = indexOf({ 'a.ts': text }).get('a.ts');
        assert.ok(file !== undefined);
        const lines = text.split('\n');
        const held = new Set<number>();
        for (const { startLine, endLine } of piecesOf(file, lines)) {
          assert.ok(startLine >= 1 && endLine >= startLine && endLine <= lines.length);
          assert.ok(endLine - startLine < mostPieceLines);
          for (let line = startLine; line <= endLine; line += 1) {
            assert.ok(!held.has(line), `line ${line} twice`);
            held.add(line);
          }
        }
        for (const [at, line] of lines.entries()) assert.ok(line.trim() === '' || held.has(at + 1));
      }),
    );
  });

  it('bears definitions that end behind the text, which has become shorter since', () => {
    const file = indexOf({ 'a.ts': `def f()\n${body(30)}\ndef g()` }).get('a.ts');
    assert.ok(file !== undefined);
    assert.deepEqual(
      piecesOf(file, ['def f()', '  x']).map(({ startLine, endLine }) => [startLine, endLine]),
      [[1, 2]],
    );
  });
});

describe('documentationStart', () => {
  for (const [what, family, text, line, start] of [
    ['line comments', 'ts', 'a\n// one\n// two\ndef', 4, 2],
    ['a block comment', 'ts', 'a\n/**\n * one\n */\ndef', 5, 2],
    ['a block on one line', 'rs', '/** one */\ndef', 2, 1],
    ['Rust’s', 'rs', '/// one\n/// two\ndef', 3, 1],
    ['Python’s', 'py', 'x = 1\n# one\ndef', 3, 2],
    ['no preprocessor', 'c', '#define A\nint f()', 2, 2],
    ['no blank line between', 'ts', '// one\n\ndef', 3, 3],
    ['no block behind code', 'ts', 'call(); /*\n x */\ndef', 3, 3],
    ['no interpreter line', 'py', '#!/usr/bin/python\ndef', 2, 2],
  ] as const) {
    it(what, () => assert.equal(documentationStart(text.split('\n'), line, family), start));
  }
});

describe('isInScopes', () => {
  it('holds files and what is in folders', () => {
    const scopes = ['src/core', 'docs/', './a.ts'];
    for (const path of ['src/core', 'src/core/x.ts', 'docs/x/y.md', 'a.ts'])
      assert.ok(isInScopes(path, scopes));
    for (const path of ['src/corex/a.ts', 'src', 'b/a.ts']) assert.ok(!isInScopes(path, scopes));
    assert.ok(isInScopes('anything', []));
    assert.ok(isInScopes('anything', ['.']));
  });
});

describe('withoutKnown', () => {
  const place = { path: 'a.ts', startLine: 10, endLine: 20 };
  for (const [known, left] of [
    [[], '10-20'],
    [[[1, 9]], '10-20'],
    [[[1, 12]], '13-20'],
    [[[12, 13]], '14-20'],
    [
      [
        [10, 14],
        [16, 20],
      ],
      '15-15',
    ],
    [[[1, 99]], 'none'],
  ] as const) {
    it(`${JSON.stringify(known)} leaves ${left}`, () => {
      const places = known.map(([startLine, endLine]) => ({ path: 'a.ts', startLine, endLine }));
      const rest = withoutKnown(place, [...places, { path: 'b.ts', startLine: 1, endLine: 99 }]);
      assert.equal(rest === null ? 'none' : `${rest.startLine}-${rest.endLine}`, left);
    });
  }
});
