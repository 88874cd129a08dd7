/** Ghost text from a server in the place of the local model, in the real editor. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { FakeOllama } from '../support/fakeServers/ollama.ts';

const shots = path.join(repository, '.vscode-test/screenshots');

describe('completions of a server on this machine', () => {
  let ollama: FakeOllama;
  let editor: Editor;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    ollama = await FakeOllama.start();
    ollama.answer = [' price', ' * ', 'count;'];
    const folder = temporaryFolder();
    const text = 'export function total(price: number, count: number): number {\n  return\n}\n';
    writeFileSync(path.join(folder, 'shop.ts'), text);
    editor = await openEditor({
      ...{ folder, builtins: [], file: 'shop.ts' },
      settings: {
        'hearth.endpoints': [
          {
            ...{ name: 'Ollama', address: ollama.server.address(), api: 'ollama' },
            ...{ model: 'qwen2.5-coder:1.5b-base', roles: ['completion'] },
          },
        ],
      },
    });
  });
  after(async () => {
    await editor.close();
    await ollama.server.stop();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `completion-endpoint-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-6000));
  });

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
