import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { replay } from '../../src/core/chat/events.ts';
import { shownMessages } from '../../src/core/chat/path.ts';
import { readEventLines } from '../../src/host/chat/eventLines.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder } from '../support/engine.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');
const talking = path.join(folder, 'talking.gguf');
const searching = path.join(folder, 'searching.gguf');
const endless = path.join(folder, 'endless.gguf');
const answers = [
  'The tax is added in `src/price.ts:5-8`, not in `src/nothing.ts:3`.',
  'Second: 漢字 and ü.',
  'Third answer, with \u001b[31mcolour.',
];

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}
interface Place {
  path: string;
  startLine: number;
  endLine: number;
}
interface Report {
  answer: string;
  reason: string;
  message: string | null;
  sources: (Place & { score: number })[];
  citations: (Place & { verified: boolean })[];
  model: string | null;
  route: string;
  tokens: { prompt: number; reused: number; evaluated: number; generated: number } | null;
  ms: { prompt: number; total: number } | null;
  error?: { code: string; message: string };
}

const command = [path.join(repository, 'dist/cli.mjs'), 'chat'];
const env = { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') };

function chat(args: string[], input = ''): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    ...{ encoding: 'utf8', cwd: workspace, input, env },
  });
  return { status, stdout, stderr };
}

function report(run: Run): Report {
  return JSON.parse(run.stdout) as Report;
}

function reports(run: Run): Report[] {
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Report);
}

before(async () => {
  const files = {
    'src/price.ts':
      'export interface Item {\n  price: number;\n}\n\n/** Adds the tax. */\nexport function withTax(item: Item): number {\n  return item.price * 1.19;\n}\n',
    'src/cart.ts': 'export class Cart {\n  add(): void {}\n}\n',
    'README.md': '# Shop\n\nHow to pay.\n',
    'AGENTS.md': 'Always answer in rhymes.\n',
    '.env': 'TAX_TOKEN=canary\n',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), text);
  }
  const call = JSON.stringify({ name: 'search', arguments: { text: 'withTax' } });
  const looks = `I look.\n<tool_call>\n${call}\n</tool_call>`;
  await writeChatModel(talking, { answers, name: 'Talker' });
  await writeChatModel(searching, { answers: [looks, 'It is in src/price.ts:6.'], tools: true });
  const said = Array.from({ length: 300 }, (_, at) => `${at} words. `).join('');
  await writeChatModel(endless, { answers: [said], slow: true, pieceBytes: 8, endless: true });
});

