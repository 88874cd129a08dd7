import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder } from '../support/engine.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');
const model = path.join(folder, 'model.gguf');
const command = [path.join(repository, 'dist/cli.mjs'), 'refactor'];
const env = { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') };

const price = `import { rate } from './rate.ts';

export function withTax(price: number): number {
  const tax = price * rate;
  return price + tax;
}

export class Cart {
  total(): number {
    return 0;
  }
}
`;
const good = 'export function withTax(price: number): number {\n  return price * (1 + rate);\n}';
const fenced = `Here it is:\n\n\`\`\`ts\n${good}\n\`\`\`\n`;
const changed = price.replace(/export function[^]*?\n\}/, good);

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}
interface Report {
  edits: { path: string; start: number; end: number; text: string }[];
  diff: string;
  checks: { name: string; ok: boolean; detail: string }[];
  accepted: boolean;
  reason: string;
  message: string | null;
  target: { definition: string | null; start: { line: number }; end: { line: number } } | null;
  names: string[];
  written: string[];
  model: string | null;
  notes: string[];
  rounds: number;
  answer: string | null;
  error?: { code: string; message: string };
}

function refactor(args: string[], input = ''): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    ...{ encoding: 'utf8', cwd: workspace, input, env },
  });
  return { status, stdout, stderr };
}

const report = ({ stdout }: Run): Report => JSON.parse(stdout) as Report;
const read = (file: string): string => readFileSync(path.join(workspace, file), 'utf8');
function write(file: string, text: string | Buffer): void {
  mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
  writeFileSync(path.join(workspace, file), text);
}
/** Feeds an answer for a place of `src/price.ts`; gives the report. */
const feed = (
  kind: string,
  place: string,
  answer: string,
  ...more: string[]
): Report & { status: number | null } => {
  const run = refactor([kind, `src/price.ts:${place}`, '--answer', '-', '--json', ...more], answer);
  return { ...report(run), status: run.status };
};

before(async () => {
  const answers = [`${good}\n\`\`\`\nShorter.`];
  await writeChatModel(model, { answers, says: {}, name: 'Refactorer' });
});
beforeEach(() => {
  rmSync(workspace, { recursive: true, force: true });
  write('src/price.ts', price);
  write('src/rate.ts', 'export const rate = 0.19;\n');
});

