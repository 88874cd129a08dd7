import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import * as vscode from 'vscode';
import { refactorRecipes } from '../../../src/core/refactor/kinds.ts';
import { chatModelPath, useChatModel } from './chatSupport.ts';
import { hookNetwork, type NetworkCall } from './networkHook.ts';
import {
  closeAll,
  configure,
  configureEngine,
  hearth,
  openPicture,
  acceptBy,
  scriptedModelPath,
  until,
} from './support.ts';

const rootUri = vscode.workspace.workspaceFolders?.[0]?.uri;
assert.ok(rootUri, 'no folder is open');
const folder = path.join(rootUri.fsPath, 'silence');
const code = 'export function valueOf(coin: string): number {\n  return coin.length;\n}\n';

/** Where Hearth's own code in this process lies. */
function dist(): string {
  const extension = vscode.extensions.getExtension('hearth.hearth');
  assert.ok(extension);
  return path.join(extension.extensionPath, 'dist') + path.sep;
}

/** The calls that Hearth's code led to. */
function hearths(calls: readonly NetworkCall[]): NetworkCall[] {
  return calls.filter(({ stack }) => stack.includes(dist()));
}

/** Runs code as if it stood in Hearth's own file. */
function asHearth(code: string): unknown {
  const run = vm.runInThisContext(`(async (require) => { ${code} })`, {
    filename: `${dist()}extension.cjs`,
  }) as (load: (name: string) => unknown) => Promise<unknown>;
  return run((name) => process.getBuiltinModule(name));
}

suite('silence in the extension host', () => {
  let hook: ReturnType<typeof hookNetwork>;
  suiteSetup(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'coin.ts'), code);
    const { index } = await hearth();
    await until(() => index.progress?.state === 'ready', 'the folder is read');
  });
  setup(() => void (hook = hookNetwork()));
  teardown(async () => {
    hook.end();
    await closeAll();
  });
  suiteTeardown(async () => {
    await configure('offline', undefined);
    await useChatModel(undefined);
    await configureEngine('model.completion', undefined);
    rmSync(folder, { recursive: true });
  });

  test('nothing of Hearth’s touches a network: an engine starts, and completes, chats and refactors', async () => {
    const { chat, refactors, network } = await hearth();
    await configureEngine('model.completion', scriptedModelPath());
    const editor = await openPicture('const tax =█');
    assert.match(await acceptBy(editor), /const tax = 0\.19;/);
    await useChatModel(chatModelPath());
    assert.equal(await chat.core.service.ask('Where is the coin?', []), null);
    const answer = [...(chat.core.service.conversation?.messages.values() ?? [])].at(-1);
    assert.match(JSON.stringify(answer), /In `shown\/coin\.ts`/);
    const model = process.env['HEARTH_TEST_REFACTOR_MODEL'];
    assert.ok(model, 'HEARTH_TEST_REFACTOR_MODEL names no model');
    await useChatModel(model);
    await until(async () => {
      const described = await chat.core.model.describe(new AbortController().signal);
      return 'name' in described && described.name === 'good';
    }, 'the other model answers');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path.join(folder, 'coin.ts')));
    const at = document.positionAt(code.indexOf('coin.length'));
    await vscode.window.showTextDocument(document, { selection: new vscode.Selection(at, at) });
    await refactors.start(refactorRecipes.simplify, undefined, '');
    await until(() => refactors.refactors[0]?.state === 'ready', 'the change is ready');
    await refactors.refactors[0]?.accept();
    assert.match(document.getText(), /coin\.trim\(\)\.length/);
    assert.deepEqual(hearths(hook.calls), []);
    assert.deepEqual(await network.ledger.entries(), []);
    const others = hook.calls.length;
    console.log(`Calls that touch a network meanwhile: 0 of Hearth's, ${others} of VS Code and others.`);
  });

  // The control: each way is seen, and known as Hearth's by the file that it came from.
  const ways: readonly (readonly [how: string, code: string])[] = [
    ['net.connect', "require('net').connect(9, '127.0.0.1').on('error', () => undefined)"],
    ['tls.connect', "require('tls').connect(9, '127.0.0.1').on('error', () => undefined)"],
    ['http.request', "require('http').get('http://127.0.0.1:9/').on('error', () => undefined)"],
    ['https.request', "require('https').get('https://127.0.0.1:9/').on('error', () => undefined)"],
    ['http2.connect', "require('http2').connect('http://127.0.0.1:9/').on('error', () => undefined)"],
    ['fetch', "await fetch('http://127.0.0.1:59999/').catch(() => undefined)"],
    ['dns.lookup', "require('dns').lookup('hearth.invalid', () => undefined)"],
    ['dns.promises', "await require('dns').promises.resolve4('hearth.invalid').catch(() => undefined)"],
    [
      'a resolver',
      "const one = new (require('dns').Resolver)(); one.resolve4('hearth.invalid', () => undefined); one.cancel()",
    ],
    [
      'dgram',
      "const one = require('dgram').createSocket('udp4'); one.send('a', 9, '127.0.0.1', () => one.close())",
    ],
    ['a server', "const one = require('net').createServer().listen(0, '127.0.0.1', () => one.close())"],
  ];
  for (const [how, code] of ways) {
    test(`${how} would be seen as Hearth’s`, async () => {
      await asHearth(code);
      assert.ok(hearths(hook.calls).length > 0, JSON.stringify(hook.calls.map(({ what }) => what)));
    });
  }

  test('a request that is asked for is seen, written down, and refused while Hearth is offline', async () => {
    const { network, status } = await hearth();
    const server = http.createServer((_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (): Promise<string> => {
      const response = await network.egress.request({
        purpose: 'catalogue',
        address: `http://${host}/some?key=secret`,
      });
      return response.text(100);
    };
    try {
      assert.deepEqual(hearths(hook.calls), []);
      assert.equal(await ask(), '{}');
      assert.ok(hearths(hook.calls).length > 0);
      await configure('offline', true);
      await until(() => /Offline\.$/.test(status.label), 'the status bar says so');
      const before = hearths(hook.calls).length;
      await assert.rejects(ask(), {
        code: 'forbidden',
        message: /^Hearth is offline and opens no connection to 127\.0\.0\.1:\d+: run /,
      });
      assert.equal(hearths(hook.calls).length, before, 'no socket was opened');
      await network.flush();
      const entries = await network.ledger.entries();
      assert.deepEqual(
        entries.map(({ host, purpose, end }) => [host, purpose, end?.outcome, end?.received]),
        [
          [host, 'catalogue', 'refused', 0],
          [host, 'catalogue', 'answered', 2],
        ],
      );
      assert.ok(!JSON.stringify(entries).includes('secret'));
    } finally {
      await configure('offline', undefined);
      server.close();
    }
  });

  if (process.platform === 'linux') {
    test('there is no network but loopback', () => {
      const others = Object.values(os.networkInterfaces()).flatMap(
        (all) => all?.filter(({ internal }) => !internal) ?? [],
      );
      assert.deepEqual(others, [], 'these tests run through `npm test`, which cuts them off');
    });
  }
});
