import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { repository, temporaryFolder } from '../support/engine.ts';
import { corrupt, scriptedModel } from '../support/gguf.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');
const scripted = path.join(folder, 'scripted.gguf');

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function hearth(
  args: string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(repository, 'dist/cli.mjs'), ...args],
    {
      encoding: 'utf8',
      cwd: options.cwd ?? workspace,
      input: options.input ?? '',
      env: { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state'), ...options.env },
    },
  );
  return { status, stdout, stderr };
}

const json = (run: Run): Record<string, unknown> => JSON.parse(run.stdout) as Record<string, unknown>;

before(async () => {
  mkdirSync(path.join(workspace, 'src'), { recursive: true });
  writeFileSync(
    path.join(workspace, 'src/price.ts'),
    'export function price() {\n  const tax =\n  return tax;\n}\n',
  );
  writeFileSync(path.join(workspace, 'src/windows.ts'), 'let a;\r\nlet tax =\r\nlet b;\r\n');
  writeFileSync(path.join(workspace, 'src/face.ts'), 'const face = "😀";\nlet tax =');
  await scriptedModel({ path: scripted, chains: [{ after: '=', pieces: [' 0.19', ';\n'] }] });
});

describe('hearth complete', () => {
  it('prints the text alone, and exits with 0', () => {
    assert.deepEqual(hearth(['complete', 'src/price.ts:2:13', '--model', scripted]), {
      status: 0,
      stdout: ' 0.19;\n',
      stderr: '',
    });
  });

  it('prints JSON with range, tokens, times and segments', () => {
    const run = hearth(['complete', 'src/price.ts:2:13', '--model', scripted, '--json']);
    assert.equal(run.status, 0);
    const { ms, tokens, segments, ...rest } = json(run);
    assert.deepEqual(rest, {
      text: ' 0.19;',
      range: { start: { line: 2, column: 13 }, end: { line: 2, column: 13 } },
      reason: 'shown',
      dropped: [],
    });
    assert.deepEqual(Object.keys(ms as object), ['context', 'prompt', 'firstToken', 'total']);
    const counts = tokens as Record<string, number>;
    assert.equal(counts.prompt, (counts.reused ?? 0) + (counts.evaluated ?? 0));
    assert.deepEqual(
      (segments as Record<string, unknown>[]).map(({ kind, path: file, startLine, endLine }) => [
        kind,
        file,
        startLine,
        endLine,
      ]),
      [
        ['signatures', 'src/', 0, 0],
        ['prefix', 'src/price.ts', 1, 2],
        ['suffix', 'src/price.ts', 2, 5],
      ],
    );
  });

  it('takes the current text from a file or standard input instead of the disk', () => {
    const args = ['complete', 'src/new.ts:1:9', '--model', scripted, '--json'];
    assert.equal(json(hearth([...args, '--text', '-'], { input: 'let tax =' })).text, ' 0.19;');
    writeFileSync(path.join(folder, 'text'), 'let tax =');
    assert.equal(json(hearth([...args, '--text', path.join(folder, 'text')])).text, ' 0.19;');
  });

  it('counts columns in UTF-16 units and keeps CRLF out of the range', () => {
    assert.equal(json(hearth(['complete', 'src/face.ts:2:9', '--model', scripted, '--json'])).text, ' 0.19;');
    const windows = json(hearth(['complete', 'src/windows.ts:2:9', '--model', scripted, '--json']));
    assert.equal(windows.text, ' 0.19;');
    const beyond = hearth(['complete', 'src/windows.ts:2:10', '--model', scripted, '--json']);
    assert.equal(beyond.status, 2);
    assert.match(beyond.stdout, /line 2 has 9 columns only/);
  });

  it('gives the model’s own text with --raw', () => {
    const run = hearth(['complete', 'src/price.ts:2:13', '--model', scripted, '--json', '--raw']);
    assert.equal(json(run).text, ' 0.19;\n');
  });

  it('exits with 1 and the reason when there is nothing to give', () => {
    const run = hearth(['complete', 'src/price.ts:3:2', '--model', scripted]);
    assert.deepEqual({ status: run.status, stdout: run.stdout }, { status: 1, stdout: '' });
    assert.match(run.stderr, /nothing to add/);
    const withJson = hearth(['complete', 'src/price.ts:3:2', '--model', scripted, '--json']);
    assert.equal(withJson.status, 1);
    assert.equal(json(withJson).reason, 'empty');
  });

  it('answers a batch line by line, in order, with one model', () => {
    const lines = [
      { position: 'src/price.ts:2:13' },
      { position: 'src/price.ts:99:0' },
      'nonsense',
      { position: 'a.ts:1:3', text: 'b =' },
      { position: 'a.ts:1:3', colour: 'red' },
    ];
    const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const run = hearth(['complete', '--batch', '-', '--model', scripted], { input });
    assert.equal(run.status, 0, run.stderr);
    const answers = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const brief = answers.map(({ text, error }) => text ?? (error as { code: string }).code);
    assert.deepEqual(brief, [' 0.19;', 'bad-position', 'bad-request', ' 0.19;', 'bad-request']);
  });

  it('finds evaluated what another process evaluated for the same file', () => {
    const lines = Array.from({ length: 60 }, (_, line) => `const price${line} = part(${line}, total);\n`);
    writeFileSync(path.join(workspace, 'src/long.ts'), `${lines.join('')}const rest = \n`);
    const env = { HEARTH_STATE_DIR: path.join(folder, 'warm') };
    const [first, second] = [1, 2].map(() =>
      json(hearth(['complete', 'src/long.ts:61:13', '--json'], { env })),
    );
    const tokens = [first, second].map((answer) => answer?.tokens as Record<string, number>);
    assert.equal(tokens[0]?.reused, 0);
    assert.ok((tokens[0].prompt ?? 0) >= 256, `${tokens[0].prompt}`);
    assert.equal(tokens[1]?.reused, (tokens[0].prompt ?? 0) - 1);
    assert.equal(second?.text, first?.text);
    const elsewhere = { HEARTH_STATE_DIR: path.join(folder, 'cold') };
    const cold = json(hearth(['complete', 'src/long.ts:61:13', '--json'], { env: elsewhere }));
    assert.equal((cold.tokens as Record<string, number>).reused, 0);
  });

  it('says the same twice', () => {
    const args = ['complete', 'src/price.ts:2:13', '--json', '--seed', '7'];
    assert.equal(json(hearth(args)).text, json(hearth(args)).text);
  });
});

