import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fenceFor, targetText } from '../../../../src/core/refactor/envelope.ts';
import { fileAccess } from '../../../../src/core/refactor/fileAccess.ts';
import { namesOf } from '../../../../src/core/refactor/forms.ts';
import { answerTokens, isRepairable, limitMessage } from '../../../../src/core/refactor/limits.ts';
import type { Judgement } from '../../../../src/core/refactor/judge.ts';
import type { AnswerForm } from '../../../../src/core/refactor/kinds.ts';

const fileOf = (text: string, path = 'src/a.ts', language = 'ts') => ({ path, text, language });

describe('the envelope of an answer', () => {
  it('is a fence that nothing in the file closes', () => {
    assert.deepEqual(fenceFor({ file: fileOf('const a = 1;') }), { start: '```ts\n', end: '\n```' });
    assert.deepEqual(fenceFor({ file: fileOf('/*\n````\n*/\n```') }), { start: '`````ts\n', end: '\n`````' });
    assert.deepEqual(fenceFor({ file: fileOf('# Title', 'a.md', 'markdown') }), {
      start: '````md\n',
      end: '\n````',
    });
    assert.equal(fenceFor({ file: fileOf('') }, 'test/a.test.tsx').start, '`test/a.test.tsx`\n```tsx\n');
  });

  it('shows the target with the indentation of its first line, and plain line ends', () => {
    const text = 'class A {\r\n  f() {\r\n    g();\r\n  }\r\n}\r\n';
    const start = text.indexOf('f()');
    const end = text.indexOf('  }\r\n') + 3;
    assert.equal(targetText({ file: fileOf(text), start, end }), '  f() {\n    g();\n  }');
    const inLine = 'const a = f(x);';
    assert.equal(targetText({ file: fileOf(inLine), start: 10, end: 14 }), 'f(x)');
  });
});

describe('the names of an answer', () => {
  it('are those that can be names, each once', () => {
    const taken = new Set(['used']);
    assert.deepEqual(namesOf('["a", "used", " b ", "a", "1c", "d-e", "größe", "empty?", 3]', taken), [
      'a',
      'b',
      'größe',
      'empty?',
    ]);
    for (const none of ['', '{"names": ["a"]}', '["a"', 'null']) assert.deepEqual(namesOf(none, taken), []);
  });
});

describe('the limits of an answer', () => {
  it('grow with the code, within the window and what the user set', () => {
    const limits = { contextTokens: 8192, maxTokens: 4096 };
    const forms: readonly AnswerForm[] = ['place', 'places', 'file', 'names'];
    for (const form of forms) {
      const [few, many, most] = [10, 500, 100_000].map((tokens) => answerTokens(form, tokens, limits));
      assert.ok(few && many && most);
      assert.ok(few.usual <= many.usual && many.usual <= most.usual && most.usual <= limits.maxTokens);
      for (const { usual, least } of [few, many, most]) assert.ok(least <= usual && least > 0);
    }
    assert.equal(answerTokens('place', 100, { contextTokens: 1000, maxTokens: 4096 }).usual, 500);
    assert.equal(answerTokens('place', 600, { contextTokens: 1000, maxTokens: 4096 }).usual, 664);
  });

  it('are told in a sentence, and what went over one is not repaired', () => {
    const problem = { code: 'unfinished', message: '' } as const;
    const judgement: Judgement = {
      style: null,
      edits: [],
      changes: [],
      diff: '',
      checks: [],
      notes: [],
      accepted: false,
      problem,
    };
    for (const reason of ['max-tokens', 'window-full', 'repetition'] as const) {
      assert.match(limitMessage(reason, 'the window') ?? '', /\.$/);
      assert.equal(isRepairable(judgement, reason), false);
    }
    assert.equal(limitMessage('end', 'the window'), null);
    assert.equal(isRepairable(judgement, 'end'), true);
    assert.equal(isRepairable({ ...judgement, problem: { code: 'conflict', message: '' } }, 'end'), false);
    assert.equal(isRepairable({ ...judgement, problem: null }, 'end'), false);
  });
});

describe('the files of an answer', () => {
  it('are those that it names, and no other may be changed', async () => {
    const reads: string[] = [];
    const files = {
      read: (path: string) => {
        reads.push(path);
        return Promise.resolve(
          path === 'src/b.ts' ? fileOf('b', path) : path === '.env.ts' ? ('forbidden' as const) : null,
        );
      },
    };
    const target = { file: fileOf('a'), start: 0, end: 1, definition: null };
    const answer = 'src\\\\b.ts and ./src/c.ts, item.price, `src/a.ts`, .env.ts';
    const { other, mayCreate } = await fileAccess(answer, {
      files,
      target,
      known: ['test/a.ts'],
      mayCreate: true,
    });
    assert.deepEqual(reads, ['test/a.ts', 'src/b.ts', 'src/c.ts', '.env.ts']);
    assert.equal(mayCreate, true);
    assert.deepEqual(
      ['src/b.ts', 'src/c.ts', 'test/a.ts', '.env.ts', 'src/unread.ts'].map((path) => {
        const found = other(path);
        return found === null || found === 'forbidden' ? found : found.text;
      }),
      ['b', null, null, 'forbidden', 'forbidden'],
    );
  });
});
