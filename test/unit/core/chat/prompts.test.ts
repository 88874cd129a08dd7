import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attachment, Snippet } from '../../../../src/core/chat/context.ts';
import {
  languageOf,
  layOutPlace,
  layOutQuestion,
  layOutSystem,
  rules,
  withoutMap,
} from '../../../../src/core/chat/prompts.ts';

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');
const attachment = (more: Partial<Attachment>): Attachment => ({
  ...{ kind: 'file', label: 'a.ts', place: { path: 'a.ts', startLine: 1, endLine: 1 } },
  ...{ language: 'ts', text: 'a', cut: false, ...more },
});
const snippet = (path: string, startLine: number, score: number): Snippet => ({
  ...{ path, startLine, endLine: startLine, score },
  ...{ text: `${path} ${startLine}`, why: '' },
});

describe('the layout of prompts', () => {
  it('puts a question alone as it is', () => {
    const question = layOutQuestion({ snippets: [], attachments: [], problems: [], question: 'Why?' });
    assert.equal(question, 'Why?');
  });

  it('puts what was found first, what was attached next, and the question last', () => {
    const question = layOutQuestion({
      snippets: [snippet('b.py', 7, 1)],
      attachments: [{ attachment: attachment({}), leftOut: 3 }],
      problems: ['There is no file c.ts.'],
      question: 'Why?',
    });
    assert.equal(
      question,
      [
        'Found in the repository for this question:',
        'b.py:7\n```py\nb.py 7\n```',
        'Attached by the user:',
        'a.ts:1\n```ts\na\n```\n(3 lines of a.ts left out for want of room)',
        'Not attached: There is no file c.ts.',
        'Question:',
        'Why?',
      ].join('\n\n'),
    );
  });

  it('puts the best file nearest to the question, and the parts of a file in their order', () => {
    const snippets = [snippet('a.ts', 9, 3), snippet('b.ts', 1, 2), snippet('a.ts', 2, 1)];
    const places = (given: readonly Snippet[]): string[] =>
      layOutQuestion({ snippets: given, attachments: [], problems: [], question: '' }).match(
        /^\w\.ts:\d/gm,
      ) ?? [];
    assert.deepEqual(places(snippets), ['b.ts:1', 'a.ts:2', 'a.ts:9']);
    assert.deepEqual(places(snippets.toReversed()), places(snippets));
  });

  it('divides long code into sections with their lines above, at blank lines where there are some', () => {
    const lines = numbered(100).split('\n').with(29, '');
    const laidOut = layOutPlace({ path: 'a.ts', startLine: 11, endLine: 110 }, lines.join('\n'), 'ts');
    assert.deepEqual(laidOut.match(/^a\.ts:.*$/gm), ['a.ts:11-40', 'a.ts:41-80', 'a.ts:81-110']);
    const code = laidOut.split('\n').filter((line) => !/^(a\.ts:|```)/.test(line));
    assert.deepEqual(code, lines);
  });

  it('says what an attachment without a place is', () => {
    const terminal = attachment({
      kind: 'terminal',
      label: 'npm test',
      place: null,
      language: '',
      text: 'x',
    });
    const given = [{ attachment: terminal, leftOut: 0 }];
    const question = layOutQuestion({ snippets: [], attachments: given, problems: [], question: '' });
    assert.match(question, /^npm test \(terminal\):\n```\nx\n```$/m);
    const problems = attachment({ kind: 'problems', label: 'Problems', place: null, language: '', text: '' });
    const empty = [{ attachment: problems, leftOut: 0 }];
    const none = layOutQuestion({ snippets: [], attachments: empty, problems: [], question: '' });
    assert.match(none, /^Problems:\n\(empty\)$/m);
  });

  it('tells what is selected from what else is attached', () => {
    const given = [{ attachment: attachment({ kind: 'selection' }), leftOut: 0 }];
    const question = layOutQuestion({ snippets: [], attachments: given, problems: [], question: '' });
    assert.match(question, /^Selected in the editor:\na\.ts:1\n```ts$/m);
  });

  it('takes the map from the end of a beginning, and nothing else', () => {
    const instructions = [{ attachment: attachment({ label: 'AGENTS.md', text: 'Be kind.' }), leftOut: 0 }];
    const system = layOutSystem(8192, instructions, 'a.ts\n  function a()\n');
    assert.match(system, /From AGENTS\.md:\nBe kind\.\n\n# Map of the repository/);
    assert.equal(withoutMap(system), layOutSystem(8192, instructions, ''));
    assert.equal(withoutMap(withoutMap(system)), withoutMap(system));
  });

  it('has few words for a small window', () => {
    assert.ok(rules(512).length < rules(4096).length / 3);
    for (const contextTokens of [512, 4096]) assert.match(rules(contextTokens), /`path:line`/);
  });

  it('names the language of a file as Markdown does', () => {
    const names = ['a/b.ts', 'a.mts', 'x.yml', 'Makefile', '.gitignore', 'a.d.ts', 'README.md'].map(
      languageOf,
    );
    assert.deepEqual(names, ['ts', 'ts', 'yaml', '', '', 'ts', 'md']);
  });
});
