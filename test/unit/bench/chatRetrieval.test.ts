import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { drawn, possible } from '../../../bench/chat-retrieval/construct.ts';
import { corpusFor, withoutLines } from '../../../bench/chat-retrieval/corpus.ts';
import { askAll, rowsOf, type Row } from '../../../bench/chat-retrieval/measure.ts';
import { aiderMap } from '../../../bench/chat-retrieval/methods/aiderMap.ts';
import { bm25Methods } from '../../../bench/chat-retrieval/methods/bm25.ts';
import { hearth } from '../../../bench/chat-retrieval/methods/hearth.ts';
import { questionKinds, readQuestions, type Question } from '../../../bench/chat-retrieval/questions.ts';
import { analyse } from '../../../bench/context/analysis.ts';
import type { Repository } from '../../../bench/context/repository.ts';
import { mulberry32 } from '../../../bench/traceMaker.ts';
import { repository } from '../../support/engine.ts';
import { shippedParsers } from '../../support/grammars.ts';
import { madeUp } from './contextWorld.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

/** Sources of this repository that change little. */
const own: Repository = {
  name: 'hearth',
  language: 'TypeScript',
  heldOut: false,
  manifests: [],
  files: globSync('src/core/{index,syntax,context,text,prompt}/**/*.ts', { cwd: repository })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(repository, file), 'utf8').replaceAll('\r\n', '\n');
      return { path: file, text };
    }),
};

const shop = madeUp({
  'src/basket.ts': `/** Adds up what a customer takes from all of the shelves. */
export function subtotalOf(items: number[]): number {
  return items.length;
}

/** Tells subtotalOf what it would be with less. */
export function applyDiscount(): void {}
/** Short. */
export function emptyBasket(): void {}
`,
  'src/other.ts':
    '/** Goes where everybody else in this shop goes. */\nexport class ShopKeeper {}\n/** Goes where everybody else in this shop goes. */\nexport class ShopOwner {}\n',
});

describe('the questions', () => {
  it('come from comments that say no name and are said once, and from names that are defined once', async () => {
    const analysis = await analyse(shop, parsers);
    const documentation = await possible('documentation', analysis, parsers);
    assert.deepEqual(documentation, [
      {
        repository: 'made-up',
        kind: 'documentation',
        question: 'Adds up what a customer takes from all of the shelves',
        path: 'src/basket.ts',
        startLine: 2,
        endLine: 4,
        removed: [1, 1],
      },
      {
        repository: 'made-up',
        kind: 'documentation',
        question: 'Tells subtotalOf what it would be with less',
        path: 'src/basket.ts',
        startLine: 7,
        endLine: 7,
        removed: [6, 6],
      },
    ]);
    const symbols = await possible('symbol', analysis, parsers);
    assert.deepEqual(
      symbols.map(({ question }) => question),
      ['subtotal of', 'apply discount', 'empty basket', 'shop keeper', 'shop owner'].map(
        (words) => `Where is ${words} implemented?`,
      ),
    );
  });

  it('that are recorded are enough, and each has its answer', () => {
    const all = readQuestions();
    assert.ok(all.length >= 120, `${all.length}`);
    assert.ok(new Set(all.map((one) => one.repository)).size >= 4);
    assert.equal(new Set(all.map((one) => `${one.repository} ${one.question}`)).size, all.length);
    for (const { kind, question, path: file, startLine, endLine, removed } of all) {
      assert.ok(questionKinds.includes(kind) && question !== '' && file !== '');
      if (kind !== 'commit') assert.equal(startLine === null, kind === 'test');
      assert.ok((startLine ?? 1) <= (endLine ?? 1));
      assert.equal(removed !== null, kind === 'documentation');
    }
  });

  it('leave nothing of their comments for any method to see', async () => {
    const analysis = await analyse(own, parsers);
    const questions = drawn(await possible('documentation', analysis, parsers), 20, mulberry32(3));
    assert.equal(questions.length, 20);
    const corpus = await corpusFor(own, questions, true, parsers);
    const flat = (text: string): string => text.replace(/[\s*/]+/g, ' ');
    const before = own.files.map(({ text }) => flat(text)).join('\n');
    const now = [...corpus.texts.values()].map(flat).join('\n');
    const asked = questions.map(({ question }) => flat(question).trim());
    // Where the definition's name was taken out, its comment has other words than the question.
    assert.ok(asked.filter((question) => before.includes(question)).length >= 15);
    for (const question of asked) assert.ok(!now.includes(question), question);
    for (const { path: file, text } of corpus.files)
      assert.equal(
        text.split('\n').length,
        own.files.find((one) => one.path === file)?.text.split('\n').length,
      );
  });

  it('keep their lines where others are taken out', () => {
    assert.equal(withoutLines('a\nb\nc\nd', [[2, 3]]), 'a\n\n\nd');
  });
});

describe('what is retrieved for a question', () => {
  it('holds the answer more often than what BM25 and a map find', async () => {
    const analysis = await analyse(own, parsers);
    const random = mulberry32(5);
    const questions: Question[] = [];
    for (const kind of ['documentation', 'symbol'] as const)
      questions.push(...drawn(await possible(kind, analysis, parsers), 25, random));
    const [plain, stop] = bm25Methods;
    assert.ok(plain !== undefined && stop !== undefined);
    const asked = await askAll([own], questions, [hearth, plain, stop, aiderMap], parsers);
    assert.equal(asked.length, 50);
    const rows = rowsOf(asked, 1, 100).filter(({ kind }) => kind === 'all');
    assert.equal(rows.length, 4);
    const recall = ({ recall: all }: Row): number[] => all.map(({ value }) => value);
    for (const row of rows) {
      const [first = 0, ...others] = recall(row);
      const what = `${row.measure} @${row.cutoff}: ${recall(row).join(' ')}`;
      assert.ok(first >= (row.measure === 'files' ? 0.75 : 0.6), what);
      for (const other of others) assert.ok(first > other, what);
    }
  });
});
