import { writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { Parsers } from '../../src/workspace/parsers.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { round } from '../statistics.ts';
import { makeCases } from './cases.ts';
import { fuzz, type FuzzResult } from './fuzz.ts';
import { OwnParse } from './ownParse.ts';
import { ParserFacts } from './parserFacts.ts';
import { realSources, type RefactorSource } from './sources.ts';
import { measureStyles, type StyleResult } from './styles.ts';

/** Definitions and spoilt answers of a full run. */
const fullDefinitions = 360;
const fullAnswers = 10_350;
/** Draws the definitions, the changes and what goes wrong. */
const seed = 7;

const grammars = path.join(import.meta.dirname, '../../dist/grammars');
const resultsFile = path.join(import.meta.dirname, 'results.json');

/** What a run found. */
export interface RefactorResult {
  readonly definitions: Readonly<Record<string, number>>;
  readonly styles: readonly StyleResult[];
  readonly fuzz: FuzzResult;
}

/** Correct and spoilt answers over real definitions: how many are applied exactly, and how many corrupt a file. */
export async function refactor(_options: BenchOptions): Promise<Figure[]> {
  const { files, missing } = realSources();
  for (const sentence of missing) console.log(sentence);
  const result = await measureRefactors(files, { definitions: fullDefinitions, answers: fullAnswers });
  show(result);
  await writeResults(result);
  return figuresOf(result);
}

/** Measures with so many definitions in the files' languages, and so many spoilt answers over them. */
export async function measureRefactors(
  files: readonly RefactorSource[],
  { definitions, answers }: { readonly definitions: number; readonly answers: number },
): Promise<RefactorResult> {
  const parsers = new Parsers(grammars, (message) => {
    throw new Error(message);
  });
  const facts = new ParserFacts(parsers);
  const own = await OwnParse.load();
  try {
    const cases = await makeCases(files, definitions, seed, { facts, own });
    const byLanguage = Map.groupBy(cases, ({ extension }) => extension);
    return {
      definitions: Object.fromEntries([...byLanguage].map(([extension, some]) => [extension, some.length])),
      styles: await measureStyles(cases, seed, facts),
      fuzz: await fuzz(cases, answers, seed, { syntax: facts, own }),
    };
  } finally {
    await parsers.dispose();
  }
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

function figuresOf({ definitions, styles, fuzz: { rows } }: RefactorResult): Figure[] {
  const figure = (name: string, value: number, unit = '', goal = ''): Figure => ({ name, value, unit, goal });
  const answers = sum(styles, (one) => one.answers);
  const exact = round((100 * sum(styles, (one) => one.exact)) / Math.max(1, answers), 2);
  const least = Math.min(...styles.map((one) => round((100 * one.exact) / Math.max(1, one.answers), 2)));
  return [
    figure('correct answers in eight styles that are applied exactly', exact, '%', '>= 99'),
    figure('the same, the worst style', least, '%', '>= 99'),
    figure(
      'correct answers that make another file',
      sum(styles, (one) => one.other),
      '',
      '0',
    ),
    figure(
      'definitions for that',
      sum(Object.values(definitions), (one) => one),
      '',
      '>= 300',
    ),
    figure(
      'spoilt answers that corrupt a file',
      sum(rows, (row) => row.corrupted),
      '',
      '0',
    ),
    figure(
      'spoilt answers that end in an exception',
      sum(rows, (row) => row.exceptions),
      '',
      '0',
    ),
    figure(
      'spoilt answers',
      sum(rows, (row) => row.answers),
      '',
      '>= 10000',
    ),
    figure(
      'of those applied as was meant',
      sum(rows, (row) => row.right),
    ),
    figure(
      'of those refused with a reason',
      sum(rows, (row) => row.refused),
    ),
  ];
}

function show({ definitions, styles, fuzz: { rows, reasons, failures, slowest } }: RefactorResult): void {
  console.log(
    `definitions: ${Object.entries(definitions)
      .map(([name, number]) => `${name} ${number}`)
      .join(', ')}\n`,
  );
  console.log(
    `${'style'.padEnd(16)} ${['answers', 'exact', 'other', 'refused'].map((one) => one.padStart(8)).join('')}`,
  );
  for (const { style, answers, exact, other, failures: some } of styles) {
    const counts = [answers, exact, other, answers - exact - other];
    console.log(`${style.padEnd(16)} ${counts.map((count) => String(count).padStart(8)).join('')}`);
    for (const { place, why } of some) console.log(`  ${place}: ${why}`);
  }
  const heads = ['answers', 'right', 'as said', 'refused', 'corrupt', 'thrown'];
  console.log(`\n${'mutation'.padEnd(32)} ${heads.map((one) => one.padStart(8)).join('')}`);
  for (const { mutation, ...counts } of rows)
    console.log(
      `${mutation.padEnd(32)} ${Object.values(counts)
        .map((count) => String(count).padStart(8))
        .join('')}`,
    );
  const all = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  console.log(`\nrefused because of: ${all.join(', ')}`);
  console.log(`slowest answer: ${slowest.ms} ms (${slowest.what})\n`);
  for (const { place, why, answer, diff } of failures) console.log(`${place}: ${why}\n${answer}\n${diff}`);
}

/** Writes the counts as the formatter has them. */
async function writeResults({ definitions, styles, fuzz: { rows, reasons } }: RefactorResult): Promise<void> {
  const results = {
    seed,
    definitions,
    styles: styles.map(({ style, answers, exact, other, refused }) => ({
      style,
      answers,
      exact,
      other,
      refused,
    })),
    mutations: rows,
    reasons,
  };
  const options = await prettier.resolveConfig(resultsFile);
  writeFileSync(resultsFile, await prettier.format(JSON.stringify(results), { ...options, parser: 'json' }));
}
