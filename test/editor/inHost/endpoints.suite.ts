import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as vscode from 'vscode';
import { DenyList } from '../../../src/core/endpoints/consent.ts';
import { closeAll, configure, hearth, until } from './support.ts';

/** A server with OpenAI's list of models, for whoever has its key. */
class ModelsServer {
  readonly asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  /** null: none is wanted. */
  key: string | null = null;
  readonly #server = http.createServer((request, response) => {
    const { url = '', headers } = request;
    this.asked.push({ url, authorization: headers.authorization });
    const refused = this.key !== null && headers.authorization !== `Bearer ${this.key}`;
    const status = refused ? 401 : url === '/v1/models' ? 200 : 404;
    const body =
      status === 200
        ? { object: 'list', data: [{ id: 'coder', object: 'model' }] }
        : { error: { message: 'no' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

suite('endpoints', () => {
  const server = new ModelsServer();
  const other = new ModelsServer();

  suiteSetup(async () => {
    await hearth();
    await Promise.all([server.start(), other.start()]);
  });

  teardown(async () => {
    const { endpoints } = await hearth();
    for (const endpoint of endpoints.endpoints.list) await endpoints.keys.delete(endpoint);
    await configure('endpoints', undefined);
    await until(() => endpoints.endpoints.list.length === 0, 'no endpoint is left');
    server.key = null;
    for (const { asked } of [server, other]) asked.splice(0);
  });

  suiteTeardown(() => {
    server.stop();
    other.stop();
  });

  /** Sets the setting, and waits until it is read. */
  async function set(...entries: readonly object[]): Promise<void> {
    const { endpoints } = await hearth();
    const before = JSON.stringify(endpoints.endpoints.list);
    await configure('endpoints', entries);
    await until(() => JSON.stringify(endpoints.endpoints.list) !== before, 'the endpoints are read');
  }

  const ask = (name: string) => vscode.commands.executeCommand('hearth.endpoints.test', name);

  test('are asked nothing before somebody says so', async () => {
    const { endpoints } = await hearth();
    await set({ name: 'Box', address: server.address, roles: ['chat'] });
    await vscode.commands.executeCommand('hearth.showModels');
    assert.equal(endpoints.endpointFor('chat')?.name, 'Box');
    assert.equal(endpoints.endpointFor('completion'), null);
    assert.deepEqual(
      endpoints.rows().map(({ state }) => state.kind),
      ['unknown'],
    );
    assert.deepEqual(server.asked, []);
    assert.ok(await ask('Box'));
    assert.notDeepEqual(server.asked, []);
    assert.deepEqual(
      endpoints.rows().map(({ state }) => state.kind),
      ['answers'],
    );
  });

  test('say in the list what was wrong with the last request', async () => {
    const { endpoints } = await hearth();
    server.key = 'sk-right';
    await set({ name: 'Box', address: `${server.address}/v1/` });
    assert.equal(await ask('Box'), null);
    const state = endpoints.endpoints.state('Box');
    assert.equal(state.kind, 'failed');
    assert.match(state.kind === 'failed' ? state.sentence : '', /^Box wants a key/);
  });

  test('get the key that was typed for them, and no other server does', async () => {
    const { endpoints } = await hearth();
    server.key = 'sk-right';
    await set({ name: 'Box', address: server.address });
    await endpoints.keys.set({ name: 'Box', address: server.address }, 'sk-right');
    await until(() => endpoints.rows()[0]?.key === 'set', 'the list knows that there is a key');
    assert.ok(await ask('Box'));
    await set({ name: 'Box', address: other.address });
    assert.ok(await ask('Box'));
    assert.deepEqual([...new Set(other.asked.map(({ authorization }) => authorization))], [undefined]);
    await until(() => endpoints.rows()[0]?.key === 'other-address', 'the list says that it is not its own');
    const settings = vscode.workspace.getConfiguration('hearth').inspect('endpoints');
    assert.doesNotMatch(JSON.stringify(settings), /sk-right/);
  });

  test('lose their key on command', async () => {
    const { endpoints } = await hearth();
    await set({ name: 'Box', address: server.address });
    await endpoints.keys.set({ name: 'Box', address: server.address }, 'sk-right');
    await until(() => endpoints.rows()[0]?.key === 'set', 'the list knows that there is a key');
    await vscode.commands.executeCommand('hearth.endpoints.removeKey', 'Box');
    await until(() => endpoints.rows()[0]?.key === 'none', 'the list knows that there is none');
    assert.equal(await endpoints.keys.get({ name: 'Box', address: server.address }), null);
  });

  test('work where another one is broken, which is said', async () => {
    const { endpoints } = await hearth();
    await set({ name: 'Bad', address: 'nowhere' }, { name: 'Box', address: server.address, roles: [] });
    assert.deepEqual(
      endpoints.endpoints.list.map(({ name }) => name),
      ['Box'],
    );
    assert.match(endpoints.problems.join(' '), /^Endpoint "Bad" is left out: its address is none/);
    assert.ok(await ask('Box'));
  });

  test('are edited in the file of the settings that has them', async () => {
    await set({ name: 'Box', address: server.address });
    await vscode.commands.executeCommand('hearth.endpoints.edit');
    const document = await until(() => vscode.window.activeTextEditor?.document, 'a file is open');
    assert.match(document.fileName, /settings\.json$/);
    assert.ok(document.getText().includes(server.address));
    await closeAll();
  });

  test('are not set by a workspace, nor are the rules, and what it denies is only added', async () => {
    const { endpoints } = await hearth();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = path.join(folder.uri.fsPath, '.vscode/settings.json');
    await set({ name: 'Box', address: server.address });
    const before = endpoints.denied;
    assert.ok(new DenyList(before).denies('a/.env.local'));
    await mkdir(path.dirname(file), { recursive: true });
    try {
      const evil = { name: 'Evil', address: other.address, roles: ['chat', 'completion'] };
      const settings = {
        'hearth.endpoints': [evil],
        'hearth.routing.rules': [{ endpoint: 'Box', when: 'always' }],
        'hearth.redaction.emails': false,
        'hearth.routing.deny': ['!**', 'ours/**'],
      };
      await writeFile(file, JSON.stringify(settings));
      await until(() => endpoints.denied.includes('ours/**'), "the workspace's settings are read");
      for (const glob of before) assert.ok(endpoints.denied.includes(glob), glob);
      assert.ok(new DenyList(endpoints.denied).denies('ours/a.ts'));
      assert.ok(new DenyList(endpoints.denied).denies('a/.env.local'));
      assert.deepEqual(
        endpoints.endpoints.list.map(({ name }) => name),
        ['Box'],
      );
      assert.deepEqual(endpoints.rules, []);
      const emails = vscode.workspace.getConfiguration('hearth').get('redaction.emails');
      assert.equal(emails, true);
    } finally {
      await rm(file, { force: true });
      await until(() => !endpoints.denied.includes('ours/**'), "the workspace's settings are gone");
    }
  });
});
