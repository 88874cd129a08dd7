import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { ReplayLine, ReplaySummary } from '../../src/cli/replayReport.ts';
import { repository, starterPath, temporaryFolder } from '../support/engine.ts';
import { scriptedModel } from '../support/gguf.ts';

const folder = temporaryFolder();
const scripted = path.join(folder, 'scripted.gguf');

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let traces = 0;

/** `hearth replay` of a trace given as events (or as text). */
function replay(trace: readonly object[] | string, args: string[], model = scripted): Run {
  traces += 1;
  const file = path.join(folder, `trace${traces}.jsonl`);
  writeFileSync(
    file,
    typeof trace === 'string' ? trace : trace.map((event) => JSON.stringify(event)).join('\n'),
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(repository, 'dist/cli.mjs'), 'replay', file, '--model', model, ...args],
    {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') },
    },
  );
  return { status, stdout, stderr };
}

function parse({ status, stdout, stderr }: Run): { lines: ReplayLine[]; summary: ReplaySummary } {
  assert.equal(status, 0, stdout + stderr);
  const values = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReplayLine & { summary?: ReplaySummary });
  const { summary } = values.pop() ?? {};
  assert.ok(summary !== undefined);
  return { lines: values, summary };
}

/** Events that type `text` at the `█` of the picture, a key every `msPerKey`. */
function typing(picture: string, text: string, msPerKey = 250): object[] {
  const offset = picture.indexOf('█');
  const keys = [...text].map((character, index) => ({
    type: { offset: offset + index, text: character, atMs: (index + 1) * msPerKey },
  }));
  return [{ open: { path: 'src/price.ts', text: picture.replace('█', '') } }, ...keys];
}

const code = 'export function total(prices: number[]): number {\n  █\n  return sum;\n}\n';

before(async () => {
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  await scriptedModel({ path: scripted, chains: [{ after: '=', pieces: [' 0', '.19', ';\n'] }] });
});

describe('hearth replay --lockstep', () => {
  it('evaluates the typed token and no more, but for the first request', () => {
    const trace = typing(code, 'let sum = 0;');
    const { lines, summary } = parse(replay(trace, ['--lockstep', '--json'], starterPath));
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['open', ...new Array<string>(12).fill('type')],
    );
    const [first, ...others] = lines.slice(1);
    assert.equal(first?.cold, true);
    assert.ok((first?.tokens.evaluated ?? 0) > 20);
    assert.ok(others.every(({ cold, source }) => !cold && source === 'model'));
    assert.equal(summary.keystrokes, 12);
    assert.ok(summary.evaluated.p50 <= 2, JSON.stringify(summary));
    assert.ok(summary.reused > 0.9, JSON.stringify(summary));
    assert.equal(summary.modelCalls, 12);
    assert.deepEqual(summary.speculated, { evaluated: 0, generated: 0 });
  });

  it('types an event of several characters one by one, halving none, and deletes without a request', () => {
    const trace = [
      { open: { path: 'a.ts', text: 'let tax;' } },
      { type: { offset: 7, text: ' 😀=', atMs: 10 } },
      { delete: { offset: 7, length: 4, atMs: 20 } },
      { complete: { atMs: 30 } },
      { accept: { atMs: 40 } },
      { type: { offset: 0, text: 'x', atMs: 50 } },
    ];
    const { lines, summary } = parse(replay(trace, ['--lockstep', '--json']));
    assert.deepEqual(
      lines.map(({ event, line, shown, source }) => [event, line, shown, source]),
      [
        ['open', 1, null, 'none'],
        ['type', 2, null, 'model'],
        ['type', 2, null, 'model'],
        ['type', 2, ' 0.19;', 'model'],
        ['delete', 3, null, 'none'],
        ['complete', 4, null, 'model'],
        ['accept', 5, null, 'none'],
        ['type', 6, null, 'model'],
      ],
    );
    assert.equal(lines[6]?.reason, 'nothing-shown');
    assert.equal(summary.keystrokes, 4);
  });

  it('accepts what is shown, and refuses places outside of the text that this makes', () => {
    const trace = [
      { open: { path: 'a.ts', text: 'let tax ' } },
      { type: { offset: 8, text: '=', atMs: 10 } },
      { accept: { atMs: 20 } },
      { move: { offset: 'let tax = 0.19;'.length, atMs: 30 } },
      { move: { offset: 99, atMs: 40 } },
    ];
    const run = replay(trace, ['--lockstep', '--json']);
    assert.equal(run.status, 2);
    const { error } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as {
      error: { code: string; message: string };
    };
    assert.equal(error.code, 'bad-trace');
    assert.match(error.message, /Line 5 .*offset 99 lies outside the text, which has 15/);
  });

  it('keeps the cursor before a closer that the editor added, and types over it', () => {
    const trace = [
      { open: { path: 'a.ts', text: 'let tax;' } },
      { type: { offset: 7, text: ' = (', closer: ')', atMs: 10 } },
      { type: { offset: 11, text: '1)', over: 1, atMs: 20 } },
      { move: { offset: 14, atMs: 30 } },
    ];
    const { summary } = parse(replay(trace, ['--lockstep', '--json']));
    assert.equal(summary.keystrokes, 6);
    const outside = replay([...trace, { move: { offset: 15, atMs: 40 } }], ['--lockstep', '--json']);
    assert.match(outside.stdout + outside.stderr, /offset 15 lies outside the text, which has 14/);
  });

  it('prints a table without --json', () => {
    const { status, stdout } = replay(typing('let tax █', '='), ['--lockstep']);
    assert.equal(status, 0);
    assert.match(stdout, /250 type {5}model \(cold\).* " 0.19;"\n/);
    assert.match(stdout, /\nkeystrokes +1\n/);
  });
});

