/**
 * `node bench/chat-retrieval/chatRetrieval.ts [--repositories a,b] [--tuning] [--misses]`: how often what is retrieved for
 * a question holds its answer, beside other methods; with `--tuning` on the repositories that are not held out, with
 * `--misses` the questions of which the first method misses something. `hearth` is the project's own repository. Writes
 * nothing; `npm run bench` does.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { Parsers } from '../../src/workspace/parsers.ts';
import { fetchRepositories } from '../../scripts/sources.ts';
import { resamples } from '../context/bootstrap.ts';
import { loadRepositories, type Repository } from '../context/repository.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { askAll, cutoffs, linesShown, rowsOf, type Asked, type Row } from './measure.ts';
import { aiderMap } from './methods/aiderMap.ts';
import { bm25Methods } from './methods/bm25.ts';
import { hearth } from './methods/hearth.ts';
import type { RetrievalMethod } from './methods/method.ts';
import { ownName, ownRepository } from './ownRepository.ts';
import { readQuestions } from './questions.ts';

export const methods: readonly RetrievalMethod[] = [hearth, ...bm25Methods, aiderMap];
/** Draws the samples of the intervals. */
const seed = 7;
const grammars = path.join(import.meta.dirname, '../../dist/grammars');
const resultsFile = path.join(import.meta.dirname, 'results.json');

/** Recall of what was retrieved for questions whose answers are known. */
export async function chatRetrieval(_options: BenchOptions): Promise<Figure[]> {
  fetchRepositories();
  const { repositories, missing } = loaded();
  for (const sentence of missing) console.log(sentence);
  const asked = await run(repositories);
  const own = asked.filter(({ question }) => question.kind === 'commit');
  const recorded = asked.filter(({ question }) => question.kind !== 'commit');
  const groups = {
    all: recorded,
    tuned: held(recorded, repositories, false),
    heldOut: held(recorded, repositories, true),
    own,
  };
  const tables = Object.entries(groups)
    .filter(([, some]) => some.length > 0)
    .map(([name, some]) => ({ name, lines: linesShown(some), rows: rowsOf(some, seed, resamples) }));
  for (const { name, rows, lines } of tables) console.log(`\n${printed(titles[name] ?? name, rows, lines)}`);
  const results = { seed, methods: methods.map(({ name }) => name), cutoffs, tables: tables.map(rounded) };
  const options = await prettier.resolveConfig(resultsFile);
  writeFileSync(resultsFile, await prettier.format(JSON.stringify(results), { ...options, parser: 'json' }));
  return tables.flatMap(({ name, rows }) => (name === 'tuned' ? [] : figuresOf(name, rows)));
}

const titles: Readonly<Record<string, string>> = {
  all: 'All repositories',
  tuned: 'Repositories for tuning',
  heldOut: 'Repositories held out of tuning',
  own: "Commits of the project's own repository",
};

/** The recorded repositories and the project's own, or those with these names, and a sentence for each that is not there. */
function loaded(names?: readonly string[]): ReturnType<typeof loadRepositories> {
  const { repositories, missing } = loadRepositories(names?.filter((name) => name !== ownName));
  if (names?.includes(ownName) === false) return { repositories, missing };
  const own = ownRepository();
  return typeof own === 'string'
    ? { repositories, missing: [...missing, own] }
    : { repositories: [...repositories, own], missing };
}

/** Shares to four digits: more would only make the file longer. */
function rounded<Table extends { readonly rows: readonly Row[] }>(table: Table) {
  const short = (value: number): number => Math.round(value * 10_000) / 10_000;
  const all = (estimates: Row['recall']): number[][] =>
    estimates.map(({ value, low, high }) => [short(value), short(low), short(high)]);
  return {
    ...table,
    rows: table.rows.map((row) => ({ ...row, recall: all(row.recall), lead: all(row.lead) })),
  };
}

const figureGroups: Readonly<Record<string, string>> = {
  heldOut: ', repositories held out',
  own: ', own commits',
};

function figuresOf(group: string, rows: readonly Row[]): Figure[] {
  const where = figureGroups[group] ?? '';
  return rows
    .filter(({ kind }) => kind === (group === 'own' ? 'commit' : 'all'))
    .flatMap(({ measure, cutoff, recall }) => {
      const percent = (value = NaN): number => Math.round(1000 * value) / 10;
      const best = percent(Math.max(...recall.slice(1).map(({ value }) => value)));
      const name = `chat: ${measure} with the answer among the first ${cutoff}${where}`;
      return [{ name, value: percent(recall[0]?.value), unit: '%', goal: `> ${best} (best other method)` }];
    });
}

async function run(repositories: readonly Repository[]): Promise<Asked[]> {
  const parsers = new Parsers(grammars, (message) => {
    throw new Error(message);
  });
  try {
    return await askAll(repositories, readQuestions(), methods, parsers);
  } finally {
    await parsers.dispose();
  }
}

function held(asked: readonly Asked[], repositories: readonly Repository[], out: boolean): Asked[] {
  const names = new Set(repositories.filter(({ heldOut }) => heldOut === out).map(({ name }) => name));
  return asked.filter(({ question }) => names.has(question.repository));
}

/** The table as text: recall in per cent with its interval, and the lead over the method. */
function printed(title: string, rows: readonly Row[], lines: readonly (readonly number[])[]): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const width = 24;
  const cells = rows.map(({ kind, measure, cutoff, questions, recall, lead }) => {
    const head = `${measure} @${cutoff} ${kind} (${questions})`.padEnd(38);
    const methodCells = recall.map(({ value, low, high }, at) => {
      const ahead = lead[at];
      const mark = at > 0 && ahead !== undefined && ahead.low > 0 ? '*' : '';
      return `${percent(value)} [${percent(low)}, ${percent(high)}]${mark}`.padEnd(width);
    });
    return head + methodCells.join('');
  });
  const names = ''.padEnd(38) + methods.map(({ name }) => name.padEnd(width)).join('');
  const shown =
    'lines given @5, @10'.padEnd(38) + lines.map((some) => some.join(', ').padEnd(width)).join('');
  return [title, names, ...cells, shown, '* the first method is ahead, 95 % certain'].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repositories: { type: 'string' },
      tuning: { type: 'boolean', default: false },
      misses: { type: 'boolean', default: false },
    },
  });
  const names = values.repositories?.split(',');
  const there = names === undefined ? loadRepositories() : loaded(names);
  for (const sentence of there.missing) console.error(sentence);
  const repositories = there.repositories.filter(({ heldOut }) => !values.tuning || !heldOut);
  const asked = await run(repositories);
  console.log(
    printed(repositories.map(({ name }) => name).join(', '), rowsOf(asked, seed, 1_000), linesShown(asked)),
  );
  if (!values.misses) return;
  for (const { question, outcomes } of asked) {
    const [own] = outcomes;
    const isMissed = (own?.files.at(-1) ?? 1) < 1 || (own?.definitions?.at(-1) ?? 1) < 1;
    if (isMissed)
      console.log(
        `${question.kind} ${question.repository} ${question.path}:${question.startLine ?? ''} ${question.question}`,
      );
  }
}

if (import.meta.main) await main();
