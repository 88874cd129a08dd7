/** A download in the editor from a server on loopback: paused, gone on with after a reload, used, refused, cancelled. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { sha256 } from '../support/downloads.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { FaultServer } from '../support/faultServer.ts';
import { ModelsPage } from './modelsPage.ts';

const folder = temporaryFolder();
const shots = path.join(repository, '.vscode-test/screenshots');
/** Bytes after which a connection falls silent; the first request asks for less. */
const stall = 300_000;

describe('a download in the editor', () => {
  let editor: Editor;
  let models: ModelsPage;
  let server: FaultServer;
  let content: Buffer;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeFileSync(path.join(folder, 'shop.ts'), '');
    content = readFileSync(await editorModel());
    server = await FaultServer.start(content);
    const settings = { 'hearth.engine.device': 'cpu', 'editor.quickSuggestions': { other: 'off' } };
    editor = await openEditor({ folder, builtins: [], file: 'shop.ts', settings });
    models = new ModelsPage(editor);
    await editor.waitForReady();
    await models.open();
  });
  after(async () => {
    await editor.close();
    await server.stop();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `download-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  /** Waits until a screen reader says something like this of a row. */
  async function said(pattern: RegExp): Promise<void> {
    await until(
      async () => (await models.speech()).some((text) => pattern.test(text)),
      `a row says ${String(pattern)}`,
    );
  }

  it('begins with an address, and its row says how far it is', async () => {
    server.reply = () => ({ stallAfter: stall });
    await models.download(server.address('/models/scripted.gguf'));
    await until(() => server.stalled > 0, 'the server has sent a part of it');
    await said(/^scripted\.gguf, downloading, \d+ % of \d+\.\d kB/);
    const speech = await models.speech();
    assert.ok(speech.includes('Downloads'), speech.join('\n'));
    assert.deepEqual(await models.menu('scripted.gguf'), ['Pause Download', 'Cancel Download']);
    await editor.page.locator('.statusbar').getByText('Downloading scripted.gguf').waitFor();
    await editor.page.locator('.activitybar .badge[aria-label*="1 download"]').waitFor();
  });

  it('is paused, and its connections end', async () => {
    await models.pick('scripted.gguf', 'Pause Download');
    await said(/^scripted\.gguf, paused at 3\d % of/);
    await until(() => server.connections === 0, 'no connection is open');
    assert.deepEqual(await models.menu('scripted.gguf'), ['Resume Download', 'Cancel Download']);
  });

  it('survives a reload of the window in the middle of it', async () => {
    server.reply = ({ range }) => ({ stallAfter: range?.start === 0 ? stall : 100_000 });
    await models.pick('scripted.gguf', 'Resume Download');
    await until(() => server.stalled > 0, 'the server has sent some more');
    await editor.runCommand('Developer: Reload Window');
    await editor.page.locator('.monaco-workbench').waitFor({ state: 'detached' });
    await editor.page.locator('.monaco-workbench').waitFor();
    await editor.waitForReady();
    await models.open();
    // What came last may not have been written down.
    await said(/^scripted\.gguf, paused at [34]\d % of/);
    await until(() => server.connections === 0, 'no connection is open');
  });

  it('goes on to its end, and is listed as installed', async () => {
    server.reply = () => ({});
    const before = server.sent;
    await models.pick('scripted.gguf', 'Resume Download');
    await models.row('scripted F16').waitFor();
    const speech = await models.speech();
    assert.ok(speech.includes('Installed') && !speech.includes('Downloads'), speech.join('\n'));
    assert.ok(server.sent - before < content.length - stall, 'what was loaded is not loaded again');
    assert.deepEqual(await editor.notifications(), []);
  });

  it('is used with one pick, and until it answers the old model does', async () => {
    const seen: string[] = [];
    await models.pick('scripted F16', 'Use for Completion');
    await until(async () => {
      seen.push(await editor.statusText());
      assert.ok(editor.enginePids().length > 0, 'an engine runs all the time');
      return seen.at(-1) === 'Hearth: ready. scripted on the CPU';
    }, 'the status bar says that the downloaded model is ready');
    for (const status of seen) assert.match(status, /^Hearth: ready\./);
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.type('const rate =');
    assert.match(await editor.waitForGhostText(), /0\.19;/);
  });

  it('with other bytes than its host states is one sentence, and nothing of it stays', async () => {
    server.content = Buffer.concat([content.subarray(0, -1), Buffer.from([7])]);
    server.reply = () => ({ headers: { 'x-linked-etag': `"${sha256(content)}"` } });
    await models.download(server.address('/models/wrong.gguf'));
    await until(async () => (await editor.notifications()).length > 0, 'a message is shown');
    const [message = '', ...more] = await editor.notifications();
    assert.match(message, /^Hearth: What was loaded is not the file that it should be .* the address\.$/);
    assert.deepEqual(more, []);
    await said(/^wrong\.gguf, failed\. What was loaded is not/);
    await editor.screenshot(path.join(shots, 'download-wrong-bytes.png'));
    await editor.runCommand('Notifications: Clear All Notifications');
    await models.pick('wrong.gguf', 'Cancel Download');
    await models.row('wrong.gguf').waitFor({ state: 'detached' });
    await noneRuns();
  });

  it('is cancelled, and what was loaded is removed', async () => {
    server.content = content;
    server.reply = () => ({ stallAfter: stall });
    await models.download(server.address('/models/third.gguf'));
    await until(() => server.stalled > 0, 'the server has sent a part of it');
    await said(/^third\.gguf, downloading, \d+ % of/);
    const there = await modelFolder();
    assert.ok(readdirSync(there).some((file) => file.startsWith('third.gguf')));
    await models.pick('third.gguf', 'Cancel Download');
    await models.row('third.gguf').waitFor({ state: 'detached' });
    await noneRuns();
    assert.deepEqual(readdirSync(there), ['scripted.gguf']);
    assert.ok(readFileSync(path.join(there, 'scripted.gguf')).equals(content));
    assert.deepEqual(await editor.notifications(), []);
  });

  /** Waits until neither the status bar nor the badge tells of a download. */
  async function noneRuns(): Promise<void> {
    const bar = editor.page.locator('.statusbar').getByText('Downloading');
    await bar.waitFor({ state: 'detached' });
    const badge = editor.page.locator('.activitybar .badge[aria-label*="download"]');
    await until(async () => (await badge.count()) === 0, 'the badge is gone');
  }

  /** Where the downloaded models lie, as the question before a deletion says it. */
  async function modelFolder(): Promise<string> {
    await models.pick('scripted F16', 'Delete Model…');
    const dialog = editor.page.locator('.monaco-dialog-box');
    const detail = await dialog.locator('.dialog-message-detail').innerText();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    return path.dirname(/^(.*\.gguf) \(/.exec(detail)?.[1] ?? '');
  }

  it('asks for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});
