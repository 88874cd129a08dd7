import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { commitQuestions } from '../../../bench/chat-retrieval/commits.ts';
import { git, GitFailure } from '../../../bench/chat-retrieval/git.ts';
import { askAll, rowsOf } from '../../../bench/chat-retrieval/measure.ts';
import type { Found, RetrievalMethod } from '../../../bench/chat-retrieval/methods/method.ts';
import { repositoryAt } from '../../../bench/chat-retrieval/ownRepository.ts';
import { readQuestions, type Question } from '../../../bench/chat-retrieval/questions.ts';
import { analyse } from '../../../bench/context/analysis.ts';
import { shippedParsers } from '../../support/grammars.ts';

const parsers = shippedParsers();
const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await parsers.dispose();
});

const who = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.com', '-c', 'commit.gpgsign=false'];
const run = (...args: string[]): string => git(folder, [...who, ...args]).toString();

/** Commits files (null: deleted) with a subject. */
function commit(subject: string, files: Readonly<Record<string, string | null>>): void {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    if (text === null) rmSync(full);
    else writeFileSync(full, text);
  }
  run('add', '--all');
  run('commit', '--quiet', '-m', subject);
}

const basket = (before: string, discount: string, total: string): string => `${before}/** What is in it. */
export function subtotalOf(items: number[]): number {
  return items.${total};
}

export function applyDiscount(price: number): number {
  return ${discount};
}
`;
const shelf = 'export function shelve(): void {}\n\nexport function clearShelf(): void {}\n';

function history(): void {
  run('init', '--quiet', '--initial-branch=main');
  commit('Lay out a shop', { 'src/basket.ts': basket('', 'price', 'length'), 'README.md': '# Shop\n' });
  commit('Halve what customers pay', { 'src/basket.ts': basket('', 'price / 2', 'length') });
  commit('Count more than once', {
    'src/basket.ts': basket('', 'price / 2', 'length * 3'),
    'src/shelf.ts': shelf,
    'test/shelf.test.ts': 'shelve();\n',
  });
  commit('Tell people of the shop', { 'README.md': '# Shop\n\nSomebody says: Halve nothing of it.\n' });
  commit('Change src/shelf.ts', { 'src/shelf.ts': `${shelf}// One.\n` });
  commit('Release 1.2.3', { 'src/shelf.ts': `${shelf}// Two.\n` });
  commit('Halve nothing of it', { 'src/shelf.ts': `${shelf}// Three.\n` });
  commit('Open a second shop', { 'src/gone.ts': 'export class Gone {}\n', 'src/shelf.ts': shelf });
  const many = Array.from({ length: 6 }, (_, at): [string, string] => [`src/${at}.ts`, `let a${at};\n`]);
  commit('Open six shops', { ...Object.fromEntries(many), 'src/gone.ts': null });
  run('checkout', '--quiet', '-b', 'aside');
  commit('Explain baskets', { 'src/basket.ts': basket('// A basket.\n\n', 'price / 2', 'length * 3') });
  run('checkout', '--quiet', 'main');
  run('merge', '--quiet', '--no-ff', '-m', 'Take in what was said of baskets', 'aside');
  commit('Keep what nobody reads', {
    'package-lock.json': '{}\n',
    'media/icon.png': 'none',
    'src/zero.ts': 'let zero = "\0";\n',
    'docs/shop.md': '# How to shop\n',
  });
  writeFileSync(path.join(folder, 'README.md'), 'not committed\n');
}

describe('the questions from commits', () => {
  history();

  it('ask with the subject for what was changed, where that is now', async () => {
    const state = repositoryAt(folder, 'HEAD');
    const questions = commitQuestions(folder, 'HEAD', await analyse(state, parsers));
    const file = 'src/basket.ts';
    const common = { repository: 'hearth', kind: 'commit', path: file, removed: null } as const;
    const subtotal = { startLine: 4, endLine: 6 };
    const discount = { startLine: 8, endLine: 10 };
    const whole = { startLine: null, endLine: null };
    assert.deepEqual(questions, [
      { ...common, question: 'Lay out a shop', ...whole },
      { ...common, question: 'Halve what customers pay', ...discount },
      {
        ...common,
        question: 'Count more than once',
        ...subtotal,
        also: [{ path: 'src/shelf.ts', ...whole }],
      },
      { ...common, question: 'Explain baskets', ...whole },
    ] satisfies Question[]);
  });

  it('are about all files of the commit that the index takes, as they were committed', () => {
    const { files } = repositoryAt(folder, 'HEAD');
    const numbered = Array.from({ length: 6 }, (_, at) => `src/${at}.ts`);
    const named = ['src/basket.ts', 'src/shelf.ts', 'test/shelf.test.ts'];
    assert.deepEqual(
      files.map((one) => one.path),
      ['README.md', 'docs/shop.md', ...numbered, ...named],
    );
    const text = (file: string): string | undefined => files.find((one) => one.path === file)?.text;
    assert.equal(text('README.md'), '# Shop\n\nSomebody says: Halve nothing of it.\n');
    assert.equal(text('src/shelf.ts'), shelf);
    assert.throws(() => repositoryAt(folder, 'c'.repeat(40)), GitFailure);
  });

  it('count the share of an answer that was found', async () => {
    const state = repositoryAt(folder, 'HEAD');
    const questions = commitQuestions(folder, 'HEAD', await analyse(state, parsers));
    const giving = (name: string, pieces: readonly Found[]): RetrievalMethod => {
      return { name, of: () => () => Promise.resolve(pieces) };
    };
    const inDiscount = { path: 'src/basket.ts', startLine: 9, endLine: 9 };
    const inShelf = { path: 'src/shelf.ts', startLine: 1, endLine: 1 };
    const methods = [giving('one', [inDiscount]), giving('other', [inShelf])];
    const asked = await askAll([state], questions, methods, parsers);
    const first = asked.map(({ outcomes }) =>
      outcomes.map(({ files, definitions }) => [files[0], definitions?.[0]]),
    );
    assert.deepEqual(first, [
      [
        [1, undefined],
        [0, undefined],
      ],
      [
        [1, 1],
        [0, 0],
      ],
      [
        [0.5, 0],
        [0.5, 0],
      ],
      [
        [1, undefined],
        [0, undefined],
      ],
    ]);
    const rows = rowsOf(asked, 1, 50).filter(({ cutoff }) => cutoff === 5);
    const shares = rows.map(({ kind, measure, questions: count, recall }) => {
      return [kind, measure, count, ...recall.map(({ value }) => value)];
    });
    assert.deepEqual(shares, [
      ['commit', 'files', 4, 3.5 / 4, 0.5 / 4],
      ['commit', 'definitions', 2, 0.5, 0],
    ]);
  });

  it('that are recorded are forty or more, of one to five source files each', () => {
    const recorded = readQuestions().filter(({ kind }) => kind === 'commit');
    assert.ok(recorded.length >= 40, `${recorded.length}`);
    for (const one of recorded) {
      const places = [one, ...(one.also ?? [])];
      const files = new Set(places.map((place) => place.path));
      assert.ok(files.size >= 1 && files.size <= 5, one.question);
      for (const file of files) assert.match(file, /^src\//);
      const distinct = new Set(places.map(({ path: file, startLine }) => `${file}:${startLine}`));
      assert.equal(distinct.size, places.length, one.question);
      assert.doesNotMatch(one.question, /^(?:Merge|Revert)\b|\w\/\w/);
    }
  });
});