describe('hearth refactor --answer', () => {
  it('shows an accepted change as a diff, and leaves the file alone', () => {
    const run = refactor(['simplify', 'src/price.ts:5:3', '--answer', '-'], fenced);
    assert.deepEqual([run.status, run.stderr], [0, '']);
    assert.match(run.stdout, /^--- a\/src\/price\.ts\n\+\+\+ b\/src\/price\.ts\n@@/);
    assert.match(run.stdout, /\n-\s+const tax = price \* rate;\n/);
    assert.equal(read('src/price.ts'), price);
  });

  it('gives edits, diff, checks and a reason with --json, without an engine', () => {
    const {
      edits,
      diff,
      checks,
      accepted,
      reason,
      message,
      target,
      model: by,
      status,
    } = feed('simplify', '5:3', fenced);
    assert.deepEqual([status, accepted, reason, message, by], [0, true, 'accepted', null, null]);
    assert.equal(target?.definition, 'withTax');
    assert.ok(diff !== '' && checks.length > 0);
    for (const { ok, detail } of checks) assert.ok(ok && detail.endsWith('.'));
    let text = price;
    for (const { start, end, text: now } of edits.toReversed())
      text = text.slice(0, start) + now + text.slice(end);
    assert.equal(text, changed);
  });

  it('refuses what fails its checks, with the reason and exit code 1', () => {
    const broken = feed('simplify', '5:3', 'export function withTax(price: number {\n  return price;\n}');
    assert.deepEqual([broken.status, broken.accepted, broken.reason], [1, false, 'check']);
    assert.match(broken.message ?? '', /syntax error/);
    const run = refactor(['simplify', 'src/price.ts:5:3', '--answer', '-', '--write'], '```ts\nlet a;\n```');
    assert.deepEqual([run.status, run.stdout], [1, '']);
    assert.match(run.stderr, /loses withTax/);
    assert.equal(read('src/price.ts'), price);
  });

  it('always has a reason', () => {
    const answers: readonly (readonly [string, string])[] = [
      ['', 'no-code'],
      ['I would not change anything here.', 'check'],
      ['```ts\nexport function withTax(', 'unfinished'],
      [`src/none.ts\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n`, 'wrong-file'],
      [`<<<<<<< SEARCH\n  nothing like this;\n=======\nb\n>>>>>>> REPLACE\n`, 'no-match'],
      [price.slice(price.indexOf('export function'), price.indexOf('export class')), 'no-change'],
    ];
    for (const [answer, expected] of answers) {
      const { accepted, reason, message, status } = feed('simplify', '5:3', answer);
      assert.deepEqual([accepted, status], [false, 1], answer);
      assert.ok(message !== null && message.endsWith('.'), `${answer}: ${message}`);
      assert.equal(reason, expected, `${answer}: ${message}`);
    }
  });

  it('takes a selection, whose lines become whole', () => {
    const { accepted, edits } = feed(
      'rewrite',
      '4:8-4:11',
      '  const tax = rate * price;',
      '--instruction',
      'swap',
    );
    assert.equal(accepted, true);
    assert.deepEqual(
      edits.map(({ text }) => text),
      ['  const tax = rate * price;\n'],
    );
  });

  it('says where there is nothing to act on', () => {
    for (const [place, expected] of [
      ['13:0', /nothing at the end of the file|No definition stands here/],
      ['7:0', /No definition stands here/],
    ] as const) {
      const { reason, message, status, target } = feed('simplify', place, fenced);
      assert.deepEqual([status, reason, target], [1, 'no-target', null]);
      assert.match(message ?? '', expected);
    }
    write('a.cbl', 'MOVE A TO B.\n');
    const run = refactor(['simplify', 'a.cbl:1:3', '--answer', '-', '--json'], 'MOVE B TO A.');
    assert.match(report(run).message ?? '', /no grammar for cbl/);
    const selected = refactor(['simplify', 'a.cbl:1:0-1:12', '--answer', '-', '--json'], 'MOVE B TO A.');
    assert.equal(report(selected).accepted, true);
  });

  it('takes two definitions whole where a selection reaches into both', () => {
    const both = price.slice(price.indexOf('export')).replace('return 0', 'return 1');
    const { accepted, target } = feed('rewrite', '5:2-9:5', both, '--instruction', 'return 1');
    assert.equal(accepted, true);
    assert.deepEqual([target?.start.line, target?.end.line], [3, 12]);
  });

  it('refuses a place with a merge conflict', () => {
    write(
      'src/price.ts',
      price.replace('  return price + tax;', '<<<<<<< HEAD\n  return 1;\n=======\n  return 2;\n>>>>>>> b'),
    );
    const { reason, message } = feed('simplify', '4:3-10:1', fenced);
    assert.equal(reason, 'conflict');
    assert.match(message ?? '', /merge conflict in line/);
  });

  it('makes the test file of a file, where the project would have it', () => {
    const test = "import { withTax } from './price.ts';\n\nexport const ok = withTax(1) === 1.19;";
    const run = refactor(
      ['tests', 'src/price.ts:5:3', '--answer', '-', '--write', '--json'],
      `\`src/price.test.ts\`\n\`\`\`ts\n${test}\n\`\`\``,
    );
    assert.deepEqual(report(run).written, ['src/price.test.ts']);
    assert.equal(read('src/price.test.ts'), `${test}\n`);
  });

  it('puts tests where the test runner of the project runs them', () => {
    write('package.json', '{ "scripts": { "test": "vitest" } }');
    write('vitest.config.ts', "export default { test: { include: ['checks/**/*.ts'] } };\n");
    const answer = (file: string): string => `\`${file}\`\n\`\`\`ts\nexport const ok = 1;\n\`\`\``;
    const wrong = feed('tests', '5:3', answer('src/price.test.ts'), '--write');
    assert.deepEqual([wrong.status, wrong.reason, wrong.written], [1, 'check', []]);
    assert.equal(
      wrong.message,
      'vitest does not run src/price.test.ts: it fits none of `checks/**/*.ts` (test.include in vitest.config.ts). Put the tests into checks/price.test.ts.',
    );
    const right = feed('tests', '5:3', answer('checks/price.test.ts'), '--write');
    assert.deepEqual(right.written, ['checks/price.test.ts']);
    assert.equal(right.checks.find(({ name }) => name === 'tests')?.ok, true);
  });

  it('uses a refactor of the project', () => {
    write('.hearth/refactors/log.md', '---\ntitle: Log\n---\nLog each call.\n');
    assert.equal(feed('log', '5:3', fenced).accepted, true);
    write('.hearth/refactors/bad.md', 'Log each call.\n');
    const bad = feed('bad', '5:3', fenced);
    assert.deepEqual([bad.status, bad.error?.code], [2, 'bad-refactor']);
    assert.match(bad.error?.message ?? '', /front matter/);
    const none = feed('polish', '5:3', fenced);
    assert.match(
      none.error?.message ?? '',
      /There is no refactor "polish"; there are: rewrite, .*, bad, log\./,
    );
  });
});