describe('hearth replay on the virtual clock', () => {
  it('answers keys that follow the suggestion without a model call', () => {
    const { lines, summary } = parse(replay(typing('let tax █', '= 0.1', 1000), ['--json']));
    assert.deepEqual(
      lines.map(({ shown, source }) => [shown, source]),
      [
        [null, 'none'],
        [' 0.19;', 'model'],
        ['0.19;', 'cache'],
        ['.19;', 'cache'],
        ['19;', 'cache'],
        ['9;', 'cache'],
      ],
    );
    assert.equal(summary.following, 4);
    assert.equal(summary.noModel, 1);
    assert.equal(summary.keystrokes, 5);
  });

  it('is the same twice, the speeds given', () => {
    const args = ['--json', '--prompt-speed', '400', '--decode-speed', '20'];
    const trace = [...typing(code, 'let sum = 0;', 180), { move: { offset: 3, atMs: 4000 } }];
    const first = replay(trace, args, starterPath);
    assert.equal(first.status, 0, first.stderr);
    assert.equal(first.stdout, replay(trace, args, starterPath).stdout);
  });

  it('counts what was evaluated of a cancelled prompt, to the slice, as wasted', () => {
    const trace = [
      ...typing(`${'let a = 1;\n'.repeat(30)}█`, 'z', 700),
      // One slice takes 1.28 s at 100 tokens a second; nobody waits any more before the second begins.
      { move: { offset: 0, atMs: 1000 } },
      { move: { offset: 3, atMs: 9000 } },
    ];
    const { lines, summary } = parse(replay(trace, ['--json', '--prompt-speed', '100']));
    assert.equal(lines[1]?.reason, 'superseded');
    assert.deepEqual(summary.cancelled, { evaluated: 128, generated: 0 });
    assert.deepEqual(summary.wasted, { evaluated: 128, generated: 0 });
  });

  it('shows nothing after a move, and takes an accepted suggestion over', () => {
    const trace = [
      ...typing('let tax █', '=', 1000),
      { accept: { atMs: 2000 } },
      { open: { path: 'src/price.ts', text: 'let tax = 0.19;\n' } },
      { move: { offset: 0, atMs: 3000 } },
      { type: { offset: 16, text: 'a', atMs: 4000 } },
    ];
    const { lines } = parse(replay(trace, ['--json']));
    assert.deepEqual(
      lines.map(({ event, shown, reason }) => [event, shown, reason === 'accepted']),
      [
        ['open', null, false],
        ['type', ' 0.19;', false],
        ['accept', null, true],
        ['open', null, false],
        ['move', null, false],
        ['type', null, false],
      ],
    );
  });

  it('counts no key as along a suggestion whose rest the editor has put there by itself', () => {
    const trace = [
      { open: { path: 'a.ts', text: 'let tax ' } },
      { type: { offset: 8, text: '=', atMs: 1000 } },
      { type: { offset: 9, text: ' 0.19', closer: ';', atMs: 2000 } },
    ];
    const { lines, summary } = parse(replay(trace, ['--json']));
    assert.deepEqual([lines[1]?.shown, summary.following, summary.noModel], [' 0.19;', 0, null]);
  });

  it('runs by the wall’s clock too', () => {
    const { lines } = parse(replay(typing('let tax █', '=', 1), ['--json', '--realtime']));
    assert.deepEqual([lines[1]?.shown, lines[1]?.source], [' 0.19;', 'model']);
  });

  it('says by the wall’s clock that nobody counted what cancelled calls came to', () => {
    const trace = [...typing('let tax █', '=', 1), { move: { offset: 0, atMs: 2 } }];
    const { summary } = parse(replay(trace, ['--json', '--realtime']));
    assert.equal(summary.cancelled, null);
    assert.match(replay(trace, ['--realtime']).stdout, /\ntokens of cancelled calls +not counted\n/);
  });
});

describe('hearth replay, asked wrongly,', () => {
  const open = '{"open":{"path":"a.ts","text":"let a"}}\n';
  const rows: [name: string, trace: string, args: string[], says: RegExp][] = [
    ['with an empty trace', '', [], /no event/],
    ['with a line that is no JSON', `${open}nonsense`, [], /Line 2 of the trace: it is not JSON/],
    ['with an unknown event', `${open}{"fly":{}}`, [], /Line 2 .*one of the keys/],
    ['with an offset outside', `${open}{"move":{"offset":9,"atMs":0}}`, [], /offset 9 lies outside/],
    ['with an accept of nothing', `${open}{"accept":{"atMs":0}}`, [], /no suggestion to accept/],
    ['with two modes', open, ['--lockstep', '--realtime'], /either --lockstep or --realtime/],
    ['with a speed of nothing', open, ['--decode-speed', '0'], /--decode-speed takes a whole number from 1/],
    ['with another text', open, ['--text', 'a.ts'], /no --text/],
    ['with two traces', open, ['another'], /one trace, not 2/],
  ];
  for (const [name, trace, args, says] of rows) {
    it(`${name} says so in one sentence`, () => {
      const run = replay(trace, args);
      assert.deepEqual({ status: run.status, stdout: run.stdout }, { status: 2, stdout: '' });
      assert.match(run.stderr, says);
      assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    });
  }

  it('for a trace that is not there says so', () => {
    const run = spawnSync(process.execPath, [path.join(repository, 'dist/cli.mjs'), 'replay', 'gone.jsonl'], {
      encoding: 'utf8',
    });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /gone\.jsonl can't be read: there is no such file/);
  });
});
