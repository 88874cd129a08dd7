/** Endpoints in the editor: how one is added, tested and removed, as a person does it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { usualPorts } from '../../src/remote/endpoints/discovery.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ModelsPage } from './modelsPage.ts';

const continueConfig = `name: Mine
version: 0.0.1
models:
  - name: Coder of Continue
    provider: ollama
    model: coder:7b
    roles: [chat, autocomplete]
  - name: Service of Continue
    provider: mistral
    model: large
    apiKey: sk-written
    roles: [chat]
`;
const shots = path.join(repository, '.vscode-test/screenshots');

describe('endpoints in the editor', () => {
  const asked: string[] = [];
  /** What stands for the key that the server wants; null: none. */
  let wanted: string | null = 'Bearer sk-right';
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    const key = wanted === null || request.headers.authorization === wanted;
    const status = key ? (request.url === '/v1/models' ? 200 : 404) : 401;
    const data = ['small-coder', 'large-coder'].map((id) => ({ id, object: 'model', owned_by: 'vllm' }));
    const body = status === 200 ? { object: 'list', data } : { error: { message: 'No.' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  let editor: Editor;
  let models: ModelsPage;
  let host = '';

  before(async () => {
    mkdirSync(shots, { recursive: true });
    host = await listenAtUsualPort(server);
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'shop.ts'), '');
    const config = temporaryFolder();
    writeFileSync(path.join(config, 'config.yaml'), continueConfig);
    // So that nothing is taken of whoever runs the test.
    const env = { CONTINUE_GLOBAL_DIR: config, XDG_CONFIG_HOME: config, HOME: temporaryFolder() };
    editor = await openEditor({ folder, builtins: [], file: 'shop.ts', env });
    models = new ModelsPage(editor);
    await editor.waitForReady();
  });
  after(async () => {
    await editor.close();
    server.close();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `endpoints-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  const input = () => editor.page.locator('.quick-input-widget .quick-input-box input').first();
  const prompt = (text: string | RegExp) => editor.page.locator('.quick-input-message').getByText(text);

  /** Answers the question for a text that has this prompt. */
  async function answer(question: string | RegExp, text: string): Promise<void> {
    await prompt(question).waitFor();
    await input().fill(text);
    await editor.page.keyboard.press('Enter');
  }

  const back = () => editor.page.locator('.quick-input-widget .codicon-quick-input-back').first().click();

  it('are added by a few questions, each with a way back', async () => {
    await editor.runCommand('Hearth: Add Endpoint…');
    const kinds = await editor.quickPickItems();
    for (const kind of ['Find Local Servers', 'Ollama', 'Other server', 'OpenAI', 'Anthropic'])
      assert.ok(
        kinds.some((label) => label.trim() === kind),
        `${kind} in ${kinds.join(', ')}`,
      );
    await editor.screenshot(path.join(shots, 'endpoints-kinds.png'));
    await editor.pickQuickItem('Find Local Servers');
    await editor.page.locator('.quick-input-list .label-name').getByText(/Use /).first().waitFor();
    await back();
    await editor.pickQuickItem('Other server');
    await answer('The address of Other server', 'http://example.com/?key=x');
    await prompt('The address has a "?" or "#" in it').waitFor();
    await input().fill(host);
    await editor.page.keyboard.press('Enter');
    await answer(`The key for ${host}, if it wants one`, '');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText(/wants a key/).waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-refused.png'));
    await dialog.getByRole('button', { name: 'Change Address or Key' }).click();
    await prompt(`The key for ${host}`).waitFor();
    await back();
    await answer('The address of Other server', host);
    await answer(`The key for ${host}`, 'sk-right');
    await editor.page.locator('.quick-input-list .label-name').getByText('large-coder').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-model.png'));
    await editor.pickQuickItem('large-coder');
    await editor.page.locator('.quick-input-list .label-name').getByText('Hard Questions').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-roles.png'));
    const ok = editor.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' });
    for (const role of ['Chat', 'Refactor'])
      await editor.page.locator('.quick-input-list .label-name').getByText(role, { exact: true }).click();
    await ok.click();
    await until(
      async () => (await input().getAttribute('placeholder'))?.startsWith('Pick one at least') ?? false,
      'without a role it is asked again',
    );
    await ok.click();
    await answer('What do you call it?', 'Team');
    await until(
      async () =>
        (await editor.notifications()).some((text) =>
          text.includes('Team was added: it answers the chat and makes refactors.'),
        ),
      'a message says what it does now',
    );
    await models.open();
    await models.row('Team').waitFor();
    assert.ok((await models.speech()).includes('Endpoints'));
    assert.match(
      (await models.speech()).join('\n'),
      /Team, endpoint on this machine, chat and refactor, 127/,
    );
  });

  it('are asked again on command, and say what they can do', async () => {
    asked.splice(0);
    await models.pick('Team', 'Test Endpoint…');
    await until(
      async () => (await editor.notifications()).some((text) => /Team answers: .*large-coder/.test(text)),
      'a message says what it can do',
    );
    assert.ok(asked.length > 0 && asked.every((line) => line.endsWith('Bearer sk-right')), asked.join('\n'));
    const known = editor.page.locator('.workbench-hover .hover-contents').getByText('nothing leaves it');
    // The row is drawn anew when there is news of it, which takes what is shown of it away.
    await until(async () => {
      await editor.page.mouse.move(0, 0);
      await models.row('Team').hover();
      return known.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    }, 'whoever points at it sees what is known of it');
  });

  it('are removed after a question, with their key', async () => {
    assert.ok((await models.menu('Team')).includes('Remove Key of Endpoint…'));
    await models.pick('Team', 'Remove Endpoint…');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText('Remove Team?').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-remove.png'));
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await models.row('Team').waitFor({ state: 'detached' });
    assert.ok(!(await models.speech()).includes('Endpoints'));
  });

  it('are found on this machine where somebody looks for them, and used with one pick', async () => {
    wanted = null;
    await editor.runCommand('Hearth: Find Local Servers');
    await editor.page.locator('.quick-input-list .label-name').getByText('Use large-coder').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-found.png'));
    await editor.page.locator('.quick-input-list .label-name').getByText('Use small-coder').waitFor();
    await editor.page.locator('.quick-input-list .label-name').getByText('Use large-coder').click();
    await models.row('vLLM').waitFor();
    assert.match(
      (await models.speech()).join('\n'),
      /vLLM, endpoint on this machine, chat and refactor, 127/,
    );
    await until(
      async () =>
        (await editor.notifications()).some((text) => /^Hearth: vLLM .* is used for chat/.test(text)),
      'a message says what it is used for',
    );
    await editor.page.locator('.notification-toast').getByRole('button', { name: 'Undo' }).click();
    await models.row('vLLM').waitFor({ state: 'detached' });
  });

  it('are taken from another set-up after they were shown, but for keys, which are asked for', async () => {
    asked.splice(0);
    await editor.runCommand('Hearth: Import Set-up From Other Extensions…');
    const labels = editor.page.locator('.quick-input-list .label-name');
    await labels.getByText('Coder of Continue').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-import.png'));
    await editor.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText('Add these 2 endpoints?').waitFor();
    await editor.screenshot(path.join(shots, 'endpoints-import-shown.png'));
    await dialog.getByRole('button', { name: 'Add' }).click();
    await answer(/^It is kept in the editor's secret storage, and sent to api\.mistral\.ai only/, 'sk-typed');
    await models.row('Service of Continue').waitFor();
    const speech = (await models.speech()).join('\n');
    assert.match(speech, /Coder of Continue, endpoint on this machine/);
    assert.match(speech, /Service of Continue, endpoint elsewhere, hard questions, api\.mistral\.ai/);
    await until(
      async () => (await models.menu('Service of Continue')).includes('Remove Key of Endpoint…'),
      'it has the key that was typed',
    );
    assert.deepEqual(asked, []);
  });

  it('ask for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});

/** Listens where servers with OpenAI's interface are looked for; gives name and port. */
async function listenAtUsualPort(server: http.Server): Promise<string> {
  for (const { port, api } of usualPorts) {
    if (api !== 'openai') continue;
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return `127.0.0.1:${port}`;
    } catch {
      // Somebody's own server is there.
    }
  }
  throw new Error('All usual ports are taken.');
}
