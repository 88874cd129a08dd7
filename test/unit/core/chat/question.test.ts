import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Mention } from '../../../../src/core/chat/context.ts';
import { formatMention, parseQuestion, wordAt } from '../../../../src/core/chat/question.ts';
import { parseCursor } from '../../../support/cursor.ts';

/** Mentions as `kind=value:lines`. */
function mentioned(text: string): string[] {
  return parseQuestion(text).mentions.map(({ kind, value, startLine, endLine }) =>
    startLine === undefined ? `${kind}=${value}` : `${kind}=${value}:${String(startLine)}-${String(endLine)}`,
  );
}

describe('a question', () => {
  const commands: [string, string | null, string][] = [
    ['/explain', 'explain', ''],
    ['  /fix it, please', 'fix', 'it, please'],
    ['/tests\nfor this', 'tests', 'for this'],
    ['/explainer x', null, '/explainer x'],
    ['/unknown x', null, '/unknown x'],
    ['see /fix', null, 'see /fix'],
    ['/fix/it', null, '/fix/it'],
    ['/ fix', null, '/ fix'],
    ['', null, ''],
  ];
  for (const [text, command, question] of commands) {
    it(`command: ${JSON.stringify(text)}`, () => {
      const parsed = parseQuestion(text);
      assert.deepEqual([parsed.command, parsed.question], [command, question]);
    });
  }

  const mentions: [string, string[]][] = [
    ['what is @file:src/a.ts?', ['file=src/a.ts']],
    ['@file:src/a.ts:3-9, @file:b.ts:4', ['file=src/a.ts:3-9', 'file=b.ts:4-4']],
    ['@file:a.ts:9-3', ['file=a.ts:3-9']],
    ['@file:"my notes/a b.md":2-3 and @folder:"x y"', ['file=my notes/a b.md:2-3', 'folder=x y']],
    ['(@folder:src/core/) "@symbol:Foo.bar"', ['folder=src/core/', 'symbol=Foo.bar']],
    ['@symbol:a:3', ['symbol=a:3']],
    [
      '@selection and @problems, @diff. @terminal! @workspace',
      ['selection=', 'problems=', 'diff=', 'terminal=', 'workspace='],
    ],
    ['@diff:staged', ['diff=staged']],
    ['/review @diff', ['diff=']],
    ['@selection @selection', ['selection=', 'selection=']],
    ['`@selection` and ``@file:`a`` @diff', ['diff=']],
    ['```ts\n@selection\n```\n@diff', ['diff=']],
    ['```\n@selection', []],
    ['one ` here, @diff', ['diff=']],
    ['me@file:x.org joe@workspace', []],
    [
      '@Override @property @workspace/ui @selection.x @diff(1) @terminals @file @file: @file:"" @selection-x',
      [],
    ],
    ['a/@diff .@diff @@diff', []],
    ['@file:"unclosed', []],
    ['@file:"a\\b c.ts"', ['file=a\\b c.ts']],
    ['@file:日本/ファイル.ts', ['file=日本/ファイル.ts']],
  ];
  for (const [text, expected] of mentions) {
    it(`mentions: ${JSON.stringify(text)}`, () => assert.deepEqual(mentioned(text), expected));
  }

  it('says where the mentions stand', () => {
    const text = '/fix @file:src/a.ts:3, and @file:"a b" (@diff)';
    const at = parseQuestion(text).mentions.map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(at, ['@file:src/a.ts:3', '@file:"a b"', '@diff']);
  });

  it('reads what it writes, amid any text', () => {
    const kind = fc.constantFrom('file' as const, 'folder' as const, 'symbol' as const);
    const value = fc.oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
      fc.constantFrom(
        'src/a b.ts',
        'a"b',
        'a\\b',
        'x:3',
        'x:3-4',
        'app/[id]',
        'a`b`',
        'a.',
        '"q"',
        'a\nb',
        '@diff',
      ),
    );
    const lines = fc.option(fc.tuple(fc.integer({ min: 1, max: 9_999_999 }), fc.nat(50)), { nil: undefined });
    fc.assert(
      fc.property(kind, value, lines, fc.constantFrom('', 'see ', '('), (kind, value, lines, before) => {
        const mention: Mention =
          kind === 'file' && lines !== undefined
            ? { kind, value, startLine: lines[0], endLine: Math.min(9_999_999, lines[0] + lines[1]) }
            : { kind, value };
        const written = formatMention(mention);
        const text = `${before}${written} and \`code\``;
        const [found, ...more] = parseQuestion(text).mentions;
        assert.deepEqual(more, []);
        const end = before.length + written.length;
        assert.deepEqual(found, { ...mention, start: before.length, end });
      }),
      { numRuns: 2000 },
    );
  });

  it('writes what needs no quotes without', () => {
    assert.equal(
      formatMention({ kind: 'file', value: 'src/a.ts', startLine: 3, endLine: 9 }),
      '@file:src/a.ts:3-9',
    );
    assert.equal(
      formatMention({ kind: 'file', value: 'src/a.ts', startLine: 3, endLine: 3 }),
      '@file:src/a.ts:3',
    );
    assert.equal(formatMention({ kind: 'folder', value: 'src/core/' }), '@folder:src/core/');
    assert.equal(formatMention({ kind: 'file', value: 'a b.ts', startLine: 1 }), '@file:"a b.ts":1');
    assert.equal(formatMention({ kind: 'selection', value: '' }), '@selection');
    assert.equal(formatMention({ kind: 'diff', value: 'staged' }), '@diff:staged');
  });

  it('takes linear time', () => {
    for (const unit of ['@file:', '@file:"', '@file:"\\"', '`', '@', '``` ', '@file:...', '@selection ']) {
      const text = unit.repeat(1_000_000 / unit.length);
      assert.ok(parseQuestion(text).question.length <= text.length);
      wordAt(text, text.length);
    }
  });
});

describe('the word that is typed', () => {
  const words: [picture: string, word: string | null, rest?: string][] = [
    ['@█', '@'],
    ['see @fi█ please', '@fi'],
    ['see @file:src/a█.ts please', '@file:src/a', '.ts'],
    ['(@symbol:Fo█)', '@symbol:Fo', ')'],
    ['@file:"my no█tes/a.md" x', '@file:"my no', 'tes/a.md"'],
    ['@file:"my no█', '@file:"my no'],
    ['@file:"a b"█', null],
    ['@file:a █', null],
    ['█@file', null],
    ['me@fi█', null],
    ['@scope/pk█', null],
    ['/█', '/'],
    [' /ex█plain', '/ex', 'plain'],
    ['a /ex█', null],
    ['/explain █', null],
    ['`@fi█` x', null],
    ['```\n@fi█\n```', null],
    ['`@fi█', '@fi'],
    ['█', null],
  ];
  for (const [picture, word, rest = ''] of words) {
    it(picture, () => {
      const { prefix, suffix } = parseCursor(picture);
      const found = wordAt(prefix + suffix, prefix.length);
      if (word === null) return assert.equal(found, null);
      const start = prefix.length - word.length;
      return assert.deepEqual(found, { word, start, end: prefix.length + rest.length });
    });
  }
});
