/** `hearth serve` as programs and people use it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { alive, repository, temporaryFolder, until } from '../support/engine.ts';
import { writeChatModel } from '../support/chatModel.ts';

const folder = temporaryFolder();
const talking = path.join(folder, 'talking.gguf');
const command = [path.join(repository, 'dist/cli.mjs'), 'serve'];
const env = { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state'), HEARTH_SERVER_TOKEN: '' };
const started: ChildProcessWithoutNullStreams[] = [];
after(() => {
  for (const child of started) child.kill('SIGKILL');
});
before(() => writeChatModel(talking, { name: 'Talking', answers: ['Served answer.'] }));

interface Serving {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: { out: string; err: string };
  readonly address: string;
}

/** Starts the command and waits until it listens. */
async function serve(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Serving> {
  const child = spawn(process.execPath, [...command, '--port', '0', ...args], { env: { ...env, ...more } });
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  await until(() => said.out.endsWith('\n') || child.exitCode !== null, 'the command listens');
  assert.equal(child.exitCode, null, said.err);
  return { child, said, address: said.out.trim() };
}

async function ask(address: string, token: string, body?: object) {
  const answer = await fetch(address, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

function run(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [...command, ...args], { encoding: 'utf8', env: { ...env, ...more } });
}

describe('hearth serve', () => {
  it('serves the named model with the token that it shows once, until it is interrupted', async () => {
    const { child, said, address } = await serve(['--model', talking]);
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    assert.match(
      said.err,
      /^Talking is served on this machine; Ctrl\+C ends it\.\nToken, until it ends: \S{43}\n$/,
    );
    const token = /: (\S+)\n$/.exec(said.err)?.[1] ?? '';
    const body = { messages: [{ role: 'user', content: 'Hi' }], temperature: 0 };
    const { status, text } = await ask(`${address}/chat/completions`, token, body);
    assert.equal(status, 200, text);
    assert.match(text, /"content":"Served answer\."/);
    assert.equal((await ask(`${address}/models`, 'another')).status, 401);
    assert.equal(said.err.split(token).length, 2, 'the token is shown once');
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0);
    await assert.rejects(fetch(`${address}/models`));
    await until(() => !alive(child.pid ?? 0), 'the process is gone');
  });

  it('takes its token from the environment and does not show it', async () => {
    const token = 'a-token-from-the-environment';
    const { child, said } = await serve(['--model', talking, '--json', '--verbose'], {
      HEARTH_SERVER_TOKEN: token,
    });
    const { address, model } = JSON.parse(said.out) as { address: string; model: string };
    assert.equal(model, 'Talking');
    const { data } = JSON.parse((await ask(`${address}/models`, token)).text) as {
      data: { id: string; roles: string[] }[];
    };
    assert.deepEqual(
      data.map(({ id, roles }) => [id, roles]),
      [['talking', ['completion', 'chat']]],
    );
    await until(() => said.err.includes('Server: GET /v1/models: HTTP 200.'), 'the request is noted');
    assert.ok(!said.err.includes(token) && !said.out.includes(token));
    child.kill('SIGTERM');
    assert.equal(((await once(child, 'exit')) as [number])[0], 0);
  });

  it('serves the starter for completions alone', async () => {
    const token = 'a-token-from-the-environment';
    const { child, address } = await serve([], { HEARTH_SERVER_TOKEN: token });
    const chat = await ask(`${address}/chat/completions`, token, {
      messages: [{ role: 'user', content: 'Hi' }],
    });
    assert.equal(chat.status, 400);
    assert.match(chat.text, /only completes code/);
    const filled = await ask(`${address}/completions`, token, {
      ...{ prompt: 'function add(a, b) {\n  return a ', suffix: ';\n}\n', max_tokens: 8, stop: ['\n'] },
    });
    assert.equal(filled.status, 200, filled.text);
    assert.ok((JSON.parse(filled.text) as { choices: { text: string }[] }).choices[0]?.text.includes('b'));
    child.kill('SIGINT');
    await once(child, 'exit');
  });

  it('says that Hearth is served at its port already, where it has the same token', async () => {
    const token = { HEARTH_SERVER_TOKEN: 'a-token-from-the-environment' };
    const { address } = await serve(['--model', talking], token);
    const { port } = new URL(address);
    const again = run(['--model', talking, '--port', port], token);
    assert.deepEqual([again.status, again.stdout], [2, '']);
    assert.equal(
      again.stderr,
      `Hearth is served at http://127.0.0.1:${port}/v1 with this token already: use that, or choose another port with --port.\n`,
    );
    const other = run(['--model', talking, '--port', port]);
    assert.deepEqual([other.status, other.stdout], [2, '']);
    assert.equal(
      other.stderr,
      `The port ${port} is used by another program: choose another one with --port.\n`,
    );
  });

  it('says that another program has its port', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const child = spawn(process.execPath, [...command, '--model', talking, '--port', String(port)], {
        env,
      });
      started.push(child);
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      // It says nothing when it is asked who it is.
      other.on('connection', (socket) => socket.end());
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 2);
      assert.equal(said, `The port ${port} is used by another program: choose another one with --port.\n`);
    } finally {
      other.close();
    }
  });

  const refused: [
    what: string,
    args: string[],
    more: Record<string, string>,
    status: number,
    says: RegExp,
  ][] = [
    ['a short token', [], { HEARTH_SERVER_TOKEN: 'short' }, 2, /at least 16 characters/],
    ['a token with blanks', [], { HEARTH_SERVER_TOKEN: 'one two three four five' }, 2, /without blanks/],
    ['a wrong port', ['--port', '70000'], {}, 2, /--port takes a whole number from 0 to 65535/],
    ['an argument', ['model.gguf'], {}, 2, /name a model with --model/],
    ['a workspace', ['--workspace', '.'], {}, 2, /serve takes no --workspace/],
    [
      'a model that is not there',
      ['--model', '/nowhere.gguf'],
      {},
      2,
      /can't be opened: there is no such file/,
    ],
    ['the wish to stay offline', ['--offline', '--model', talking], {}, 2, /Hearth is offline/],
  ];
  for (const [what, args, more, status, says] of refused) {
    it(`refuses ${what}`, () => {
      const ended = run(args, more);
      assert.deepEqual([ended.status, ended.stdout], [status, '']);
      assert.match(ended.stderr, says);
    });
  }
});
