import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { repository, temporaryFolder } from '../support/engine.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

interface Piece {
  kind: string;
  path: string;
  startLine: number;
  endLine: number;
  tokens: number;
  score: number;
  why: string;
  text: string;
}
interface Answer {
  tokens: number;
  estimated: boolean;
  chars: number;
  text: string;
  segments: Piece[];
  ms: number;
}

function hearth(args: string[], { input = '', state = 'state' } = {}): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(repository, 'dist/cli.mjs'), 'context', ...args],
    {
      encoding: 'utf8',
      cwd: workspace,
      input,
      env: { ...process.env, HEARTH_STATE_DIR: path.join(folder, state) },
    },
  );
  return { status, stdout, stderr };
}

/** Runs without a model. */
const estimated = (args: string[], options: { input?: string; state?: string } = {}): Run =>
  hearth([...args, '--tokenizer', 'chars'], options);

const answer = (run: Run): Answer => JSON.parse(run.stdout) as Answer;
const answers = (run: Run): (Answer & { error?: { code: string; message: string } })[] =>
  run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer & { error?: { code: string; message: string } });

const position = 'src/checkout.ts:4:2';

before(() => {
  const files = {
    'src/cart.ts':
      'export interface Item {\n  price: number;\n}\n\nexport class Cart {\n  add(item: Item): void {}\n  total(): number {\n    return 1;\n  }\n}\n',
    'src/checkout.ts':
      "import { Cart } from './cart';\n\nexport function checkout(cart: Cart): number {\n  \n}\n",
    'src/secret.ts': 'export function canaryIgnored(cart: number): void {}\n',
    'src/many.ts': Array.from(
      { length: 150 },
      (_, at) => `export function cart${at}(first: number, second: string): void {}\n`,
    ).join(''),
    '.gitignore': 'secret.ts\n',
    '.env': 'CART=canarySecret\n',
    'empty/a.py': '\n',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), text);
  }
  mkdirSync(path.join(folder, 'bare'));
  writeFileSync(path.join(folder, 'bare/a.ts'), 'let a;\n');
  writeFileSync(path.join(folder, 'outside.ts'), 'let a;\n');
});

