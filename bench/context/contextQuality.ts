/**
 * `node bench/context/contextQuality.ts [--repositories a,b] [--methods x,y] [--lines N] [--tuning] [--likelihood]`: how
 * much of what a held-out line needs is in the context that each method finds for it, or how likely the starter model
 * finds the line with it; with `--tuning` on the repositories that are not held out. Writes nothing; `npm run bench` does.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { fetchRepositories } from '../../scripts/sources.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { likelihood, printLikelihood, type LikelihoodResult } from './likelihood.ts';
import { budgets, measure, type Measured, type MeasuredRepository } from './measure.ts';
import { methods } from './methods/all.ts';
import { bm25Chunks } from './methods/bm25Chunks.ts';
import { hearth } from './methods/hearth.ts';
import type { ContextMethod } from './methods/method.ts';
import { printTable, tableOf, type Table } from './report.ts';
import { loadRepositories, type Repository } from './repository.ts';

/** Lines drawn a class and repository, and for the likelihoods a repository. */
const fullLines = 200;
const likelihoodLines = 50;
/** Draws the lines and the samples of the intervals. */
const seed = 7;
/** Those whose context the model is asked about, a quarter of a second for each line. */
const askedMethods: readonly ContextMethod[] = [hearth, bm25Chunks];

const grammars = path.join(import.meta.dirname, '../../dist/grammars');
const resultsFile = path.join(import.meta.dirname, 'results.json');

/** What a full run found. */
interface Results {
  readonly seed: number;
  readonly budgets: readonly number[];
  readonly repositories: readonly MeasuredRepository[];
  readonly millisecondsPerLine: Readonly<Record<string, number>>;
  /** Repositories that may be looked at while tuning, those that may not, and each for itself. */
  readonly tuned: Table;
  readonly heldOut: Table;
  readonly each: readonly Table[];
  readonly likelihood: LikelihoodResult;
}

/** Recall of what held-out lines need, beside that of the methods it is compared with, and the likelihood of the lines. */
export async function contextQuality(_options: BenchOptions): Promise<Figure[]> {
  fetchRepositories();
  const { repositories, missing } = loadRepositories();
  for (const sentence of missing) console.log(sentence);
  const measured = await measure(repositories, methods, { seed, lines: fullLines, grammars });
  const names = (heldOut: boolean) =>
    repositories.filter((one) => one.heldOut === heldOut).map(({ name }) => name);
  const tuned = tableOf(measured, names(false), seed);
  const heldOut = tableOf(measured, names(true), seed);
  const each = repositories.map(({ name }) => tableOf(measured, [name], seed));
  const likely = await likelihood(repositories, askedMethods, { seed, lines: likelihoodLines, grammars });
  show(measured, { tuned, heldOut, each });
  console.log(`\n${printLikelihood(likely)}`);
  const results: Results = {
    seed,
    budgets,
    repositories: measured.repositories,
    millisecondsPerLine: Object.fromEntries(
      measured.methods.map((name, at) => [name, Math.round((measured.milliseconds[at] ?? 0) * 10) / 10]),
    ),
    tuned,
    heldOut,
    each,
    likelihood: likely,
  };
  await writeResults(results);
  return [
    ...figuresOf('', tuned),
    ...figuresOf(', repositories held out', heldOut),
    ...likelihoodFigures(likely),
  ];
}

/** Writes the results as the formatter has them: a row of a table on few lines. */
async function writeResults(results: Results): Promise<void> {
  const options = await prettier.resolveConfig(resultsFile);
  writeFileSync(resultsFile, await prettier.format(JSON.stringify(results), { ...options, parser: 'json' }));
}

const goals = { seen: { 256: 75, 1024: 92 }, unseen: { 256: 45, 1024: 75 } } as const;

function figuresOf(where: string, { rows }: Table): Figure[] {
  return (['seen', 'unseen'] as const).flatMap((wanted) =>
    ([256, 1024] as const).map((budget): Figure => {
      const own = rows.find((row) => row.class === wanted && row.measure === 'identifiers');
      const value = own?.recall[budgets.indexOf(budget)]?.[0] ?? NaN;
      const name = `identifier recall at ${budget} tokens, ${wanted} names${where}`;
      return { name, value, unit: '%', goal: `>= ${goals[wanted][budget]}` };
    }),
  );
}

/** Of the languages that the model was trained on. */
function likelihoodFigures({ tables }: LikelihoodResult): Figure[] {
  const [own] = tables[0]?.rows ?? [];
  if (own === undefined) return [];
  const what = "the held-out line's likelihood with 256 tokens of context";
  return [
    { name: `change of ${what}`, value: own.change[0], unit: 'nats/byte', goal: '< 0' },
    { name: 'lines made less likely by more than 0.05 nats a byte', value: own.worse, unit: '%', goal: '' },
  ];
}

function show(
  measured: Measured,
  { tuned, heldOut, each }: Pick<Results, 'tuned' | 'heldOut' | 'each'>,
): void {
  for (const {
    name,
    language,
    heldOut: held,
    files,
    lines,
    units,
    available,
    drawn,
  } of measured.repositories) {
    const size = `${files} files, ${lines} lines, ${(units / 1e6).toFixed(2)} million units`;
    const counts = `seen ${drawn.seen} of ${available.seen}, unseen ${drawn.unseen} of ${available.unseen}`;
    console.log(
      `${name.padEnd(18)} ${language.padEnd(11)} ${size}; lines ${counts}${held ? ' (held out)' : ''}`,
    );
  }
  for (const [at, name] of measured.methods.entries()) {
    console.log(`${name.padEnd(18)} ${(measured.milliseconds[at] ?? 0).toFixed(1)} ms a line`);
  }
  for (const table of each) console.log(`\n${printTable(table.repositories.join(', '), table)}`);
  if (tuned.repositories.length > 0) console.log(`\n${printTable('Repositories for tuning', tuned)}`);
  if (heldOut.repositories.length > 0)
    console.log(`\n${printTable('Repositories held out of tuning', heldOut)}`);
}

function chosenMethods(names: string | undefined): readonly ContextMethod[] {
  if (names === undefined) return methods;
  return names.split(',').map((name) => {
    const method = methods.find((one) => one.name === name);
    if (method !== undefined) return method;
    throw new Error(`There is no method ${name}; there are: ${methods.map((one) => one.name).join(', ')}.`);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repositories: { type: 'string' },
      methods: { type: 'string' },
      lines: { type: 'string', default: String(fullLines) },
      tuning: { type: 'boolean', default: false },
      likelihood: { type: 'boolean', default: false },
    },
  });
  fetchRepositories();
  const loaded = loadRepositories(values.repositories?.split(','));
  for (const sentence of loaded.missing) console.error(sentence);
  const repositories = loaded.repositories.filter((one: Repository) => !values.tuning || !one.heldOut);
  const chosen = chosenMethods(values.methods);
  const options = { seed, lines: Number(values.lines), grammars };
  if (values.likelihood) {
    console.log(printLikelihood(await likelihood(repositories, chosen, options)));
    return;
  }
  const measured = await measure(repositories, chosen, options);
  const names = (heldOut: boolean) =>
    repositories.filter((one) => one.heldOut === heldOut).map(({ name }) => name);
  show(measured, {
    tuned: tableOf(measured, names(false), seed),
    heldOut: tableOf(measured, names(true), seed),
    each: repositories.length > 1 ? repositories.map(({ name }) => tableOf(measured, [name], seed)) : [],
  });
}

if (import.meta.main) await main();
