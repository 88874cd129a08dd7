import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { configure, configureEngine, hearth, readyPid, scriptedModelPath, until } from './support.ts';

suite('the server for other programs', () => {
  suiteSetup(async () => {
    await configure('server.port', 0);
    await configureEngine('model.completion', scriptedModelPath());
  });
  suiteTeardown(async () => {
    for (const key of ['server.enable', 'server.port', 'server.allowedOrigins', 'offline'])
      await configure(key, undefined);
    const { server } = await hearth();
    await until(() => server.state.kind === 'off', 'the server is off');
    await configureEngine('model.completion', undefined);
  });

  async function turnOn(): Promise<string> {
    const { server } = await hearth();
    await configure('server.enable', true);
    await until(() => server.state.kind === 'on', 'the server listens');
    assert.ok(server.state.kind === 'on');
    return `http://127.0.0.1:${server.state.port}`;
  }

  /** Address and token as the command gives them. */
  async function copied(): Promise<{ readonly address: string; readonly token: string }> {
    await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand('hearth.server.copy');
    const text = await until(async () => vscode.env.clipboard.readText(), 'something was copied');
    const found = /^OPENAI_BASE_URL=(http:\/\/127\.0\.0\.1:\d+\/v1)\nOPENAI_API_KEY=([\w-]{43})\n$/.exec(
      text,
    );
    assert.ok(found, 'the clipboard has address and token');
    return { address: found[1] ?? '', token: found[2] ?? '' };
  }

  const status = async (address: string, token: string): Promise<number> =>
    (await fetch(`${address}/models`, { headers: { authorization: `Bearer ${token}` } })).status;

  test('is off until it is turned on', async () => {
    const { server } = await hearth();
    assert.equal(server.state.kind, 'off');
  });

  test('answers with the model that the editor uses', async () => {
    const { engine } = await hearth();
    await turnOn();
    const pid = await readyPid();
    const { address, token } = await copied();
    const answer = await fetch(`${address}/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'const a =', suffix: '\n', max_tokens: 8 }),
    });
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as { object: string }).object, 'text_completion');
    assert.ok(engine.state.kind === 'ready' && engine.state.pid === pid);
  });

  test('takes a new token at once, and the old one no more', async () => {
    await turnOn();
    const old = await copied();
    assert.equal(await status(old.address, old.token), 200);
    // Its message waits for an answer that nobody gives here.
    void vscode.commands.executeCommand('hearth.server.newToken');
    await until(async () => (await status(old.address, old.token)) === 401, 'the old token is refused');
    const fresh = await copied();
    assert.notEqual(fresh.token, old.token);
    assert.equal(await status(fresh.address, fresh.token), 200);
  });

  test('ends with its setting, and with Hearth’s being offline', async () => {
    const { server } = await hearth();
    await turnOn();
    const { address, token } = await copied();
    await configure('offline', true);
    await until(() => server.state.kind === 'off', 'it is off while offline');
    await assert.rejects(status(address, token));
    await configure('offline', undefined);
    await until(() => server.state.kind === 'on', 'it is on again');
    await configure('server.enable', false);
    await until(() => server.state.kind === 'off', 'it is off');
  });

  test('leaves a port alone that another program has, and says so', async () => {
    const { server } = await hearth();
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await configure('server.port', port);
      await configure('server.enable', true);
      await until(() => server.state.kind === 'failed', 'it has failed');
      assert.ok(server.state.kind === 'failed');
      assert.match(server.state.sentence, new RegExp(`port ${port} is used by another program`));
    } finally {
      other.close();
    }
    await configure('server.port', 0);
    await until(() => server.state.kind === 'on', 'it has another port');
  });

  test('gives its token for another window alone, which proves that it has it', async () => {
    const { server } = await hearth();
    await turnOn();
    const { token } = await copied();
    let proves = true;
    const heard: string[] = [];
    const other = http.createServer(({ url = '', headers }, reply) => {
      heard.push(`${url} ${JSON.stringify(headers)}`);
      const challenge = new URL(url, 'http://127.0.0.1').searchParams.get('challenge') ?? '';
      const proof = createHmac('sha256', token).update(`${port}:${challenge}`).digest('hex');
      reply.end(JSON.stringify({ status: 'ok', server: 'hearth', ...(proves ? { proof } : {}) }));
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await configure('server.port', port);
      await until(() => server.state.kind === 'elsewhere', 'the other one is a window');
      assert.deepEqual(await copied(), { address: `http://127.0.0.1:${port}/v1`, token });
      proves = false;
      await vscode.env.clipboard.writeText('');
      await vscode.commands.executeCommand('hearth.server.copy');
      assert.equal(server.state.kind, 'failed');
      assert.equal(await vscode.env.clipboard.readText(), '');
      assert.ok(heard.length >= 3 && heard.every((line) => !line.includes(token)));
    } finally {
      other.close();
    }
    await configure('server.port', 0);
    await until(() => server.state.kind === 'on', 'it has another port');
  });
});
