import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { measureRefactors, type RefactorResult } from '../../../bench/refactor/refactor.ts';
import { judgeAnswer } from '../../../src/core/refactor/judge.ts';
import { OwnParse } from '../../../bench/refactor/ownParse.ts';
import { verdictOn } from '../../../bench/refactor/verdict.ts';
import type { RefactorCase } from '../../../bench/refactor/cases.ts';
import { requestFor } from '../../../bench/refactor/styles.ts';
import { marked } from '../core/refactor/marked.ts';

const root = path.join(import.meta.dirname, '../../..');

/** Real files that a checkout has: our own TypeScript, and the languages' samples of the grammars' tests. */
function sources(): { path: string; text: string }[] {
  const own = ['src/core/syntax', 'src/core/refactor'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).flatMap((name) =>
      name.endsWith('.ts') ? [`${folder}/${name}`] : [],
    ),
  );
  const samples = ['python.py', 'go.go', 'rust.rs', 'ruby.rb', 'javascript.js'].map(
    (name) => `test/fixtures/languages/${name}`,
  );
  return [...own, ...samples].map((file) => ({
    path: file,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

describe('a short run of the benchmark of refactors', () => {
  let result: RefactorResult;
  before(async () => {
    result = await measureRefactors(sources(), { definitions: 240, answers: 506 });
  });

  it('has at least 40 definitions in six languages', () => {
    const counts = Object.values(result.definitions);
    assert.equal(counts.length, 6, JSON.stringify(result.definitions));
    assert.ok(counts.reduce((sum, count) => sum + count, 0) >= 40, JSON.stringify(result.definitions));
  });

  it('applies correct answers in every style exactly', () => {
    for (const { style, answers, exact, other, failures } of result.styles) {
      assert.ok(exact >= 0.95 * answers, `${style}: ${JSON.stringify(failures)}`);
      assert.equal(other, 0, `${style}: ${JSON.stringify(failures)}`);
    }
  });

  it('corrupts no file with spoilt answers, throws nothing, and always has a reason', () => {
    const { rows, failures } = result.fuzz;
    assert.equal(
      rows.reduce((sum, row) => sum + row.answers, 0),
      506,
    );
    for (const row of rows) {
      assert.deepEqual(
        [row.mutation, row.corrupted, row.exceptions],
        [row.mutation, 0, 0],
        JSON.stringify(failures),
      );
      assert.equal(row.right + row.said + row.refused, row.answers);
    }
  });
});

describe('the verdict on a spoilt answer', () => {
  const target = marked(
    'import os\n\n\n⟦def f(a):\n    b = a\n    return b⟧\n\n\ndef g():\n    return os\n',
    { name: 'f' },
  );
  const intended = target.file.text.replace('b = a', 'b = a + 1');

  async function verdict(after: string, answer: string): Promise<string> {
    const own = await OwnParse.load();
    const { text } = target.file;
    const one: RefactorCase = {
      path: target.file.path,
      extension: '.py',
      change: 'literal',
      target,
      was: text.slice(target.start, target.end).split('\n'),
      now: [],
      intended,
      before: own.facts('a.py', text),
    };
    const judged = await judgeAnswer('', requestFor(one), { facts: () => Promise.resolve(null) });
    const edits = [{ path: one.path, start: 0, end: text.length, text: after }];
    const change = { path: one.path, language: 'python', before: text, after, edits, matches: [] };
    const accepted = { ...judged, accepted: true, problem: null, edits, changes: [change] };
    const given = verdictOn(accepted, one, { mutation: '', style: 'code', text: answer }, own);
    return 'why' in given ? `${given.kind}: ${given.why}` : given.kind;
  }

  const text = (body: string): string => `def f(a):\n    ${body}\n    return b`;
  const file = (body: string): string => target.file.text.replace('b = a', body);
  const table: [why: string, after: string, answer: string, verdict: string][] = [
    ['is right where the file is what was meant', intended, '', 'right'],
    ['is what was said where the answer has it', file('b = 2'), text('b = 2'), 'said'],
    [
      'sees what the answer does not have',
      file('b = 3'),
      text('b = 2'),
      'corrupted: not what the answer says',
    ],
    [
      'sees a line that got lost',
      target.file.text.replace('    b = a\n', ''),
      text('b = 2'),
      'corrupted: not what the answer says',
    ],
    ['sees a syntax error', file('b = ('), text('b = ('), 'corrupted: a syntax error'],
    [
      'sees a definition that is gone',
      target.file.text.replace('def g', 'def h'),
      '',
      'corrupted: g is lost',
    ],
    [
      'sees a change outside',
      file('b = 2').replace('return os', 'return  os'),
      text('b = 2'),
      'corrupted: text outside of the target',
    ],
    [
      'sees a blank line that is gone',
      file('b = 2').replace('\n\n\ndef g', '\n\ndef g'),
      text('b = 2'),
      'corrupted: text outside of the target',
    ],
  ];
  for (const [why, after, answer, expected] of table)
    it(why, async () => {
      assert.equal(await verdict(after, answer), expected);
    });

  it('wants a reason for a refusal', async () => {
    const own = await OwnParse.load();
    const judged = await judgeAnswer('', requestFor({ target } as RefactorCase), {
      facts: () => Promise.resolve(null),
    });
    const silent = { ...judged, problem: { code: 'check', message: ' ' } } as const;
    const answer = { mutation: '', style: 'code', text: '' } as const;
    assert.equal(verdictOn(silent, {} as RefactorCase, answer, own).kind, 'corrupted');
    assert.equal(verdictOn(judged, {} as RefactorCase, answer, own).kind, 'refused');
  });
});