describe('hearth context', () => {
  it('prints the text alone, and exits with 0', () => {
    const run = estimated([position, '--budget', '60']);
    assert.deepEqual({ status: run.status, stderr: run.stderr }, { status: 0, stderr: '' });
    assert.match(run.stdout, /^src\/.*\nclass Cart\n {2}add\(item: Item\): void\n/s);
    assert.equal(run.stdout.includes('canary'), false);
  });

  it('prints JSON of exactly one shape', () => {
    const run = estimated([position, '--json']);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout.trim().split('\n').length, 1);
    const found = answer(run);
    assert.deepEqual(Object.keys(found), ['tokens', 'estimated', 'chars', 'text', 'segments', 'ms']);
    assert.equal(found.estimated, true);
    assert.equal(found.chars, found.text.length);
    assert.equal(found.tokens, Math.ceil(found.text.length / 3.6));
    for (const piece of found.segments) {
      assert.deepEqual(Object.keys(piece), [
        'kind',
        'path',
        'startLine',
        'endLine',
        'tokens',
        'score',
        'why',
        'text',
      ]);
      assert.ok(piece.startLine >= 1 && piece.endLine >= piece.startLine);
      assert.ok(piece.score > 0 && piece.score <= 1 && piece.why !== '');
      assert.equal(piece.path.startsWith('/'), false);
    }
    const cart = found.segments.find(({ text }) => text === 'class Cart');
    assert.deepEqual(
      [cart?.kind, cart?.path, cart?.startLine, cart?.endLine],
      ['signatures', 'src/cart.ts', 5, 10],
    );
    assert.ok(typeof found.ms === 'number' && found.ms >= 0);
  });

  it('keeps every budget', () => {
    for (const budget of [0, 1, 7, 64, 256, 1000, 4096]) {
      const run = estimated([position, '--json', '--budget', `${budget}`]);
      const { tokens, chars, segments } = answer(run);
      assert.ok(tokens <= budget && chars <= 3.6 * budget, `${tokens} tokens, ${chars} units for ${budget}`);
      assert.equal(run.status, segments.length > 0 ? 0 : 1);
    }
    assert.ok(answer(estimated([position, '--json'])).tokens > 256);
  });

  it('keeps it by the model’s tokenizer too, and then estimates nothing', () => {
    const lines = [48, 256, 1024].map((budget) => JSON.stringify({ position, budget }));
    const run = hearth(['--batch', '-', '--json'], { input: lines.join('\n') });
    assert.equal(run.status, 0, run.stderr);
    const budgets = answers(run).map(({ estimated: isEstimated, tokens }) => [isEstimated, tokens] as const);
    assert.deepEqual(
      budgets.map(([isEstimated]) => isEstimated),
      [false, false, false],
    );
    budgets.forEach(([, tokens], at) => {
      const budget = [48, 256, 1024][at] ?? 0;
      assert.ok(tokens <= budget && tokens > budget / 2, `${tokens} of ${budget}`);
    });
  });

  it('takes the current text in the place of the file’s', () => {
    const input = "import { Cart } from './cart';\n\nlib.cart149(█".replace('█', '');
    const args = ['src/checkout.ts:3:12', '--json', '--budget', '200'];
    const shadowed = answer(estimated([...args, '--text', '-'], { input }));
    assert.match(shadowed.text, /cart149\(first/);
    writeFileSync(path.join(folder, 'text'), input);
    const fromFile = answer(estimated([...args, '--text', path.join(folder, 'text')]));
    assert.deepEqual({ ...fromFile, ms: 0 }, { ...shadowed, ms: 0 });
    const fresh = estimated(['src/new.ts:1:5', '--json', '--text', '-'], { input: 'Cart(' });
    assert.equal(fresh.status, 0, fresh.stdout);
    assert.match(answer(fresh).text, /class Cart/);
  });

  it('has nothing of the file’s own text on the disk that the current text lacks', () => {
    writeFileSync(
      path.join(workspace, 'src/held.ts'),
      'export function heldOutLine(cart: number): void {}\n',
    );
    const run = estimated(['src/held.ts:1:3', '--json', '--text', '-'], { input: 'hel\n' });
    assert.equal(run.stdout.includes('heldOutLine'), false);
    const input = [
      { position: 'src/held.ts:1:3', text: 'hel\n' },
      { position: 'src/other.ts:1:11', text: 'heldOutLine\n' },
    ].map((line) => JSON.stringify(line));
    const [first, second] = answers(estimated(['--batch', '-'], { input: input.join('\n') }));
    assert.equal(JSON.stringify(first).includes('heldOutLine'), false);
    // The text of a request is forgotten behind it.
    assert.match(second?.text ?? '', /heldOutLine\(cart: number\)/);
  });

  it('says the same twice, with a snapshot and without', () => {
    const runs = ['fresh', 'fresh', 'other'].map((state) =>
      answer(estimated([position, '--json'], { state })),
    );
    assert.equal(new Set(runs.map((one) => JSON.stringify({ ...one, ms: 0 }))).size, 1);
    assert.equal(readdirSync(path.join(folder, 'fresh/index')).length, 1);
    assert.equal(answer(estimated([position, '--json', '--seed', '3'])).text, runs[0]?.text);
  });

  it('works where no snapshot can be kept, and says so in one sentence', () => {
    writeFileSync(path.join(folder, 'taken'), '');
    const run = estimated([position, '--json'], { state: 'taken' });
    assert.equal(run.status, 0);
    assert.ok(answer(run).segments.length > 0);
    assert.match(run.stderr, /^.*The index can't be saved in .*\.\n$/);
  });

  it('exits with 1 when there is nothing', () => {
    const args = ['a.ts:1:3', '--workspace', path.join(folder, 'bare')];
    const run = estimated(args);
    assert.deepEqual([run.status, run.stdout], [1, '']);
    assert.match(run.stderr, /gives nothing for this position/);
    const withJson = estimated([...args, '--json']);
    assert.equal(withJson.status, 1);
    assert.deepEqual(
      { ...answer(withJson), ms: 0 },
      { tokens: 0, estimated: true, chars: 0, text: '', segments: [], ms: 0 },
    );
  });

  it('answers a batch line by line, in order, errors on their own line', () => {
    const lines = [
      JSON.stringify({ position, budget: 20 }),
      JSON.stringify({ position: 'src/checkout.ts:99:0' }),
      'nonsense',
      JSON.stringify({ position, budget: 0 }),
      JSON.stringify({ position: '../outside.ts:1:0' }),
      JSON.stringify({ position: '.env:1:0' }),
      JSON.stringify({ position, budget: -1 }),
      JSON.stringify({ position, colour: 'red' }),
      '',
      JSON.stringify({ position: 'src/checkout.ts:1:1', text: 'Cart', budget: 200 }),
    ];
    const run = estimated(['--batch', '-'], { input: lines.join('\n') });
    assert.equal(run.status, 0, run.stderr);
    const brief = answers(run).map(({ error, segments }) => error?.code ?? segments.length > 0);
    assert.deepEqual(brief, [
      true,
      'bad-position',
      'bad-request',
      false,
      'outside',
      'secret',
      'bad-request',
      'bad-request',
      true,
    ]);
    const [first] = answers(run);
    assert.ok((first?.tokens ?? 99) <= 20);
    const file = path.join(folder, 'batch.jsonl');
    writeFileSync(file, `${lines[0]}\r\n`);
    assert.deepEqual({ ...answers(estimated(['--batch', file]))[0], ms: 0 }, { ...first, ms: 0 });
  });
});

describe('hearth context, asked wrongly,', () => {
  const rows: [name: string, args: string[], code: string, says: RegExp][] = [
    ['without a position', [], 'usage', /one position FILE:LINE:COL/],
    ['with two positions', [position, position], 'usage', /one position/],
    ['with a position that is none', ['src/checkout.ts'], 'bad-position', /is not FILE:LINE:COL/],
    ['with a line beyond the end', ['src/checkout.ts:50:0'], 'bad-position', /it has 6 lines only/],
    ['with a column beyond the end', ['src/checkout.ts:4:3'], 'bad-position', /2 columns only/],
    ['for a file that is not there', ['gone.ts:1:0'], 'unreadable', /there is no such file/],
    [
      'for a file outside of the workspace',
      ['../outside.ts:1:0'],
      'outside',
      /lies outside of the workspace/,
    ],
    ['for a secret', ['.env:1:0'], 'secret', /passwords, keys or tokens/],
    ['with a budget that is none', [position, '--budget', 'much'], 'usage', /whole number.*"much"/],
    ['with a budget below zero', [position, '--budget=-5'], 'usage', /whole number.*"-5"/],
    ['with a broken budget', [position, '--budget', '1.5'], 'usage', /whole number.*"1\.5"/],
    ['with an unknown tokenizer', [position, '--tokenizer', 'words'], 'usage', /model or chars, not "words"/],
    ['with a batch and a position', [position, '--batch', '-'], 'usage', /either a position or --batch/],
    ['with a batch and a text', ['--batch', '-', '--text', '-'], 'usage', /leave out --text/],
    ['with a batch that is not there', ['--batch', 'none.jsonl'], 'unreadable', /no such file/],
    ['with an unknown option', [position, '--raw'], 'usage', /--raw/],
  ];
  for (const [name, args, code, says] of rows) {
    it(`${name} says so in one sentence and exits with 2`, () => {
      // Without a model, but where the tokenizer itself is asked for.
      const all = args.includes('--tokenizer') ? args : [...args, '--tokenizer', 'chars'];
      const plain = hearth(all);
      assert.equal(plain.status, 2);
      assert.equal(plain.stdout, '');
      assert.match(plain.stderr, says);
      assert.equal(plain.stderr.trim().split('\n').length, 1, plain.stderr);
      const { error } = JSON.parse(hearth([...all, '--json']).stdout) as {
        error: { code: string; message: string };
      };
      assert.equal(error.code, code);
      assert.match(error.message, says);
    });
  }

  it('with a model that is not there exits as the engine’s own failures do', () => {
    const run = hearth([position, '--model', 'no.gguf']);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /no such file/);
    assert.equal(estimated([position, '--model', 'no.gguf']).status, 0);
  });
});
