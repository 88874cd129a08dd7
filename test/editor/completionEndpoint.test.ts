/** Ghost text from servers in the place of the local model, in the real editor. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { FakeOllama } from '../support/fakeServers/ollama.ts';
import { ProxyServer } from '../support/proxyServer.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
const model = { api: 'ollama', model: 'qwen2.5-coder:1.5b-base', roles: ['completion'] };

/** A folder with a function that lacks what it returns. */
function makeShop(): string {
  const folder = temporaryFolder();
  const text = 'export function total(price: number, count: number): number {\n  return\n}\n';
  writeFileSync(path.join(folder, 'shop.ts'), text);
  return folder;
}

async function startOllama(): Promise<FakeOllama> {
  const ollama = await FakeOllama.start();
  ollama.answer = [' price', ' * ', 'count;'];
  return ollama;
}

/** Takes a picture after each test, and tells what the editor logged where it failed. */
function lookAt(editor: () => Editor): void {
  afterEach(async (context) => {
    const name = context.name.replace(/\W+/g, '-');
    await editor().screenshot(path.join(shots, `completion-endpoint-${name}.png`));
    if ('passed' in context && context.passed === false) console.log(editor().logs().slice(-6000));
  });
}

describe('completions of a server on this machine', () => {
  let ollama: FakeOllama;
  let editor: Editor;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    ollama = await startOllama();
    editor = await openEditor({
      ...{ folder: makeShop(), builtins: [], file: 'shop.ts' },
      settings: { 'hearth.endpoints': [{ name: 'Ollama', address: ollama.server.address(), ...model }] },
    });
  });
  after(async () => {
    await editor.close();
    await ollama.server.stop();
  });
  lookAt(() => editor);

  it('come as ghost text, and no engine is started for them', async () => {
    await until(
      async () => /Ollama completes/.test(await editor.statusText()),
      'the status names the server',
    );
    await editor.goTo(2, 9);
    await editor.page.keyboard.press('Alt+\\');
    assert.equal(await editor.waitForGhostText(), ' price * count;');
    const [asked] = ollama.bodies('/api/generate');
    assert.match(String(asked?.['prompt']), /total\(price: number/);
    assert.deepEqual(editor.enginePids(), []);
    await editor.accept();
    assert.match((await editor.lines()).join('\n'), /return price \* count;/);
  });

  it('come from the local model while the server is gone, and that is said', async () => {
    await ollama.server.stop();
    await editor.goTo(3, 2);
    await editor.type('\nexport const tax =');
    await until(async () => /the local model completes/.test(await editor.statusText()), 'it is said');
    await until(() => editor.enginePids().length === 1, 'the engine has started');
  });
});

describe('completions of a server in one’s own network', () => {
  let ollama: FakeOllama;
  let proxy: ProxyServer;
  let editor: Editor;
  before(async () => {
    ollama = await startOllama();
    proxy = await ProxyServer.start(Number(new URL(ollama.server.address()).port));
    editor = await openEditor({
      ...{ folder: makeShop(), builtins: [], file: 'shop.ts' },
      settings: {
        'http.proxy': proxy.address,
        'hearth.endpoints': [{ name: 'Box', address: 'http://10.9.8.7:11434', ...model }],
      },
    });
  });
  after(async () => {
    await editor.close();
    await proxy.stop();
    await ollama.server.stop();
  });
  lookAt(() => editor);

  const askByHand = async (): Promise<void> => {
    await editor.goTo(2, 9);
    await editor.page.keyboard.press('Alt+\\');
  };
  const isSaid = (words: RegExp) =>
    until(async () => words.test(await editor.statusText()), `the status says ${words.source}`);

  it('are the local model’s before that is allowed, and it is said why', async () => {
    await askByHand();
    await isSaid(/Box gets nothing of what you type before you agreed .* So the local model completes/);
    await until(() => editor.enginePids().length === 1, 'the engine has started');
    assert.deepEqual(ollama.server.requests, []);
  });

  it('are allowed from the menu of the status bar, which says what is sent then', async () => {
    await editor.runCommand('Hearth: Show Menu');
    await editor.pickQuickItem('Allow Box for This Workspace…');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText('May Box be sent text of this workspace without a question each time?').waitFor();
    await dialog.getByText('what you type, with the code around it').waitFor();
    await editor.screenshot(path.join(shots, 'completion-endpoint-allow.png'));
    await dialog.getByRole('button', { name: 'Always for This Workspace' }).click();
    await editor.page
      .locator('.statusbar-item', { hasText: 'Box may be sent text of this workspace.' })
      .waitFor();
    await editor.dismiss();
    await askByHand();
    assert.equal(await editor.waitForGhostText(), ' price * count;');
    await isSaid(/Box completes/);
  });

  it('are the local model’s again while Hearth is offline', async () => {
    await editor.dismiss();
    const before = ollama.server.requests.length;
    await editor.runCommand('Hearth: Work Offline or Online');
    await until(async () => !/Box completes/.test(await editor.statusText()), 'the server does not complete');
    await askByHand();
    await isSaid(/Offline/);
    await editor.waitForReady();
    assert.equal(ollama.server.requests.length, before);
  });
});
