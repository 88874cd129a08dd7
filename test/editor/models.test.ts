/** The models in the editor, without a network: what is listed, proposed, looked at, imported, used and deleted. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { probeStamp } from '../../src/host/models/probeStamp.ts';
import { SpeedBook } from '../../src/host/models/speedBook.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ModelsPage } from './modelsPage.ts';

const folder = temporaryFolder();
const shots = path.join(repository, '.vscode-test/screenshots');
/** As nobody hopes that a path is. */
const file = path.join(temporaryFolder(), 'my models, моделі', 'scripted (1).gguf');

/** Notes that this machine was measured, and is quick: how much else it has to do while it is tested decides nothing. */
async function noteSpeed(storage: string): Promise<void> {
  const processors = os.cpus();
  const conditions = { device: 'cpu', threads: 0 } as const;
  const processor = `${processors[0]?.model ?? ''} x ${processors.length}`;
  const stamp = probeStamp(
    { ...conditions, processor },
    { backend: 'cpu', devices: [], threads: processors.length },
  );
  const speed = { promptTokensPerSecond: 400, decodeTokensPerSecond: 40, weightsBytes: 600e6 };
  await new SpeedBook(storage).note(stamp, { ...speed, backend: 'cpu', at: Date.now() });
}

describe('the models in the editor', () => {
  let editor: Editor;
  let models: ModelsPage;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeFileSync(path.join(folder, 'shop.ts'), '');
    mkdirSync(path.dirname(file));
    copyFileSync(await editorModel(), file);
    const settings = { 'hearth.engine.device': 'cpu', 'editor.quickSuggestions': { other: 'off' } };
    editor = await openEditor({
      folder,
      builtins: ['markdown-language-features'],
      file: 'shop.ts',
      settings,
    });
    models = new ModelsPage(editor);
    await editor.waitForReady();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `models-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  it('begin with the starter, which is in use and stays', async () => {
    await models.open();
    const [heading, starter = ''] = await models.speech();
    assert.equal(heading, 'In Use');
    assert.match(starter, /^hearth-starter.*, in use for completion, .*fits well/);
    assert.deepEqual(await models.menu('hearth-starter'), ['Inspect Model', 'Reveal Model File']);
  });

  it('say what they are to whoever points at them', async () => {
    await models.row('hearth-starter').hover();
    const hover = editor.page.locator('.workbench-hover .hover-contents');
    await hover.getByText('Weights').waitFor();
    assert.match(await hover.innerText(), /available[^]*From: ships with Hearth/);
  });

  it('are proposed for this machine, with what a pick fetches and from where', async () => {
    await noteSpeed(editor.storage);
    await editor.runCommand('Hearth: Choose a Model for This Machine…');
    await editor.page.locator('.quick-input-list .label-name').getByText('Browse All Models…').waitFor();
    await editor.screenshot(path.join(shots, 'models-choose.png'));
    const details = editor.page.locator('.quick-input-list .quick-input-list-label-meta');
    const fetches = (await details.allInnerTexts()).filter((detail) => detail.startsWith('Download'));
    assert.ok(fetches.length > 0, 'there is more than the starter for this machine');
    for (const detail of fetches)
      assert.match(detail, /^Download (about )?\d+\.\d [MG]B from [\w-]+(\.[\w-]+)+\. \w/);
    await editor.page.keyboard.press('Escape');
    assert.deepEqual(await editor.notifications(), []);
  });

  it('are looked at in a page that says what the file says of itself', async () => {
    await models.pick('hearth-starter', 'Inspect Model');
    await editor.page.locator('.tab.active').filter({ hasText: 'hearth-starter' }).waitFor();
    await until(async () => /^# /.test((await editor.lines())[0] ?? ''), 'a page with a title');
    await editor.screenshot(path.join(shots, 'models-inspect.png'));
    await editor.runCommand('View: Close Editor');
  });

  it('are imported from a file, which stays', async () => {
    await editor.runCommand('Hearth: Import a Model File…');
    await models.chooseFile(file);
    await editor.page
      .locator('.quick-input-list .label-name')
      .getByText("Copy It into Hearth's Folder")
      .click();
    await editor.pickQuickItem('Not Yet');
    await models.row('scripted').waitFor();
    assert.ok((await models.speech()).includes('Installed'));
    const menu = await models.menu('scripted');
    assert.ok(menu.includes('Use for Completion') && menu.includes('Delete Model…'), menu.join(', '));
    assert.ok(existsSync(file));
  });

  it('are used with one pick, and the one before is there until then', async () => {
    await models.pick('scripted', 'Use for Completion');
    await until(
      async () => (await editor.statusText()) === 'Hearth: ready. scripted on the CPU',
      'the status bar says that the imported model is ready',
    );
    await until(
      async () => (await models.speech()).some((text) => /^scripted.*in use for completion/.test(text)),
      'the list says so too',
    );
  });

  it('are deleted only when told so, and then the starter takes over', async () => {
    await models.pick('scripted', 'Delete Model…');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText(/^Delete scripted/).waitFor();
    const detail = await dialog.locator('.dialog-message-detail').innerText();
    const copy = /^(.*\.gguf) \(/.exec(detail)?.[1] ?? '';
    assert.ok(existsSync(copy) && copy !== file, detail);
    assert.match(detail, /in use for completion/);
    await editor.screenshot(path.join(shots, 'models-delete.png'));
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.ok(existsSync(copy));
    await models.pick('scripted', 'Delete Model…');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await models.row('scripted').waitFor({ state: 'detached' });
    assert.deepEqual([existsSync(copy), existsSync(file)], [false, true]);
    await until(
      async () => (await editor.statusText()) === 'Hearth: ready. hearth-starter on the CPU',
      'the starter is in use again',
    );
    assert.deepEqual(await editor.notifications(), []);
  });

  it('are unloaded when told so, until they are needed', async () => {
    await editor.runCommand('Hearth: Unload Model Until Needed');
    await until(
      async () => /hearth-starter is unloaded/.test(await editor.statusText()),
      'the status bar says that the model is unloaded',
    );
    await until(() => editor.enginePids().length === 0, 'its process is gone');
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.type('import ');
    await editor.waitForGhostText();
    assert.equal(editor.enginePids().length, 1);
  });

  it('have no list while Hearth is turned off, but the way to turn it on', async () => {
    await editor.runCommand('Hearth: Turn On or Off');
    await editor.page.locator('.welcome-view').getByText('Hearth is turned off.').waitFor();
    await editor.page.locator('.welcome-view').getByRole('button', { name: 'Turn Hearth On' }).click();
    await models.row('hearth-starter').waitFor();
    await editor.waitForReady();
  });

  it('ask for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});
