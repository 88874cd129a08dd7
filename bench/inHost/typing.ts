import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  configure,
  configureEngine,
  quietPopups,
  scriptedModelPath,
} from '../../test/editor/inHost/support.ts';

/** Milliseconds by which the event loop came late while typing. */
export interface Delays {
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds in Hearth's own code while typing: of the stretches spent there without a pause, and for each key. */
export interface OwnTime {
  readonly ownP99: number;
  readonly ownMax: number;
  readonly ownPerKey: number;
}

/** The monitor's timer; what it measures includes this time. */
const resolutionMs = 1;
/** Microseconds between two looks of the profiler. */
const sampleUs = 250;
/** About 80 words a minute, in bursts. */
const keyMs = 120;
const statement = 'const total = list[0].sum(order, 1);\n';
const rounds = 8;

/** Runs in the extension host: types with Hearth, and without it, and writes what was measured. */
export async function run(): Promise<void> {
  const [file, delays, results] = ['HEARTH_BENCH_FILE', 'HEARTH_BENCH_DELAYS', 'HEARTH_TEST_RESULTS'].map(
    (name) => process.env[name] ?? '',
  );
  await quietPopups();
  await configureEngine('model.completion', scriptedModelPath());
  const document = await vscode.workspace.openTextDocument(file ?? '');
  const end = document.lineAt(document.lineCount - 1).range.end;
  await vscode.window.showTextDocument(document, { selection: new vscode.Selection(end, end) });
  // What is opened, parsed and evaluated once is no part of typing.
  await typeText(statement);
  await sleep(5_000);
  const on = { ...(await delaysOfTyping()), ...(await ownOfTyping()) };
  await configure('enable', false);
  await sleep(2_000);
  const measured = { on, off: await delaysOfTyping() };
  writeFileSync(delays ?? '', JSON.stringify(measured));
  writeFileSync(results ?? '', JSON.stringify([{ title: 'typing', ok: true, ms: 0 }]));
}

async function delaysOfTyping(): Promise<Delays> {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  for (let round = 0; round < rounds; round += 1) await typeText(statement);
  monitor.disable();
  const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return { p99: milliseconds(monitor.percentile(99)), max: milliseconds(monitor.max) };
}

async function ownOfTyping(): Promise<OwnTime> {
  const own = (await profiled()).sort((a, b) => a - b);
  return {
    ownP99: own[Math.ceil(own.length * 0.99) - 1] ?? 0,
    ownMax: own.at(-1) ?? 0,
    ownPerKey: own.reduce((sum, stretch) => sum + stretch, 0) / (rounds * statement.length),
  };
}

/** Types once more under V8's profiler: how long the host was in Hearth's code, each time that it was. */
async function profiled(): Promise<number[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: sampleUs });
  await session.post('Profiler.start');
  for (let round = 0; round < rounds; round += 1) await typeText(statement);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return stretches(profile);
}

/** Consecutive samples with Hearth's bundle on the stack, in milliseconds. */
function stretches({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): number[] {
  const own = new Set<number>();
  const mark = (id: number): void => {
    own.add(id);
    for (const child of nodes[indexOf.get(id) ?? -1]?.children ?? []) mark(child);
  };
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  for (const { id, callFrame } of nodes) if (/dist[\\/]extension\.cjs$/.test(callFrame.url)) mark(id);
  const found: number[] = [];
  let current = 0;
  for (const [index, id] of samples.entries()) {
    // The time until the next look belongs to what this one saw.
    if (own.has(id)) current += (timeDeltas[index + 1] ?? sampleUs) / 1000;
    else if (current > 0) {
      found.push(current);
      current = 0;
    }
  }
  return current > 0 ? [...found, current] : found;
}

/** Types key by key, with a person's pauses. */
async function typeText(text: string): Promise<void> {
  for (const key of text) {
    await vscode.commands.executeCommand('type', { text: key });
    await sleep(keyMs);
  }
}
