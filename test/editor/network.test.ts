/** The list of requests in the editor: what it shows of this window and others, how it is exported and cleared, offline. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { NetworkLedger } from '../../src/host/network/networkLedger.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { FaultServer } from '../support/faultServer.ts';
import { closedRequest, openedRequest } from '../support/ledgerEntries.ts';
import { ModelsPage } from './modelsPage.ts';

const folder = temporaryFolder();
const shots = path.join(repository, '.vscode-test/screenshots');
const price = Array.from({ length: 20 }, (_, line) => `export const price${line + 1} = ${line};\n`).join('');

describe('the list of requests in the editor', () => {
  let editor: Editor;
  let server: FaultServer;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src/price.ts'), price);
    writeFileSync(path.join(folder, 'shop.ts'), '');
    server = await FaultServer.start(Buffer.from('no model'));
    const settings = { 'hearth.engine.device': 'cpu' };
    editor = await openEditor({ folder, builtins: [], file: 'shop.ts', settings });
    await editor.waitForReady();
  });
  after(async () => {
    await editor.close();
    await server.stop();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `network-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  const pane = (): Locator =>
    editor.page.locator('.pane', { has: editor.page.locator('[aria-label^="Network"]') });
  const rows = (): Locator => pane().locator('.monaco-list-row');
  const row = (label: string): Locator => pane().locator(`.monaco-list-row[aria-label^="${label}"]`).first();
  const speech = async (): Promise<string[]> =>
    Promise.all(
      (await rows().all()).map(async (one) => ((await one.getAttribute('aria-label')) ?? '').trim()),
    );

  it('says that nothing was sent as long as that is so', async () => {
    await editor.runCommand('Hearth: Show Network');
    await pane()
      .locator('.welcome-view')
      .getByText('Nothing has left this machine since this list began.')
      .waitFor();
    assert.deepEqual(await speech(), []);
  });

  it('shows what another window sends, by day, the newest first', async () => {
    const workspace = pathToFileURL(folder).href;
    const ledger = new NetworkLedger({
      folder: path.join(editor.storage, 'network'),
      log: assert.fail,
      workspace: () => workspace,
    });
    const now = Date.now();
    const ask = async (
      secondsAgo: number,
      more: Parameters<typeof openedRequest>[0],
      end: Parameters<typeof closedRequest>[0],
    ) => (await ledger.record(openedRequest({ when: now - secondsAgo * 1000, ...more })))(closedRequest(end));
    await ask(
      3 * 86_400,
      { purpose: 'model-download', method: 'GET', host: 'huggingface.co:443', about: null },
      { sent: 0, received: 4_683_000_000 },
    );
    await ask(
      60,
      {
        reach: 'loopback',
        host: '127.0.0.1:11434',
        about: { endpoint: 'Ollama', purpose: 'completion', places: [], tokens: 812, redactions: 0 },
      },
      {},
    );
    await ask(
      40,
      { reach: 'private', host: '10.0.0.7:8000' },
      { outcome: 'failed', error: 'refused', status: null, sent: 0, received: 0 },
    );
    await ask(20, {}, {});
    await ledger.flush();
    await row('Cloud (api.example:443), chat').waitFor();
    const [today = '', ...others] = await speech();
    assert.match(today, /^Today, 3 requests, 2 left this machine, 2,468 tokens$/);
    assert.match(
      others[0] ?? '',
      /^Cloud \(api\.example:443\), chat, \d\d:\d\d, 1,234 tokens, 5\.1 kB sent, .* answered, 2 pieces of files/,
    );
    assert.match(
      others[1] ?? '',
      /^Cloud \(10\.0\.0\.7:8000\), chat, .* failed \(refused\), 2 pieces of files/,
    );
    assert.match(others[2] ?? '', /^Ollama \(127\.0\.0\.1:11434\), completion, .* stayed on this machine/);
    assert.match(others[3] ?? '', /^\w+, \d+ \w+ \d{4}, 1 request$/);
  });

  it('opens the lines that went with a request', async () => {
    await row('Cloud (api.example:443), chat').click();
    await row('src/price.ts, lines 3 to 9').waitFor();
    await editor.screenshot(path.join(shots, 'network-files.png'));
    await row('src/price.ts, lines 3 to 9').click();
    await editor.page.locator('.tab.active').filter({ hasText: 'price.ts' }).waitFor();
    await editor.page.locator('#status\\.editor\\.selection').filter({ hasText: 'Ln 9' }).waitFor();
    await row('Cloud (api.example:443), chat').hover();
    const hover = editor.page.locator('.workbench-hover .hover-contents');
    await hover.getByText('Redactions').waitFor();
    assert.match(
      await hover.innerText(),
      /Destination: api\.example:443 \(elsewhere\)[^]*Certificate: checked[^]*Took: 812 ms/,
    );
  });

  it('shows what this window does, under way and ended', async () => {
    server.reply = () => ({ status: 404 });
    await new ModelsPage(editor).download(server.address('/none.gguf'));
    await until(async () => (await editor.notifications()).length > 0, 'the failure is told');
    await editor.runCommand('Notifications: Clear All Notifications');
    await editor.runCommand('Hearth: Show Network');
    await until(
      async () =>
        (await speech()).some((one) =>
          /^127\.0\.0\.1:\d+, model download, .* answered with HTTP 404/.test(one),
        ),
      'the download stands there',
    );
  });

  it('offline, no connection is opened, which the status bar and the list say', async () => {
    await editor.runCommand('Hearth: Work Offline or Online');
    await until(async () => /Offline\.$/.test(await editor.statusText()), 'the status bar says so');
    await pane().locator('.pane-header').getByText('offline').waitFor();
    const before = server.requests.length;
    await new ModelsPage(editor).download(server.address('/none.gguf'));
    await until(async () => (await editor.notifications()).length > 0, 'the refusal is told');
    assert.match(
      (await editor.notifications()).join(' '),
      /Hearth is offline and opens no connection to 127\.0\.0\.1:\d+: run "Hearth: Work Offline or Online"/,
    );
    assert.equal(server.requests.length, before);
    await editor.screenshot(path.join(shots, 'network-offline-refused.png'));
    await editor.runCommand('Notifications: Clear All Notifications');
    await editor.runCommand('Hearth: Show Network');
    await until(
      async () => (await speech()).some((one) => /^127\.0\.0\.1:\d+, model download, .* refused/.test(one)),
      'the refusal stands there',
    );
    await editor.runCommand('Hearth: Show Menu');
    await editor.page.locator('.quick-input-title').getByText('Hearth', { exact: true }).waitFor();
    await editor.page.keyboard.type('Work Online');
    await editor.pickQuickItem('Work Online');
    await until(
      async () => !/Offline/.test(await editor.statusText()),
      'the status bar says that it is over',
    );
  });

  for (const [name, wanted] of [
    ['hearth-network.json', /"host": "api\.example:443"/],
    ['all.csv', /^time,destination,.*\r\n[^]*,api\.example:443,/],
  ] as const) {
    it(`is exported as ${name}`, async () => {
      const file = path.join(folder, name);
      await editor.runCommand('Hearth: Export Network List…');
      const input = editor.page.locator('.quick-input-widget .quick-input-filter input').first();
      await until(
        async () => (await input.inputValue()).endsWith('hearth-network.json'),
        'a name is proposed',
      );
      await input.fill(file);
      await until(async () => {
        if (existsSync(file)) return true;
        // While the dialog still looks at what was typed it takes no answer.
        await editor.page.keyboard.press('Enter');
        return input.waitFor({ state: 'hidden', timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      }, 'the dialog has taken the name');
      await until(() => existsSync(file) && readFileSync(file).length > 0, 'the file is written');
      assert.match(readFileSync(file, 'utf8'), wanted);
    });
  }

  it('is cleared only when told so', async () => {
    const dialog = editor.page.locator('.monaco-dialog-box');
    await editor.runCommand('Hearth: Clear Network List…');
    await dialog.getByText('Clear the list of all requests?').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.ok((await speech()).length > 3);
    await editor.runCommand('Hearth: Clear Network List…');
    await dialog.getByRole('button', { name: 'Clear' }).click();
    await pane()
      .locator('.welcome-view')
      .getByText('Nothing has left this machine since this list began.')
      .waitFor();
    assert.deepEqual(
      await new NetworkLedger({ folder: path.join(editor.storage, 'network'), log: assert.fail }).entries(),
      [],
    );
  });

  it('asks for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});