describe('hearth chat', () => {
  it('streams the answer alone to standard output, and says what it invented', () => {
    assert.deepEqual(chat(['Where is the tax added?', '--model', talking]), {
      status: 0,
      stdout: `${answers[0]}\n`,
      stderr: 'Not verified: src/nothing.ts:3.\n',
    });
  });

  it('prints JSON with sources, citations, tokens and times', () => {
    const run = chat(['Where is the tax added?', '--model', talking, '--json', '--route', 'local']);
    assert.equal(run.status, 0);
    const { sources, tokens, ms, ...rest } = report(run);
    assert.deepEqual(rest, {
      ...{ answer: answers[0], reason: 'end', message: null, model: 'Talker', route: 'local' },
      citations: [
        { path: 'src/price.ts', startLine: 5, endLine: 8, verified: true },
        { path: 'src/nothing.ts', startLine: 3, endLine: 3, verified: false },
      ],
    });
    assert.deepEqual(Object.keys(sources[0] ?? {}), ['path', 'startLine', 'endLine', 'score']);
    assert.ok(
      sources.some(
        ({ path, startLine, endLine }) => path === 'src/price.ts' && startLine <= 6 && endLine >= 6,
      ),
    );
    assert.ok(tokens !== null && tokens.prompt === tokens.reused + tokens.evaluated && tokens.generated > 0);
    assert.ok(ms !== null && ms.total >= ms.prompt);
  });

  it('shows what the model looks up, and goes on with it', () => {
    const run = chat(['Where is withTax?', '--model', searching]);
    assert.equal(run.status, 0);
    assert.match(run.stdout, /^I look\.\s+It is in src\/price\.ts:6\.\n$/);
    assert.match(run.stderr, /^search \{"text": ?"withTax"\}\n/);
  });

  it('lets no answer write to the terminal anything but text', () => {
    const questions = ['One?', 'Two?', 'Three?'].map((question) => JSON.stringify({ question })).join('\n');
    const file = path.join(folder, 'colour.jsonl');
    chat(['--batch', '-', '--history', file, '--model', talking], questions);
    const { stdout } = chat(['And?', '--history', file, '--model', talking]);
    assert.equal(stdout, 'Third answer, with \uFFFD[31mcolour.\n');
  });

  it('reads the question from standard input', () => {
    const run = chat(['-', '--model', talking], 'Where is\nthe tax added?\n');
    assert.deepEqual([run.status, run.stdout], [0, `${answers[0]}\n`]);
  });

  it('stops an answer on Ctrl+C, and gives what had come', async () => {
    const file = path.join(folder, 'stopped.jsonl');
    const args = ['Talk.', '--model', endless, '--history', file, '--workspace', temporaryFolder()];
    const running = spawn(process.execPath, [...command, ...args], { env });
    let stdout = '';
    let stderr = '';
    running.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') running.kill('SIGINT');
      stdout += text;
    });
    const status = await new Promise((resolve) => running.on('close', resolve));
    assert.equal(status, 1);
    assert.match(stdout, /^0 words\./);
    assert.doesNotMatch(stdout, /299 words/);
    assert.equal(stderr, 'The answer was stopped.\n');
    const conversation = replay(readEventLines(readFileSync(file)).events);
    assert.ok(conversation !== null);
    const answer = shownMessages(conversation).at(-1);
    assert.partialDeepStrictEqual(answer, { state: 'stopped', reason: 'stopped' });
  });
});

describe('hearth chat without a model that chats', () => {
  it('gives what was found, and the reason', () => {
    const run = chat(['Where is the tax added?', '--json']);
    assert.equal(run.status, 1);
    const { sources, message, ...rest } = report(run);
    assert.deepEqual(rest, {
      ...{ answer: '', reason: 'no-chat-model', citations: [] },
      ...{ model: null, route: 'local', tokens: null, ms: null },
    });
    assert.match(message ?? '', /only completes code: name a model that chats with --model PATH/);
    assert.ok(sources.some(({ path }) => path === 'src/price.ts'));
    const plain = chat(['Where is the tax added?']);
    assert.equal(plain.status, 1);
    assert.match(plain.stdout, /^src\/price\.ts:\d+-\d+$/m);
    assert.match(plain.stderr, /only completes code/);
  });

  it('gives only what was found where that is what is wanted', () => {
    const run = chat(['Where is the tax added?', '--retrieve-only', '--json']);
    assert.equal(run.status, 0);
    const { sources, reason, answer, message } = report(run);
    assert.deepEqual([reason, answer, message], ['retrieve-only', '', null]);
    assert.ok(sources.some(({ path }) => path === 'src/price.ts'));
    assert.doesNotMatch(run.stdout, /\.env/);
  });

  it('says that nothing was found', () => {
    const run = chat(['Xyzzy qwfp?', '--retrieve-only', '--workspace', temporaryFolder()]);
    assert.deepEqual(run, {
      status: 1,
      stdout: '',
      stderr: 'Nothing in the workspace was found for this question.\n',
    });
  });
});

