import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReplayLine, ReplaySummary } from '../src/cli/replayReport.ts';
import { repository, starterPath, temporaryFolder } from '../test/support/engine.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { speed } from './speed.ts';
import { percentile, round } from './statistics.ts';
import { makeTraces, type Trace } from './traces.ts';

interface Run {
  readonly lines: readonly ReplayLine[];
  readonly summary: ReplaySummary;
}

/** Every trace through the command line, in lockstep and life-like on the virtual clock; then speed at a real size. */
export async function replay(options: BenchOptions): Promise<Figure[]> {
  const traces = makeTraces();
  if (traces.length === 0) return [];
  const folder = temporaryFolder();
  const runs = traces.map((trace) => ({
    name: trace.name,
    lockstep: run(trace, folder, ['--lockstep']),
    live: run(trace, folder, []),
  }));
  console.log(tableRow(['trace', 'keys', 'evaluated', 'reused', 'along', 'all', 'cancelled', 'wasted']));
  for (const { name, lockstep, live } of runs) {
    const { evaluated, reused } = lockstep.summary;
    const { noModel, noModelOfAll, cancelled, wasted } = live.summary;
    console.log(
      tableRow([
        name,
        String(lockstep.summary.keystrokes),
        `${evaluated.p50} / ${evaluated.p95}`,
        `${percent(reused)} %`,
        noModel === null ? '-' : `${percent(noModel)} %`,
        `${percent(noModelOfAll)} %`,
        cancelled === null ? '-' : `${cancelled.evaluated} + ${cancelled.generated}`,
        `${wasted.evaluated} + ${wasted.generated}`,
      ]),
    );
  }
  console.log(
    'evaluated: prompt tokens a keystroke in lockstep, median / p95; reused: share of them; along: keystrokes that ' +
      'followed the suggestion and needed no model call; all: the same of all keystrokes; cancelled, wasted: prompt ' +
      'tokens + generated ones.',
  );
  return [...counts(runs), ...(await speed(traces[0], options))];
}

function run(trace: Trace, folder: string, more: string[]): Run {
  const file = path.join(folder, `${trace.name}.jsonl`);
  writeFileSync(file, trace.jsonLines);
  const args = [path.join(repository, 'dist/cli.mjs'), 'replay', file, '--json'];
  // With the repository around it, whose context the prompt holds as in the editor.
  args.push('--model', starterPath, '--workspace', trace.workspace);
  const env = { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') };
  const output = execFileSync(process.execPath, [...args, ...more], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const values = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReplayLine | { summary: ReplaySummary });
  const last = values.at(-1);
  if (last === undefined || !('summary' in last)) throw new Error(`The replay of ${trace.name} has no end.`);
  return {
    lines: values.filter((value): value is ReplayLine => !('summary' in value)),
    summary: last.summary,
  };
}

function counts(runs: readonly { lockstep: Run; live: Run }[]): Figure[] {
  const lines = runs.flatMap(({ lockstep }) => lockstep.lines);
  const warm = lines.filter(({ event, cold }) => event === 'type' && !cold).map(({ tokens }) => tokens);
  const reused = sum(warm.map((tokens) => tokens.reused));
  const evaluated = warm.map((tokens) => tokens.evaluated);
  const live = runs.map(({ live: { summary } }) => summary);
  const keystrokes = sum(live.map((one) => one.keystrokes));
  const following = sum(live.map((one) => one.following));
  const free = sum(live.map((one) => one.following * (one.noModel ?? 0)));
  const freeOfAll = sum(live.map((one) => one.keystrokes * one.noModelOfAll));
  const spent = (kind: 'speculated' | 'cancelled' | 'wasted', of: 'evaluated' | 'generated'): number =>
    sum(live.map((one) => one[kind]?.[of] ?? 0));
  const figure = (name: string, value: number, unit = '', goal = ''): Figure => ({ name, value, unit, goal });
  const perKey = (value: number): number => round(value / keystrokes, 2);
  return [
    figure(
      'prompt tokens evaluated per keystroke, lockstep, median',
      percentile(evaluated, 0.5),
      '',
      '<= 2 (llama.vscode: 251)',
    ),
    figure(
      'prompt tokens evaluated per keystroke, lockstep, p95',
      percentile(evaluated, 0.95),
      '',
      '<= 24 (llama.vscode: 255)',
    ),
    figure(
      'share of prompt tokens reused, same run',
      percent(reused / (reused + sum(evaluated))),
      '%',
      '>= 98 % (llama.vscode: 75.7 %)',
    ),
    figure('keystrokes in that run', warm.length),
    figure('traces replayed', runs.length, '', '>= 12'),
    figure('keystrokes along the suggestion without a model call', percent(free / following), '%', '100 %'),
    figure('keystrokes answered without a model call, of all', percent(freeOfAll / keystrokes), '%'),
    figure('prompt tokens speculated per keystroke', perKey(spent('speculated', 'evaluated'))),
    figure('tokens generated in speculation per keystroke', perKey(spent('speculated', 'generated'))),
    figure('prompt tokens of cancelled calls per keystroke', perKey(spent('cancelled', 'evaluated'))),
    figure('tokens generated in cancelled calls per keystroke', perKey(spent('cancelled', 'generated'))),
    figure('prompt tokens wasted per keystroke', perKey(spent('wasted', 'evaluated'))),
    figure('tokens generated in vain per keystroke', perKey(spent('wasted', 'generated'))),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percent(share: number): number {
  return round(100 * share);
}

function tableRow([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(13)).join('');
}