describe('hearth complete, asked wrongly,', () => {
  const rows: [name: string, args: string[], status: number, says: RegExp][] = [
    ['without a position', ['complete'], 2, /one position FILE:LINE:COL/],
    ['with a position that is none', ['complete', 'src/price.ts'], 2, /is not FILE:LINE:COL/],
    ['with line 0', ['complete', 'src/price.ts:0:0'], 2, /lines from 1/],
    ['with a line beyond the end', ['complete', 'src/price.ts:50:0'], 2, /it has 5 lines only/],
    [
      'for a file that is not there',
      ['complete', 'gone.ts:1:0'],
      2,
      /gone\.ts can't be read: there is no such file/,
    ],
    ['for a folder', ['complete', 'src:1:0'], 2, /is a folder/],
    ['with an unknown option', ['complete', 'src/price.ts:1:0', '--colour'], 2, /--colour/],
    [
      'with a number that is none',
      ['complete', 'src/price.ts:1:0', '--max-tokens', 'many'],
      2,
      /whole number.*"many"/,
    ],
    [
      'with a model that is not there',
      ['complete', 'src/price.ts:2:13', '--model', 'no.gguf'],
      2,
      /no such file/,
    ],
    [
      'with no command',
      [],
      2,
      /No command was given; there are: complete, context, replay, chat, refactor, serve, import, doctor/,
    ],
    ['with an unknown command', ['fly'], 2, /no command "fly"/],
  ];
  for (const [name, args, status, says] of rows) {
    it(`${name} says so in one sentence`, () => {
      const plain = hearth(args);
      assert.equal(plain.status, status);
      assert.equal(plain.stdout, '');
      assert.match(plain.stderr, says);
      assert.equal(plain.stderr.trim().split('\n').length, 1, plain.stderr);
      const withJson = hearth([...args, '--json']);
      assert.equal(withJson.status, status);
      const { error } = json(withJson) as { error: { code: string; message: string } };
      assert.match(error.message, says);
      assert.match(error.code, /^[a-z-]+$/);
    });
  }

  it('does no work in a binary, a huge file and a huge line, and says why', () => {
    const cases: [string, string, string][] = [
      ['binary.ts', 'const a = "\0\u0001\u0002";\nlet tax =', 'binary'],
      ['huge.ts', `${'const a = 1;\n'.repeat(1_600_000)}let tax =`, 'too-large'],
      ['line.js', `let tax = "${'x'.repeat(2_000_000)}" =`, 'line-too-long'],
    ];
    for (const [name, text, reason] of cases) {
      writeFileSync(path.join(workspace, name), text);
      const lines = text.split('\n');
      const position = `${name}:${lines.length}:${lines.at(-1)?.length}`;
      const run = hearth(['complete', position, '--model', scripted, '--json']);
      assert.equal(run.status, 1);
      assert.deepEqual(
        { reason: json(run).reason, tokens: json(run).tokens },
        { reason, tokens: { prompt: 0, reused: 0, evaluated: 0, generated: 0 } },
      );
    }
  });
});

describe('hearth doctor', () => {
  it('reports engine, backend, model, memory and versions', () => {
    const run = hearth(['doctor', '--json']);
    assert.equal(run.status, 0, run.stdout);
    const report = json(run) as {
      ok: boolean;
      checks: { name: string; ok: boolean }[];
      [key: string]: unknown;
    };
    assert.equal(report.ok, true);
    assert.equal(report.node, process.versions.node);
    assert.ok(['cpu', 'cuda', 'vulkan', 'metal'].includes(report.backend as string));
    assert.ok((report.memory as { total: number }).total > 0);
    assert.equal((report.model as { name: string }).name, 'hearth-starter');
    assert.deepEqual(
      report.checks.map(({ name }) => name),
      ['engine', 'model', 'fill-in-the-middle', 'completion', 'storage'],
    );
  });

  it('exits with 1 and one sentence when the model is broken', async () => {
    const bad = await corrupt.notGguf(path.join(folder, 'bad.gguf'));
    const run = hearth(['doctor', '--model', bad]);
    assert.equal(run.status, 1);
    assert.match(run.stdout, /FAIL model: The model .*bad\.gguf can't be used\. It is not a GGUF file/);
  });

  it('exits with 1 when nothing can be remembered', () => {
    const run = hearth(['doctor'], { env: { HEARTH_STATE_DIR: path.join(workspace, 'src/price.ts/below') } });
    assert.equal(run.status, 1);
    assert.match(run.stdout, /FAIL storage: .*can't be written/);
  });
});

describe('hearth', () => {
  it('is the package’s bin, and says its version and its usage', () => {
    const version = spawnSync('npx', ['--no-install', 'hearth', '--version'], {
      cwd: repository,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    const help = hearth(['help']);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /complete FILE:LINE:COL/);
    for (const args of [['serve', '--help'], ['complete', '-h'], ['--help']]) {
      const same = hearth(args);
      assert.deepEqual([same.status, same.stdout, same.stderr], [0, help.stdout, ''], args.join(' '));
    }
  });
});