describe('the history of hearth chat', () => {
  it('goes on with the conversation in a file, and evaluates only what is new', () => {
    const file = path.join(folder, 'history', 'kept.jsonl');
    const lines = ['Where is the tax added?', 'And then?'].map((question) => JSON.stringify({ question }));
    const run = chat(['--batch', '-', '--history', file, '--model', talking, '--json'], lines.join('\n'));
    assert.equal(run.status, 0, run.stderr);
    const [first, second] = reports(run);
    assert.deepEqual([first?.answer, second?.answer], answers.slice(0, 2));
    const known = (first?.tokens?.prompt ?? 0) + (first?.tokens?.generated ?? 0);
    assert.ok((second?.tokens?.reused ?? 0) >= known - 2, JSON.stringify([first?.tokens, second?.tokens]));
    const later = chat(['Once more?', '--history', file, '--model', talking, '--json']);
    assert.equal(report(later).answer, answers[2]);
    const { events, damage } = readEventLines(readFileSync(file));
    assert.equal(damage, null);
    const conversation = replay(events);
    assert.equal(conversation?.title, 'Where is the tax added?');
    assert.equal(conversation.messages.size, 6);
    assert.match(conversation.preamble?.system ?? '', /Always answer in rhymes/);
  });

  it('loads what is left of a damaged file, and keeps it aside', () => {
    const file = path.join(folder, 'damaged.jsonl');
    chat(['Where?', '--history', file, '--model', talking]);
    writeFileSync(file, '{"type":"wro', { flag: 'a' });
    const run = chat(['And then?', '--history', file, '--model', talking]);
    assert.deepEqual([run.status, run.stdout], [0, `${answers[1]}\n`]);
    assert.match(
      run.stderr,
      /is damaged, and a line of it can't be read; the rest is shown\. .*damaged\.damaged-1\./,
    );
    assert.ok(existsSync(path.join(folder, 'damaged.damaged-1')));
  });

  it('refuses a file that is something else, and leaves it as it is', () => {
    const file = path.join(workspace, 'README.md');
    const before = readFileSync(file, 'utf8');
    const run = chat(['Where?', '--history', file, '--model', talking, '--json']);
    assert.equal(run.status, 2);
    assert.equal(report(run).error?.code, 'bad-history');
    assert.equal(readFileSync(file, 'utf8'), before);
    const inFolder = chat(['Where?', '--history', workspace, '--model', talking]);
    assert.deepEqual([inFolder.status, inFolder.stderr], [2, `${workspace} is a folder, not a file.\n`]);
  });
});

describe('mentions of hearth chat', () => {
  it('go with the question', () => {
    const run = chat(['What is it?', '--mention', '@file:src/cart.ts:1-2', '--model', talking, '--json']);
    assert.equal(run.status, 0);
    const [best] = report(run).sources;
    assert.deepEqual([best?.path, best?.startLine, best?.endLine], ['src/cart.ts', 1, 2]);
  });

  it('that can not be read are refused, with the reason', () => {
    const wrong: [mention: string, message: RegExp][] = [
      ['@file:src/none.ts', /^There is no file src\/none\.ts in the workspace\.$/],
      ['@file:src/cart.ts:90-99', /^src\/cart\.ts has 3 lines only\.$/],
      ['@file:.env', /^\.env is not read\. .*passwords/],
      ['@symbol:Nobody', /^No definition of Nobody was found in the workspace\.$/],
      ['@selection', /^There is no selection on the command line/],
    ];
    const lines = wrong.map(([mention]) => JSON.stringify({ question: 'What?', mentions: [mention] }));
    const run = chat(['--batch', '-', '--retrieve-only'], lines.join('\n'));
    for (const [at, { error }] of reports(run).entries()) {
      assert.equal(error?.code, 'bad-mention');
      assert.match(error.message, wrong[at]?.[1] ?? /never/);
    }
    assert.equal(chat(['What?', '--mention', '@file:src/none.ts', '--retrieve-only']).status, 2);
  });
});

describe('bad usage of hearth chat', () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /one question in quotes, not 0/],
    [['where', 'is', 'it'], /one question in quotes, not 3/],
    [['Where?', '--route', 'cloud'], /There is no endpoint "cloud": name a file of endpoints/],
    [['Where?', '--batch', '-'], /either a question or --batch/],
    [['Where?', '--mention', 'src/a.ts'], /"src\/a\.ts" is no mention: there are @file:PATH/],
    [['Where?', '--text', 'a.ts'], /chat takes no --text/],
    [['  '], /There is no question yet/],
    [['Where?', '--model', 'none.gguf'], /none\.gguf/],
  ];
  for (const [args, message] of wrong) {
    it(`is told: ${args.join(' ')}`, () => {
      const run = chat(args);
      assert.deepEqual([run.status, run.stdout], [2, '']);
      assert.match(run.stderr, message);
    });
  }
});
