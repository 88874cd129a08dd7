import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { repository, temporaryFolder } from '../support/engine.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');
const state = path.join(folder, 'state');
const key = 'sk-test-Zq81mdPw03kfLx77aaQ';
// Put together here, so that no scanner of this repository takes it for a real one.
const secret = ['ghp', '_', 'x7Fq2LmZ9Rk4TtWb8VnCy3HsJd6PaQe1UgLo'].join('');

interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server as OpenAI's API has it, which may stand in for another host as a proxy. */
let server: Server;
let address = '';
let received: Received[] = [];
let answer: (question: string) => string = () => 'Because.';

const asked = (): readonly Received[] => received.filter(({ url }) => url.endsWith('/chat/completions'));

before(async () => {
  mkdirSync(path.join(workspace, 'src'), { recursive: true });
  writeFileSync(
    path.join(workspace, 'src/price.ts'),
    'export function total(a: number, b: number) {\n  return a + b;\n}\n',
  );
  mkdirSync(path.join(workspace, 'secrets'));
  writeFileSync(path.join(workspace, 'secrets/keys.ts'), 'export const launchCode = 12;\n');
  writeFileSync(path.join(workspace, 'src/hub.ts'), `export const hubToken = '${secret}';\n`);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      const body = Buffer.concat(chunks).toString();
      received.push({ url, headers, body });
      if (url.endsWith('/models')) {
        response.setHeader('content-type', 'application/json');
        return response.end(
          JSON.stringify({ object: 'list', data: [{ id: 'large', object: 'model', max_model_len: 32_768 }] }),
        );
      }
      if (!url.endsWith('/chat/completions')) {
        response.statusCode = 404;
        response.setHeader('content-type', 'application/json');
        return response.end('{"error":{"message":"Not found"}}');
      }
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      const text = answer(messages.at(-1)?.content ?? '');
      response.setHeader('content-type', 'text/event-stream');
      const event = (value: unknown): unknown => response.write(`data: ${JSON.stringify(value)}\n\n`);
      for (const piece of text.match(/[\s\S]{1,7}/g) ?? [])
        event({ choices: [{ index: 0, delta: { content: piece } }] });
      event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      event({ choices: [], usage: { prompt_tokens: 321, completion_tokens: 12 } });
      response.end('data: [DONE]\n\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received = [];
  answer = () => 'Because.';
});
after(() => server.close());

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function hearth(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawn(process.execPath, [path.join(repository, 'dist/cli.mjs'), ...args], {
    cwd: workspace,
    env: { ...process.env, HEARTH_STATE_DIR: state, NO_PROXY: '', no_proxy: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

function endpointsFile(...entries: readonly object[]): string {
  const file = path.join(folder, 'endpoints.json');
  writeFileSync(file, JSON.stringify(entries));
  return file;
}

interface Report {
  readonly answer: string;
  readonly reason: string;
  readonly message: string | null;
  readonly route: string;
  readonly model: string | null;
  readonly tokens: { readonly prompt: number; readonly generated: number } | null;
}

/** On one's own network by its name, reached through the server as a proxy. */
const team = { name: 'Team', address: 'http://team.local/v1', api: 'openai', model: 'large' };
const throughProxy = (): NodeJS.ProcessEnv => ({ HTTP_PROXY: address, http_proxy: address });

describe('the command line with endpoints', () => {
  it('asks a server on this machine, with the key of the environment, which is told to nobody else', async () => {
    const file = endpointsFile({
      name: 'my server',
      address,
      roles: ['chat'],
      api: 'openai',
      model: 'large',
    });
    const run = await hearth(['chat', 'Why?', '--endpoints', file, '--json', '--verbose'], {
      HEARTH_KEY_MY_SERVER: key,
    });
    assert.equal(run.status, 0, run.stderr);
    const report = JSON.parse(run.stdout) as Report;
    assert.equal(report.answer, 'Because.');
    assert.equal(report.route, 'my server');
    assert.equal(report.model, 'large');
    assert.equal(report.tokens?.prompt, 321);
    assert.equal(asked().length, 1);
    assert.equal(asked()[0]?.headers.authorization, `Bearer ${key}`);
    const ledger = readdirSync(path.join(state, 'network'))
      .map((name) => readFileSync(path.join(state, 'network', name), 'utf8'))
      .join('');
    assert.match(ledger, /"my server"/);
    for (const text of [run.stdout, run.stderr, ledger]) assert.ok(!text.includes(key));
    assert.ok(!ledger.includes('Why?'));
  });

  it('sends nothing to another machine unseen, and keeps the question', async () => {
    const args = ['chat', 'Why is it so?', '--endpoints', endpointsFile(team), '--route', 'Team', '--json'];
    const run = await hearth(args, throughProxy());
    assert.equal(run.status, 1, run.stderr);
    const report = JSON.parse(run.stdout) as Report;
    assert.equal(report.reason, 'not-sent');
    assert.match(run.stderr, /add --send/);
    assert.ok(received.every(({ body }) => !body.includes('so?')));
    assert.deepEqual(asked(), []);
  });

  it('sends what was agreed to, without its secrets, which come back in the answer', async () => {
    answer = (question) =>
      `It is ${/HEARTH\w+|REDACTED\w*|<[^>\n]*token[^>\n]*>/i.exec(question)?.[0] ?? 'not there'}.`;
    const args = [
      'chat',
      'What is in there?',
      '--mention',
      '@file:src/hub.ts',
      '--endpoints',
      endpointsFile(team),
    ];
    const run = await hearth([...args, '--route', 'Team', '--send', '--json'], throughProxy());
    assert.equal(run.status, 0, run.stderr);
    const [request] = asked();
    assert.ok(request?.body.includes('hubToken'));
    assert.ok(!received.some(({ body }) => body.includes(secret)), 'the secret left');
    assert.equal((JSON.parse(run.stdout) as Report).answer, `It is ${secret}.`);
  });

  it('keeps what is denied on this machine', async () => {
    const args = ['chat', 'What?', '--mention', '@file:src/hub.ts', '--endpoints', endpointsFile(team)];
    const run = await hearth(
      [...args, '--route', 'Team', '--send', '--deny', 'hub.ts', '--json'],
      throughProxy(),
    );
    assert.equal(run.status, 1, run.stderr);
    assert.match(
      (JSON.parse(run.stdout) as Report).message ?? '',
      /src\/hub\.ts, which the deny list \(hearth\.routing\.deny\) keeps/,
    );
    assert.deepEqual(asked(), []);
  });

  for (const more of [[], ['--deny', 'hub.ts']]) {
    it(`keeps what the editor never sends, ${more.length === 0 ? 'by itself' : 'beside what is added'}`, async () => {
      const args = [
        'chat',
        'What?',
        '--mention',
        '@file:secrets/keys.ts',
        '--endpoints',
        endpointsFile(team),
      ];
      const run = await hearth([...args, '--route', 'Team', '--send', '--json', ...more], throughProxy());
      assert.equal(run.status, 1, run.stderr);
      assert.match((JSON.parse(run.stdout) as Report).message ?? '', /secrets\/keys\.ts/);
      assert.deepEqual(asked(), []);
      assert.ok(received.every(({ body }) => !body.includes('launchCode')));
    });
  }

  it('opens no connection offline', async () => {
    const file = endpointsFile({ name: 'Server', address, roles: ['chat'], api: 'openai', model: 'large' });
    const run = await hearth(['chat', 'Why?', '--endpoints', file, '--offline', '--json']);
    assert.notEqual(run.status, 0);
    assert.match(run.stdout, /offline/);
    assert.deepEqual(received, []);
  });

  it('refactors with an answer that was written elsewhere, checked like any other', async () => {
    answer = () =>
      'Here you are:\n\n```ts\nexport function total(a: number, b: number): number {\n  return a + b;\n}\n```\n';
    const file = endpointsFile({
      name: 'Server',
      address,
      roles: ['refactor'],
      api: 'openai',
      model: 'large',
    });
    const run = await hearth(['refactor', 'add-types', 'src/price.ts:1:18', '--endpoints', file, '--json']);
    assert.equal(run.status, 0, run.stdout + run.stderr);
    const { accepted, diff } = JSON.parse(run.stdout) as { accepted: boolean; diff: string };
    assert.equal(accepted, true);
    assert.match(diff, /\+export function total\(a: number, b: number\): number \{/);
  });

  const nobody = { name: 'Nobody', address: 'http://127.0.0.1:1', api: 'openai', model: 'large' };
  const noModel =
    /^Nobody can't be reached.* No model of this machine can answer instead: The starter model only completes/;

  it('has the local model refactor where nobody is there, and says first why', async () => {
    const file = endpointsFile({ ...nobody, roles: ['refactor'] });
    const run = await hearth(['refactor', 'add-types', 'src/price.ts:1:18', '--endpoints', file, '--json']);
    assert.equal(run.status, 1, run.stdout + run.stderr);
    const { reason, message } = JSON.parse(run.stdout) as { reason: string; message: string };
    assert.equal(reason, 'no-chat-model');
    assert.match(message, noModel);
  });

  it('has the local model answer where nobody is there, and says first why', async () => {
    const file = endpointsFile({ ...nobody, roles: ['chat'] });
    const run = await hearth(['chat', 'Why?', '--endpoints', file, '--json']);
    assert.equal(run.status, 1, run.stdout + run.stderr);
    const { reason, message } = JSON.parse(run.stdout) as Report;
    assert.equal(reason, 'no-chat-model');
    assert.match(message ?? '', noModel);
    const missing = path.join(folder, 'none.gguf');
    const tried = await hearth(['chat', 'Why?', '--endpoints', file, '--model', missing]);
    assert.equal(tried.status, 3, tried.stdout + tried.stderr);
    assert.match(
      tried.stderr,
      /Nobody can't be reached.* The local model gave no answer either: .*none\.gguf/,
    );
  });

  const mistakes: readonly (readonly [what: string, args: () => readonly string[], sentence: RegExp])[] = [
    ['a route without a file', () => ['--route', 'Team'], /name a file of endpoints/],
    [
      'a route that the file has not',
      () => ['--endpoints', endpointsFile(team), '--route', 'Big'],
      /it has "Team"/,
    ],
    ['a file that is not there', () => ['--endpoints', 'none.json'], /can't be read/],
    [
      'a file without endpoints that can be used',
      () => ['--endpoints', endpointsFile({ name: 'local', address: 'http://a' }), '--route', 'local2'],
      /it has none that can be used/,
    ],
  ];
  for (const [what, args, sentence] of mistakes) {
    it(`says what is wrong with ${what}`, async () => {
      const run = await hearth(['chat', 'Why?', ...args()]);
      assert.equal(run.status, 2);
      assert.match(run.stderr, sentence);
    });
  }
});
