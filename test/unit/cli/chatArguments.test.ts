import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { chatArguments, mentionOf } from '../../../src/cli/chatArguments.ts';
import { CliError, exitCode } from '../../../src/cli/output.ts';
import { defaultDeny } from '../../../src/host/endpoints/defaultDeny.ts';

const plain = {
  ...{ workspace: path.resolve('.'), model: null, json: false, text: null, batch: null },
  ...{ offline: false, verbose: false, endpoints: null, route: null, send: false, deny: defaultDeny },
  ...{ question: 'Where?', mentions: [], history: null, retrieveOnly: false, maxTokens: 2048 },
};

describe('chatArguments', () => {
  const table: [args: string[], options: object][] = [
    [['Where?'], {}],
    [['-'], { question: '-' }],
    [['--', '--odd'], { question: '--odd' }],
    [['Where?', '--history', 'a/../h.jsonl'], { history: path.resolve('h.jsonl') }],
    [['Where?', '--retrieve-only', '--json'], { retrieveOnly: true, json: true }],
    [['Where?', '--route', 'local', '--max-tokens', '7'], { route: 'local', maxTokens: 7 }],
    [
      ['Where?', '--endpoints', 'a/../e.json', '--route', 'Team', '--send', '--deny', 'a', '--deny', 'b'],
      { endpoints: path.resolve('e.json'), route: 'Team', send: true, deny: [...defaultDeny, 'a', 'b'] },
    ],
    [['--batch', '-'], { question: null, batch: '-' }],
    [
      ['Where?', '--mention', '@file:a.ts', '--mention', '@diff'],
      {
        mentions: [
          { kind: 'file', value: 'a.ts' },
          { kind: 'diff', value: '' },
        ],
      },
    ],
  ];
  for (const [args, options] of table) {
    it(args.join(' '), () => assert.deepEqual(chatArguments(args), { ...plain, ...options }));
  }

  const wrong: [args: string[], message: RegExp][] = [
    [['a', 'b'], /takes one question in quotes, not 2/],
    [['a', '--batch', 'b'], /either a question or --batch/],
    [['--batch', 'b', '--mention', '@diff'], /leave out --mention/],
    [['a', '--route', 'cloud'], /There is no endpoint "cloud"/],
    [['a', '--max-tokens', '0'], /from 1 to 32768/],
    [['a', '--text', 'b'], /takes no --text/],
    [['a', '--mention', 'b'], /is no mention/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(' ')}`, () => {
      const check = (error: unknown): boolean =>
        error instanceof CliError && error.exit === exitCode.badInput && message.test(error.message);
      assert.throws(() => chatArguments(args), check);
    });
  }
});

describe('mentionOf', () => {
  it('reads a mention as a question has it, and paths with blanks without quotes too', () => {
    const table: [text: string, mention: object][] = [
      ['@file:src/a.ts', { kind: 'file', value: 'src/a.ts' }],
      ['@file:src/a.ts:3-9', { kind: 'file', value: 'src/a.ts', startLine: 3, endLine: 9 }],
      ['@file:my files/a b.ts:4', { kind: 'file', value: 'my files/a b.ts', startLine: 4, endLine: 4 }],
      ['@file:"a b.ts":3-9', { kind: 'file', value: 'a b.ts', startLine: 3, endLine: 9 }],
      ['@folder:my files/', { kind: 'folder', value: 'my files/' }],
      ['@symbol:Counter.add', { kind: 'symbol', value: 'Counter.add' }],
      [' @workspace ', { kind: 'workspace', value: '' }],
      ['@diff:staged', { kind: 'diff', value: 'staged' }],
    ];
    for (const [text, mention] of table) assert.deepEqual(mentionOf(text), mention, text);
  });

  it('refuses what is none, or more than one', () => {
    for (const text of ['', 'a.ts', '@', '@file:', '@nothing:a', '@diff @workspace', 'see @diff'])
      assert.throws(() => mentionOf(text), /is no mention/, text);
  });
});
