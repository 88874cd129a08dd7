import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RepositoryFile } from '../scripts/repositoryList.ts';
import { repository as root, temporaryFolder } from '../test/support/engine.ts';
import { loadRepositories } from './context/repository.ts';
import type { Figure } from './figure.ts';
import { corpus, writeFiles } from './index/corpus.ts';
import type { KeystrokeCost } from './index/keystrokes.ts';
import type { ColdResult, Task, WarmResult } from './index/measure.ts';
import { phases } from './index/phases.ts';
import { percentile, round } from './statistics.ts';

/** Files of the repositories that are measured. */
const sizes = [100, 1_000, 10_000];
/** The one in which is typed, and which figures with a goal are taken from. */
const middle = 1_000;
/**
 * Here the rate of reading has a goal, too: of 1,000 files, a third of what is measured is V8, which compiles the parser and
 * the index beside the thread.
 */
const largest = Math.max(...sizes);
/** Times that a repository is read, and its snapshot, each in a process of its own; the least counts. */
const timesRead = 3;
const positions = 200;
const keys = 300;
/** Lines of the documents that are typed into, about. */
const typedLines = [300, 2_000];
/** Most time of one measuring process. */
const timeoutMs = 240_000;

/** What was measured of a repository of one size. */
export interface SizeResult {
  readonly size: number;
  readonly megabytes: number;
  readonly cold: ColdResult;
  readonly warm: WarmResult;
}

/**
 * What the index and the choice of context cost in repositories of 100, 1,000 and 10,000 files of TypeScript. Times are
 * those that the process had a core, all its threads together; each size is measured in processes of its own.
 */
export async function indexCost(): Promise<Figure[]> {
  const files = realFiles();
  const results: SizeResult[] = [];
  let typed: KeystrokeCost[] = [];
  for (const size of sizes) {
    const { result, typing } = await measureSize(files, size, size === middle);
    results.push(result);
    if (typing !== null) typed = typing;
  }
  printTable(results);
  return [...results.flatMap(sizeFigures), ...growthFigures(results), ...typed.flatMap(typingFigures)];
}

/** All TypeScript of the recorded repositories, each in a folder of its own. */
function realFiles(): RepositoryFile[] {
  const { repositories, missing } = loadRepositories();
  for (const sentence of missing) console.error(sentence);
  const files = repositories
    .filter(({ language }) => language === 'TypeScript')
    .flatMap(({ name, files: own }) => own.map((file) => ({ ...file, path: `${name}/${file.path}` })));
  if (files.length === 0) throw new Error('There are no sources to index; run "npm run sources".');
  return files;
}

