/**
 * `npm test [-- GROUP…]`: builds, lints and runs the tests, all or the named groups, and ends with their count. The
 * editor's tests run without a network but loopback; what they need is put in place before.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from './editor/chromium.ts';
import { ensureCodeServer } from './editor/codeServer.ts';
import { runOffline } from './editor/offline.ts';
import type { ReportedTest } from './testReporter.ts';

interface Group {
  readonly name: string;
  readonly files: readonly string[];
  /** Runs in the real editor: needs it and a browser, and is cut off from the network. */
  readonly editor?: boolean;
  /** Many files share a process: they leave nothing behind, and a process for each takes longer than its tests. */
  readonly together?: boolean;
  /** Groups of two lanes run at the same time, each in one: few files fill all lanes to their end. */
  readonly lane?: 'engine' | 'others';
}

const groups: readonly Group[] = [
  {
    name: 'unit',
    files: [
      'test/unit/{cli,disk,engine,host,models,remote,vscode,webview}/**/*.test.ts',
      'test/unit/core/{chat,completion,context,models,prompt,refactor,replay,text}/**/*.test.ts',
    ],
    together: true,
  },
  // With all grammars, which are too many for one process.
  {
    name: 'index',
    files: [
      'test/unit/{bench,workspace}/**/*.test.ts',
      'test/unit/core/{index,syntax}/**/*.test.ts',
      'test/unit/*.test.ts',
    ],
  },
  { name: 'engine', files: ['test/engine/**/*.test.ts'], lane: 'engine' },
  { name: 'grammars', files: ['test/grammars/**/*.test.ts'], lane: 'engine' },
  { name: 'command-line', files: ['test/cli/**/*.test.ts'], lane: 'others' },
  { name: 'package', files: ['test/package/**/*.test.ts'], lane: 'others' },
  { name: 'editor', files: ['test/editor/**/*.test.ts'], editor: true },
];

/** Two at least: many tests wait for processes more than they compute. Of the editor's, some measure this machine or race. */
const filesAtOnce = Math.max(2, os.availableParallelism() - 1);
/** Parts of a group whose files share processes: more than run at once, since some have more to do than others. */
const shards = 2 * filesAtOnce;

const root = path.join(import.meta.dirname, '..');
const results = path.join(root, '.vscode-test/results');

interface Outcome {
  readonly name: string;
  readonly tests: readonly ReportedTest[];
  readonly exitCode: number;
  readonly seconds: number;
}

/** Puts the browser and the editor in place. */
async function prepareEditor(): Promise<void> {
  await ensureChromium();
  await ensureCodeServer();
}

async function runGroup(group: Group, editorReady: Promise<void>): Promise<Outcome> {
  if (group.editor === true) await editorReady;
  const began = performance.now();
  const exitCodes = group.together === true ? await runShards(group) : [await runFiles(group)];
  const tests = globSync(`${group.name}{,-*}.jsonl`, { cwd: results }).flatMap((file) =>
    readFileSync(path.join(results, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ReportedTest),
  );
  // A group without a test would prove nothing by passing.
  const exitCode = tests.length === 0 ? 1 : Math.max(...exitCodes);
  return { name: group.name, tests, exitCode, seconds: elapsed(began) };
}

/** Each file in a process of its own; gives the exit code. */
async function runFiles({ name, files, editor, lane }: Group): Promise<number> {
  // Beside the engine's tests, which wait for it a good part of their time, there is room for half as many others.
  const atOnce = editor === true ? 1 : lane === 'others' ? Math.ceil(filesAtOnce / 2) : filesAtOnce;
  const args = [...reportArgs(name), `--test-concurrency=${atOnce}`, ...files];
  if (editor !== true) return await runNode(args);
  const run = await runOffline(process.execPath, args);
  console.log(run.isolated ? 'These tests ran without any network but loopback.' : '');
  return run.exitCode;
}

/** Many files in each of a few processes; gives their exit codes. */
async function runShards({ name, files }: Group): Promise<number[]> {
  const waiting = Array.from({ length: shards }, (_, index) => index + 1);
  const exitCodes: number[] = [];
  const lane = async (): Promise<void> => {
    for (let shard = waiting.shift(); shard !== undefined; shard = waiting.shift()) {
      const args = [...reportArgs(`${name}-${shard}`), '--test-isolation=none', '--test-force-exit'];
      exitCodes.push(await runNode([...args, `--test-shard=${shard}/${shards}`, ...files]));
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, lane));
  return exitCodes;
}

function reportArgs(name: string): string[] {
  return [
    '--test',
    '--test-timeout=300000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${path.join(import.meta.dirname, 'testReporter.ts')}`,
    `--test-reporter-destination=${path.join(results, `${name}.jsonl`)}`,
  ];
}

async function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return ((await once(child, 'exit')) as [number | null])[0] ?? 1;
}

function elapsed(began: number): number {
  return (performance.now() - began) / 1000;
}

function step(name: string, script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status === 0) return;
  console.error(`${name} failed: mend that first, the tests did not run.`);
  process.exit(1);
}

function count(tests: readonly ReportedTest[], outcome: ReportedTest['outcome']): number {
  return tests.filter((test) => test.outcome === outcome).length;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no group ${unknown.join(', ')}; there are: ${groups.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

process.chdir(root);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
step('The build', 'esbuild.mjs');
if (wanted.length === 0) step('Lint', 'scripts/lint.ts');
const asked = groups.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
// Beside the other groups: it is mostly a download and an unpacking.
const editorReady = asked.some(({ editor }) => editor === true) ? prepareEditor() : Promise.resolve();
editorReady.catch(() => undefined);
const outcomes: Outcome[] = [];
async function runAll(some: readonly Group[]): Promise<void> {
  for (const group of some) outcomes.push(await runGroup(group, editorReady));
}
await runAll(asked.filter(({ lane, editor }) => lane === undefined && editor !== true));
await Promise.all(['engine', 'others'].map((name) => runAll(asked.filter(({ lane }) => lane === name))));
await runAll(asked.filter(({ editor }) => editor === true));
console.log('');
for (const { name, tests, seconds, exitCode } of outcomes) {
  const failed = tests.filter((test) => test.outcome === 'failed');
  const mark = exitCode === 0 ? 'ok  ' : 'FAIL';
  console.log(
    `${mark} ${name.padEnd(14)} ${String(count(tests, 'passed')).padStart(4)} passed in ${seconds.toFixed(0)} s`,
  );
  for (const { name: test, file, error = '' } of failed) {
    console.log(`     failed: ${test} (${path.relative(root, file)})`);
    for (const line of error.split('\n')) console.log(`       ${line}`);
  }
}
const all = outcomes.flatMap(({ tests }) => tests);
const skipped = count(all, 'skipped');
const broken = outcomes.some(({ exitCode }) => exitCode !== 0) || skipped > 0;
process.exitCode = broken ? 1 : 0;
console.log(
  `${count(all, 'passed')} passed, ${count(all, 'failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