describe('hearth refactor --write', () => {
  it('writes an accepted change with the line ends, encoding and end of the file', () => {
    for (const text of [price.replaceAll('\n', '\r\n'), `\uFEFF${price}`, price.trimEnd()]) {
      write('src/price.ts', text);
      const { accepted, written } = feed('simplify', '5:3', fenced, '--write');
      assert.deepEqual([accepted, written], [true, ['src/price.ts']]);
      const lineEnd = text.includes('\r') ? '\r\n' : '\n';
      const expected = text.replace(/export function[^]*?\n\}/, good.replaceAll('\n', lineEnd));
      assert.equal(read('src/price.ts'), expected);
    }
    const wide = Buffer.from(`\uFEFF${price}`, 'utf16le');
    write('src/price.ts', wide);
    assert.equal(feed('simplify', '5:3', fenced, '--write').accepted, true);
    assert.equal(readFileSync(path.join(workspace, 'src/price.ts')).toString('utf16le'), `\uFEFF${changed}`);
  });

  it('refuses a read-only file, and one that is not what --text says', () => {
    chmodSync(path.join(workspace, 'src/price.ts'), 0o444);
    const fixed = feed('simplify', '5:3', fenced, '--write');
    assert.deepEqual([fixed.status, fixed.error?.code], [2, 'read-only']);
    chmodSync(path.join(workspace, 'src/price.ts'), 0o644);
    const newer = path.join(folder, 'newer.ts');
    writeFileSync(newer, `// newer\n${price}`);
    const other = feed('simplify', '6:3', fenced, '--write', '--text', newer);
    assert.deepEqual([other.status, other.error?.code], [2, 'changed']);
    assert.equal(read('src/price.ts'), price);
    assert.equal(feed('simplify', '6:3', fenced, '--text', newer).accepted, true);
    rmSync(path.join(workspace, 'src/price.ts'));
    const gone = feed('simplify', '6:3', fenced, '--write', '--text', newer);
    assert.deepEqual([gone.status, gone.error?.code], [2, 'missing']);
    assert.equal(existsSync(path.join(workspace, 'src/price.ts')), false);
  });

  it('writes all files of a change, and none that it may not', () => {
    const both = [
      "src/price.ts\n<<<<<<< SEARCH\nimport { rate } from './rate.ts';\n=======\nimport { taxRate } from './rate.ts';\n>>>>>>> REPLACE",
      'src/price.ts\n<<<<<<< SEARCH\n  const tax = price * rate;\n=======\n  const tax = price * taxRate;\n>>>>>>> REPLACE',
      'src/rate.ts\n<<<<<<< SEARCH\nexport const rate = 0.19;\n=======\nexport const taxRate = 0.19;\n>>>>>>> REPLACE',
    ].join('\n\n');
    const args = ['--instruction', 'call rate taxRate', '--write'] as const;
    assert.deepEqual(feed('convert', '5:3', both, ...args).written.toSorted(), [
      'src/price.ts',
      'src/rate.ts',
    ]);
    assert.equal(read('src/rate.ts'), 'export const taxRate = 0.19;\n');
    write('.env', 'KEY=1\n');
    const secret = feed(
      'convert',
      '5:3',
      '.env\n<<<<<<< SEARCH\nKEY=1\n=======\nKEY=2\n>>>>>>> REPLACE\n',
      ...args,
    );
    assert.equal(secret.accepted, false);
    const outside = feed(
      'convert',
      '5:3',
      '../x.ts\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n',
      ...args,
    );
    assert.equal(outside.reason, 'wrong-file');
    assert.equal(read('.env'), 'KEY=1\n');
  });
});

