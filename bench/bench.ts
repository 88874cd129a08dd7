/**
 * `npm run bench [-- --only NAME] [--large]`: measures what this version has of DESIGN's figures, prints them beside the last
 * release's, and writes bench/results.json. Counts and ratios come first; milliseconds are for an idle machine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cancellation } from './cancellation.ts';
import { chatRetrieval } from './chat-retrieval/chatRetrieval.ts';
import { contextQuality } from './context/contextQuality.ts';
import { engineStart } from './engineStart.ts';
import { extensionHost } from './extensionHost.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { holes } from './holes.ts';
import { indexCost } from './indexCost.ts';
import { redaction } from './redaction.ts';
import { refactor } from './refactor/refactor.ts';
import { replay } from './replay.ts';
import { speculation } from './speculation.ts';
import { vsixSize } from './vsixSize.ts';

const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<Figure[]>>> = {
  replay,
  speculation,
  holes,
  contextQuality,
  chatRetrieval,
  indexCost,
  cancellation,
  vsixSize,
  engineStart,
  extensionHost,
  refactor,
  redaction,
};
const resultsFile = path.join(import.meta.dirname, 'results.json');

interface Results {
  readonly version: string;
  readonly machine: string;
  readonly figures: readonly Figure[];
}

// A run that is stopped leaves as one that ends: without the model files that it wrote.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({ options: { only: { type: 'string' }, large: { type: 'boolean' } } });
const names = values.only === undefined ? Object.keys(benchmarks) : [values.only];
const figures: Figure[] = [];
for (const name of names) {
  const measure = benchmarks[name];
  if (measure === undefined)
    throw new Error(`There is no benchmark ${name}; there are: ${Object.keys(benchmarks).join(', ')}.`);
  figures.push(...(await measure({ large: values.large === true })));
}
const before = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results) : null;
const { version } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'),
) as Results;
console.log(
  `${'figure'.padEnd(66)} ${'now'.padStart(12)} ${`in ${before?.version ?? 'none'}`.padStart(12)}  goal`,
);
for (const { name, value, unit, goal } of figures) {
  const earlier = before?.figures.find((figure) => figure.name === name);
  const show = (number: number | undefined) =>
    (number === undefined ? '-' : `${number} ${unit}`).padStart(12);
  console.log(`${name.padEnd(66)} ${show(value)} ${show(earlier?.value)}  ${goal}`);
}
if (values.only === undefined) {
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, ${process.platform}-${process.arch}`;
  writeFileSync(resultsFile, `${JSON.stringify({ version, machine, figures } satisfies Results, null, 2)}\n`);
}