/** Measures a repository of `size` files, and removes it. */
export async function measureSize(
  files: readonly RepositoryFile[],
  size: number,
  types: boolean,
  { runs, ...limits } = { runs: timesRead, positions, keys },
): Promise<{ result: SizeResult; typing: KeystrokeCost[] | null }> {
  const folder = path.join(temporaryFolder(), 'repository');
  const snapshots = path.join(folder, '../snapshots');
  mkdirSync(snapshots);
  const made = corpus(files, size);
  const megabytes = writeFiles(made, folder) / 1e6;
  const typed = types ? typedLines.map((lines) => nearestInLines(made, lines)) : [];
  const task = { folder, snapshots, grammars: path.join(root, 'dist/grammars'), typed, ...limits };
  try {
    const colds: ColdResult[] = [];
    const warms: WarmResult[] = [];
    for (let run = 0; run < runs; run += 1) {
      colds.push((await measured({ kind: 'cold', ...task })) as ColdResult);
      warms.push((await measured({ kind: 'warm', ...task })) as WarmResult);
    }
    const { assembly } = leastBy(colds, (cold) => percentile(cold.assembly.anew, 0.5));
    const cold = { ...leastBy(colds, ({ read }) => read.cpuMs), assembly };
    const warm = leastBy(warms, ({ start }) => start.cpuMs);
    const typing = types ? ((await measured({ kind: 'typing', ...task })) as KeystrokeCost[]) : null;
    return { result: { size, megabytes, cold, warm }, typing };
  } finally {
    rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

/** The one of several results, of which there is one at least, that took least: more is what came between. */
function leastBy<T>(results: readonly T[], of: (result: T) => number): T {
  return results.reduce((least, one) => (of(one) < of(least) ? one : least));
}

/** The path of the file whose number of lines is nearest. */
function nearestInLines(files: readonly RepositoryFile[], lines: number): string {
  const ranked = files.map(({ path: file, text }) => ({
    file,
    away: Math.abs(text.split('\n').length - lines),
  }));
  return ranked.sort((a, b) => a.away - b.away)[0]?.file ?? '';
}

async function measured(task: Task): Promise<unknown> {
  const script = path.join(import.meta.dirname, 'index/measure.ts');
  const args = ['--expose-gc', script, JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: timeoutMs,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout);
}

/** The figures of one size. */
export function sizeFigures({ size, megabytes, cold, warm }: SizeResult): Figure[] {
  const of = `${size.toLocaleString('en')} files`;
  const seconds = cold.read.cpuMs / 1000;
  const { anew, again, entries } = cold.assembly;
  const isMiddle = size === middle;
  const goal = (text: string): string => (isMiddle ? text : '');
  const rateGoal = (text: string): string => (isMiddle || size === largest ? text : '');
  return [
    figure(`cold index, ${of} of TypeScript`, round(cold.files / seconds, 0), 'files/s', rateGoal('>= 300')),
    figure(`cold index, ${of} of TypeScript, text`, round(megabytes / seconds, 2), 'MB/s', rateGoal('>= 4')),
    figure(
      `warm start from a snapshot, ${of}, per 500`,
      round((warm.start.cpuMs / warm.files) * 500),
      'ms',
      goal('<= 150'),
    ),
    figure(`files parsed at a warm start, ${of}`, warm.parses, 'files', goal('0')),
    figure(`context chosen anew, ${of}, p50`, round(percentile(anew, 0.5), 2), 'ms', goal('<= 5')),
    figure(`context chosen anew, ${of}, p95`, round(percentile(anew, 0.95), 2), 'ms', goal('<= 15')),
    figure(
      `context asked again when nothing changed, ${of}, p95`,
      round(percentile(again, 0.95), 2),
      'ms',
      goal('0'),
    ),
    figure(`entries of names read to choose context, ${of}, p95`, percentile(entries, 0.95), 'entries', ''),
    figure(
      `memory of the index per 1,000 files, ${of}`,
      round(cold.memory / 1e6 / (cold.files / 1000)),
      'MB',
      '',
    ),
    figure(
      `snapshot per 1,000 files, ${of}`,
      round(cold.snapshotBytes / 1e6 / (cold.files / 1000)),
      'MB',
      '',
    ),
  ];
}

/** How costs grow from the second size (in the first, the start counts most) to the last: 1 is in proportion, 0 not at all. */
function growthFigures(results: readonly SizeResult[]): Figure[] {
  const [small, large] = [results[1] ?? results[0], results.at(-1)];
  if (small === undefined || large === undefined || small === large) return [];
  const steps = Math.log(large.cold.files / small.cold.files);
  const exponent = (of: (result: SizeResult) => number): number =>
    round(Math.log(of(large) / of(small)) / steps, 2);
  const from = `from ${small.size.toLocaleString('en')} to ${large.size.toLocaleString('en')} files`;
  return [
    figure(
      `growth of cold indexing ${from}`,
      exponent(({ cold }) => cold.read.cpuMs),
      'exponent',
      '<= 1.1',
    ),
    figure(
      `growth of choosing context ${from}`,
      exponent(({ cold }) => percentile(cold.assembly.anew, 0.5)),
      'exponent',
      '<= 0.2',
    ),
  ];
}

function typingFigures({ lines, reparse, whole, idle }: KeystrokeCost): Figure[] {
  const into = `in ${lines.toLocaleString('en')} lines of TypeScript`;
  const ms = (name: string, numbers: readonly number[], share: number, goal: string): Figure =>
    figure(`${name} ${into}, p${share * 100}`, round(percentile(numbers, share), 2), 'ms', goal);
  return [
    ms('a key’s change parsed', reparse, 0.5, ''),
    ms('a key’s change parsed', reparse, 0.95, '<= 4'),
    ms('all the worker does for a key', whole, 0.5, ''),
    ms('all the worker does for a key', whole, 0.95, ''),
    ms('into the index when nobody types', idle, 0.5, ''),
    ms('into the index when nobody types', idle, 0.95, ''),
  ];
}

function figure(name: string, value: number, unit: string, goal: string): Figure {
  return { name, value, unit, goal };
}

function printTable(results: readonly SizeResult[]): void {
  const rows: [string, (result: SizeResult) => number][] = [
    ['files in the index', ({ cold }) => cold.files],
    ['files parsed', ({ cold }) => cold.parses],
    ['MB of text', ({ megabytes }) => megabytes],
    ['cold index, s of a core', ({ cold }) => cold.read.cpuMs / 1000],
    ['cold index, s by the clock', ({ cold }) => cold.read.wallMs / 1000],
    ...phases.map((phase): [string, (result: SizeResult) => number] => [
      `  ${phase}, ms a file`,
      ({ cold }) => cold.phases[phase],
    ]),
    ['memory, MB', ({ cold }) => cold.memory / 1e6],
    ['snapshot, MB', ({ cold }) => cold.snapshotBytes / 1e6],
    ['saving it, ms of a core', ({ cold }) => cold.save.cpuMs],
    ['warm start, ms of a core', ({ warm }) => warm.start.cpuMs],
    ['warm start, ms by the clock', ({ warm }) => warm.start.wallMs],
    ['context anew, p50 ms', ({ cold }) => percentile(cold.assembly.anew, 0.5)],
    ['context anew, p95 ms', ({ cold }) => percentile(cold.assembly.anew, 0.95)],
    ['context again, p50 ms', ({ cold }) => percentile(cold.assembly.again, 0.5)],
    ['context again, p95 ms', ({ cold }) => percentile(cold.assembly.again, 0.95)],
    ['entries read, p50', ({ cold }) => percentile(cold.assembly.entries, 0.5)],
    ['entries read, p95', ({ cold }) => percentile(cold.assembly.entries, 0.95)],
  ];
  for (const [name, of] of rows) {
    const values = results.map((result) => round(of(result), 2).toLocaleString('en').padStart(12));
    console.log(`${name.padEnd(30)}${values.join('')}`);
  }
}