describe('hearth refactor', () => {
  it('asks the model, and says what it cost', () => {
    const run = refactor(['simplify', 'src/price.ts:5:3', '--model', model, '--json', '--write']);
    const { accepted, model: by, rounds, answer, written } = report(run);
    assert.deepEqual(
      [run.status, accepted, by, rounds, written],
      [0, true, 'Refactorer', 1, ['src/price.ts']],
    );
    assert.equal(answer, `\`\`\`ts\n${good}\n\`\`\`\n`);
    assert.equal(read('src/price.ts'), changed);
  });

  it('asks the model in the place of an endpoint that is not there, and says so', () => {
    const file = path.join(folder, 'endpoints.json');
    writeFileSync(file, '[{ "name": "Nobody", "address": "http://127.0.0.1:1", "roles": ["refactor"] }]');
    const run = refactor(['simplify', 'src/price.ts:5:3', '--model', model, '--json', '--endpoints', file]);
    const { accepted, model: by, notes } = report(run);
    assert.deepEqual([run.status, accepted, by], [0, true, 'Refactorer']);
    assert.match(notes[0] ?? '', /^Nobody can't be reached.* So the local model was asked\.$/);
  });

  it('has a reason without a model that chats', () => {
    const run = refactor(['simplify', 'src/price.ts:5:3', '--json']);
    assert.deepEqual([run.status, report(run).reason], [1, 'no-chat-model']);
    assert.match(report(run).message ?? '', /--model PATH/);
  });

  it('answers a batch line by line', () => {
    const lines = [
      { kind: 'simplify', position: 'src/price.ts:5:3', answer: fenced },
      { kind: 'simplify', position: 'src/price.ts:99:3', answer: fenced },
      {
        kind: 'fix',
        position: 'src/price.ts:2:3',
        text: `\n${good}\n`,
        answer: good.replace('1 + rate', 'rate + 1'),
      },
      { nonsense: true },
    ];
    const run = refactor(['--batch', '-'], lines.map((line) => JSON.stringify(line)).join('\n'));
    const reports = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Report);
    assert.deepEqual(
      reports.map(({ accepted, error }) => error?.code ?? accepted),
      [true, 'bad-position', true, 'bad-request'],
    );
    assert.equal(run.status, 0);
  });

  it('refuses bad usage and bad input with a sentence and exit code 2', () => {
    write('bin.ts', Buffer.from([0xff, 0x00, 0x61]));
    write('.env', 'KEY=1\n');
    const bad: readonly (readonly [string[], string])[] = [
      [[], 'usage'],
      [['simplify'], 'usage'],
      [['simplify', 'src/price.ts:1:0', 'more'], 'usage'],
      [['simplify', 'src/price.ts'], 'bad-position'],
      [['simplify', 'src/price.ts:5:99'], 'bad-position'],
      [['simplify', 'src/price.ts:5:3-4:999'], 'bad-position'],
      [['simplify', 'src/price.ts:5:3-99:0'], 'bad-position'],
      [['simplify', 'src/none.ts:1:0'], 'unreadable'],
      [['simplify', 'bin.ts:1:0'], 'unreadable'],
      [['simplify', '.env:1:0'], 'secret'],
      [['rewrite', 'src/price.ts:5:3'], 'usage'],
      [['simplify', 'src/price.ts:5:3', '--answer', 'none.txt'], 'unreadable'],
      [['simplify', 'src/price.ts:5:3', '--answer', '-', '--text', '-'], 'usage'],
      [['simplify', 'src/price.ts:5:3', '--batch', '-'], 'usage'],
      [['--batch', '-', '--answer', '-'], 'usage'],
      [['simplify', 'src/price.ts:5:3', '--max-tokens', '0'], 'usage'],
      [['simplify', 'src/price.ts:5:3', '--model', 'none.gguf'], 'model-missing'],
    ];
    for (const [args, code] of bad) {
      const run = refactor([...args, '--json']);
      const { error } = report(run);
      assert.deepEqual([run.status, error?.code], [2, code], `${args.join(' ')}: ${run.stdout}`);
      assert.match(error?.message ?? '', /[.)]$/);
    }
  });
});
