import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { measureHoles, type HoleSource } from '../../bench/holes.ts';
import { makeTrace, type TraceRecipe } from '../../bench/traceMaker.ts';
import { percentile } from '../../bench/statistics.ts';
import type { ReplayLine, ReplaySummary } from '../../src/cli/replayReport.ts';
import { repository, starterPath, temporaryFolder } from '../support/engine.ts';

/*
 * The figures of the benchmark whose unit is a count, at reduced size: over files of this repository and of its
 * development packages instead of the fetched sources.
 */

/** Files of this repository; every `nth` of those that match. */
function filesOf(pattern: string, nth: number): HoleSource[] {
  return globSync(pattern, { cwd: repository })
    .sort()
    .filter((_, index) => index % nth === 0)
    .map((name) => ({ path: name.replaceAll('\\', '/'), text: textOf(name) }));
}

function textOf(name: string): string {
  return readFileSync(path.join(repository, name), 'utf8').replaceAll('\r\n', '\n');
}

describe('suggestions for holes in real files', () => {
  it('never add a syntax error to a file without one', async () => {
    const files = [
      ...filesOf('src/**/*.ts', 8),
      ...filesOf('sample/tools/*.py', 1),
      ...filesOf('node_modules/eslint/lib/**/*.js', 25),
    ];
    const { holes, files: used, suggested, errors } = await measureHoles(100, files);
    assert.deepEqual(errors, []);
    assert.ok(holes >= 100, `${holes} holes`);
    assert.ok(used >= 20, `${used} files`);
    assert.ok(suggested > 10, `${suggested} suggestions`);
  });
});

/** Sessions over files of this repository, 300 to 450 keystrokes each. */
const sessions: readonly { readonly file: string; readonly recipe: TraceRecipe; readonly closes?: true }[] = [
  {
    file: 'src/core/completion/stop.ts',
    recipe: recipe(5, [
      { from: 64, to: 67 },
      { from: 96, to: 98 },
    ]),
    closes: true,
  },
  {
    file: 'sample/tools/catalogue.py',
    recipe: recipe(6, [
      { from: 24, to: 28 },
      { from: 16, to: 18 },
    ]),
  },
];

function recipe(seed: number, spans: TraceRecipe['spans']): TraceRecipe {
  const pauses = { share: 0.03, mostMs: 2000 };
  const speed = { charactersPerMinute: 260, jitter: 0.5, pauses };
  return { package: 'hearth', file: '', seed, spans, ...speed, typos: 0.03, moves: 2, accepts: 1 };
}

describe('what a typing session costs', () => {
  const folder = temporaryFolder();
  const traces = sessions.map(({ file, recipe, closes = false }) => {
    const trace = path.join(folder, `${path.basename(file)}.jsonl`);
    writeFileSync(trace, makeTrace({ ...recipe, closesBrackets: closes }, file, textOf(file)));
    return trace;
  });

  /** `hearth replay` of a trace with the starter model. */
  function replay(trace: string, ...args: string[]): { lines: ReplayLine[]; summary: ReplaySummary } {
    const cli = path.join(repository, 'dist/cli.mjs');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, 'replay', trace, '--json', '--model', starterPath, ...args],
      {
        encoding: 'utf8',
        cwd: folder,
        env: { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') },
      },
    );
    assert.equal(status, 0, stdout.slice(-500) + stderr);
    const values = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ReplayLine & { summary?: ReplaySummary });
    const { summary } = values.pop() ?? {};
    assert.ok(summary !== undefined);
    return { lines: values, summary };
  }

  it('has line ends, backspaces and cursor moves among its keystrokes', () => {
    for (const trace of traces) {
      const text = readFileSync(trace, 'utf8');
      const count = (part: string): number => text.split(part).length - 1;
      assert.ok(count('{"type"') >= 200, `${count('{"type"')} keystrokes`);
      assert.ok(count('"text":"\\n') >= 4 && count('{"delete"') >= 1 && count('{"move"') >= 4, trace);
    }
  });

  it('in lockstep evaluates a token or two a keystroke and reuses the rest', () => {
    // What follows the first tokens of an answer changes none of the counts.
    const lines = traces.flatMap((trace) => replay(trace, '--lockstep', '--max-tokens', '16').lines);
    const warm = lines.filter(({ event, cold }) => event === 'type' && !cold).map(({ tokens }) => tokens);
    const evaluated = warm.map((tokens) => tokens.evaluated);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
    const reused = sum(warm.map((tokens) => tokens.reused));
    const p50 = percentile(evaluated, 0.5);
    const p95 = percentile(evaluated, 0.95);
    const share = reused / (reused + sum(evaluated));
    assert.ok(warm.length >= 400, `${warm.length} keystrokes`);
    assert.ok(p50 <= 2 && p95 <= 24 && share >= 0.98, `median ${p50}, p95 ${p95}, reused ${share}`);
  });

  it('needs no model for keystrokes along the suggestion', () => {
    for (const trace of traces) {
      const { summary } = replay(trace);
      assert.ok(summary.following > 0);
      assert.equal(summary.noModel, 1);
      for (const spent of [summary.speculated, summary.wasted]) {
        assert.ok(spent.evaluated >= 0 && spent.generated >= 0, JSON.stringify(summary));
      }
    }
  });
});
