/** What a person sees and does: Hearth in the real editor, in a browser, with keys and the mouse. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';

const folder = temporaryFolder();
const file = path.join(folder, 'shop.ts');
const shots = path.join(repository, '.vscode-test/screenshots');
const saved = (): string => readFileSync(file, 'utf8');

describe('ghost text in the editor', () => {
  let editor: Editor;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeFileSync(file, '');
    editor = await openEditor({
      folder,
      builtins: ['markdown-language-features'],
      file: 'shop.ts',
      settings: {
        'hearth.model.completion': await editorModel(),
        'hearth.engine.device': 'cpu',
        'editor.quickSuggestions': { other: 'off' },
      },
    });
    await editor.waitForReady();
  });
  after(() => editor.close());
  beforeEach(async () => {
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.page.keyboard.press('ControlOrMeta+a');
    await editor.page.keyboard.press('Delete');
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  it('starts without a popup, and the status bar says what it runs on', async () => {
    assert.deepEqual(await editor.notifications(), []);
    assert.equal(await editor.statusText(), 'Hearth: ready. scripted on the CPU');
  });

  it('is seen while typing, Tab accepts it, and the saved file holds exactly that', async () => {
    await editor.type('const tax =');
    assert.equal(await editor.waitForGhostText(), ' 0.19;');
    assert.deepEqual(await editor.lines(), ['const tax =']);
    await editor.accept();
    assert.equal(await editor.ghostText(), null);
    await editor.save();
    assert.equal(saved(), 'const tax = 0.19;');
  });

  it('over several lines stands below the line, and is accepted whole', async () => {
    await editor.type('if (ok) {');
    await until(
      async () => (await editor.ghostText())?.includes('pay();') === true,
      'ghost text over several lines, with "pay();" in it',
    );
    await editor.screenshot(path.join(shots, 'several-lines.png'));
    await editor.accept();
    await editor.save();
    assert.equal(saved(), 'if (ok) {\n  pay();\n}');
  });

  it('goes away with Escape, and nothing of it is written', async () => {
    await editor.type('let rate =');
    await editor.waitForGhostText();
    await editor.dismiss();
    assert.equal(await editor.ghostText(), null);
    await editor.save();
    assert.equal(saved(), 'let rate =');
  });

  it('stays while typing goes along with it, without asking the model', async () => {
    await editor.type('let rate =');
    await editor.waitForGhostText();
    await editor.type(' 0');
    assert.equal(await editor.waitForGhostText(), '.19;');
    await editor.accept();
    await editor.save();
    assert.equal(saved(), 'let rate = 0.19;');
  });

  it('gives way to typing that doesn’t agree with it', async () => {
    await editor.type('let rate =');
    await editor.waitForGhostText();
    await editor.type('x');
    await until(
      async () => (await editor.ghostText()) === null,
      'no ghost text is left after an "x" that doesn’t agree',
    );
    await editor.save();
    assert.equal(saved(), 'let rate =x');
  });

  it('keeps every keystroke of fast typing', async () => {
    const text = 'const a = 1; const b = 2; const c = a + b; const d = c * (a - b) + 3; '.repeat(4);
    await editor.type(text.trim(), { delay: 5 });
    await editor.dismiss();
    await editor.save();
    assert.equal(saved().replace(/\s+$/, ''), text.trim());
  });

  it('stops with the toggle command, and comes back with it', async () => {
    await editor.runCommand('Hearth: Turn On or Off');
    await until(
      async () => (await editor.statusText()) === 'Hearth: paused. Turned off.',
      'the status bar says that Hearth is paused',
    );
    await editor.type('const tax =');
    await editor.page.waitForTimeout(1500);
    assert.equal(await editor.ghostText(), null);
    await editor.runCommand('Hearth: Turn On or Off');
    await editor.waitForReady();
    await editor.type(' 1;\nlet b =');
    assert.equal(await editor.waitForGhostText(), ' 0.19;');
  });

  it('survives the end of the engine while one types', async () => {
    await editor.type('const before =');
    await editor.waitForGhostText();
    const pids = editor.enginePids();
    assert.equal(pids.length, 1, `one engine runs, and no more: ${pids.join(', ')}`);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await editor.type(' 1; // typed while the engine was gone\n');
    await editor.waitForReady();
    await editor.type('const after =');
    assert.equal(await editor.waitForGhostText(), ' 0.19;');
    await editor.accept();
    await editor.save();
    assert.equal(saved(), 'const before = 1; // typed while the engine was gone\nconst after = 0.19;');
    assert.deepEqual(await editor.notifications(), []);
  });

  it('is quiet while an input method composes', async () => {
    await editor.type('const name =');
    await editor.waitForGhostText();
    const devtools = await editor.page.context().newCDPSession(editor.page);
    for (const text of ['n', 'に', 'にh', 'にほ', 'にほn']) {
      await devtools.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
      await editor.page.waitForTimeout(150);
      assert.equal(await editor.ghostText(), null, text);
    }
    await devtools.send('Input.insertText', { text: '日本' });
    await editor.save();
    assert.equal(saved(), 'const name =日本');
  });

  it('has a menu behind the status bar item, and says why nothing appeared', async () => {
    await editor.page.locator('.statusbar-item[id="hearth.hearth.hearth.status"]').click();
    const labels = await editor.quickPickItems();
    for (const label of [
      'Turn Hearth Off',
      'Snooze Completions…',
      'Why No Suggestion?',
      'Restart Engine',
      'Show Log',
    ]) {
      assert.ok(
        labels.some((text) => text.includes(label)),
        `${label} in ${labels.join(', ')}`,
      );
    }
    await editor.screenshot(path.join(shots, 'menu.png'));
    await editor.page.keyboard.press('Escape');
    await editor.type('x');
    await editor.page.waitForTimeout(500);
    await editor.runCommand('Hearth: Why No Suggestion?');
    await editor.page.locator('.quick-input-title').getByText('Hearth: Why No Suggestion?').waitFor();
    const rows = await editor.quickPickItems();
    assert.match(rows[0] ?? '', /Now: ready/);
    assert.ok(rows.length > 1, rows.join(', '));
    await editor.screenshot(path.join(shots, 'why.png'));
    await editor.page.keyboard.press('Escape');
  });

  it('shows its insight as a page, and clears it only when told so', async () => {
    await editor.runCommand('Hearth: Show Completion Insight');
    const title = editor.page.locator('.tab.active').filter({ hasText: 'Completion Insight' });
    await title.waitFor();
    const table = editor.page.frameLocator('iframe.webview').frameLocator('iframe').locator('table').first();
    await table.getByText('Shown').waitFor();
    await editor.screenshot(path.join(shots, 'insight.png'));
    await editor.runCommand('Hearth: Clear Completion Insight');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText('Clear the completion insight of all days?').waitFor();
    await editor.screenshot(path.join(shots, 'insight-clear.png'));
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await editor.runCommand('View: Close Editor');
    await title.waitFor({ state: 'detached' });
  });

  it('restarts its engine on command', async () => {
    const old = editor.enginePids();
    await editor.runCommand('Hearth: Restart Engine');
    // The old one is "ready" until it ends.
    await until(() => editor.enginePids().some((pid) => !old.includes(pid)), 'another engine');
    await editor.waitForReady();
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.type('const tax =');
    assert.equal(await editor.waitForGhostText(), ' 0.19;');
  });

  it('asked for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});

describe('several suggestions', () => {
  it('are shown one after the other and back, and the one that is seen is accepted', async () => {
    writeFileSync(file, '');
    const settings = { 'hearth.engine.device': 'cpu', 'editor.quickSuggestions': { other: 'off' } };
    const editor = await openEditor({ folder, builtins: [], file: 'shop.ts', settings });
    /** Presses a key and gives the ghost text that then takes the place of the one before. */
    const move = async (key: string, before: string): Promise<string> => {
      await editor.page.keyboard.press(key);
      let text: string | null = null;
      await until(async () => {
        text = await editor.ghostText();
        return text !== null && text !== before;
      }, `another suggestion than ${before}`);
      return text ?? '';
    };
    try {
      await editor.waitForReady();
      await editor.page.locator('.editor-group-container.active .view-lines').first().click();
      await editor.type('import ');
      const first = await editor.waitForGhostText();
      const second = await move('Alt+]', first);
      await editor.screenshot(path.join(shots, 'second-suggestion.png'));
      assert.equal(await move('Alt+[', second), first);
      assert.equal(await move('Alt+]', first), second);
      await editor.accept();
      await editor.save();
      assert.equal(saved(), `import ${second}`);
    } finally {
      await editor.close();
    }
  });
});

describe('a model that is not there', () => {
  it('is said once, with what to do, and the editor works on', async () => {
    writeFileSync(file, '');
    const settings = {
      'hearth.model.completion': path.join(folder, 'gone.gguf'),
      'hearth.engine.device': 'cpu',
    };
    const editor = await openEditor({ folder, builtins: [], file: 'shop.ts', settings });
    try {
      await until(async () => (await editor.notifications()).length > 0, 'a message about the missing model');
      const [message = '', ...more] = await editor.notifications();
      assert.match(message, /^Hearth: The model .*gone\.gguf can't be opened: there is no such file/);
      assert.deepEqual(more, []);
      await editor.screenshot(path.join(shots, 'model-missing.png'));
      assert.match(await editor.statusText(), /^Hearth: error\. The model/);
      await editor.page.locator('.editor-group-container.active .view-lines').first().click();
      await editor.type('const tax = 1;');
      await editor.save();
      assert.equal(saved(), 'const tax = 1;');
      assert.equal((await editor.notifications()).length, 1);
    } finally {
      await editor.close();
    }
  });
});
