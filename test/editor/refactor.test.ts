/** Refactors in the real editor with real llama.cpp: what a person asks, sees, accepts and refuses. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { chatSettings } from './chatWorkspace.ts';
import { RefactorDriver } from './refactorDriver.ts';
import {
  rates,
  shop,
  tax,
  twin,
  twins,
  view,
  writeRefactorModel,
  writeRefactorWorkspace,
} from './refactorWorkspace.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
const model = path.join(temporaryFolder(), 'refactorer.gguf');

describe('refactors in the editor', () => {
  const folder = temporaryFolder();
  let editor: Editor;
  let refactor: RefactorDriver;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeRefactorWorkspace(folder);
    await writeRefactorModel(model);
    editor = await openEditor({
      ...{ folder, file: 'src/shop.ts', viewport: { width: 1440, height: 860 } },
      builtins: ['typescript-language-features'],
      settings: { ...chatSettings(model), 'diffEditor.codeLens': true },
    });
    refactor = new RefactorDriver(editor);
    await editor.waitForReady();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed !== false) return;
    await editor.screenshot(path.join(shots, `refactor-failed-${context.name.replace(/\W+/g, '-')}.png`));
    console.log(editor.logs().slice(-4000));
  });
  const picture = (name: string): Promise<void> =>
    editor.screenshot(path.join(shots, `refactor-${name}.png`));

  it('rewrites as it is told: asked in the palette, shown beside the old text, written in one step', async () => {
    await refactor.noteMessages();
    await editor.goTo(6, 5);
    await editor.page.keyboard.press('Control+Alt+r');
    await editor.page.locator('.quick-input-title', { hasText: 'Hearth: Rewrite' }).waitFor();
    await until(async () => (await refactor.highlighted()) >= 7, 'the function is highlighted');
    await refactor.input.fill('Shorten the sum');
    await editor.page.keyboard.press('Enter');
    await refactor.untilPreview('shop.ts (Hearth: Rewrite)', 'sum += centsOf(price);');
    assert.match(
      await refactor.notedMessages(),
      /Hearth: Rewrite: (Looking through|Waiting|Reading|Writing)/,
    );
    assert.equal(await refactor.highlighted(), 0);
    await editor.page.locator('.codelens-decoration').first().waitFor();
    await picture('preview');
    await refactor.button('Accept All Changes').click();
    await refactor.untilFile('shop.ts');
    await until(async () => (await editor.lines())[5] === '    sum += centsOf(price);', 'it is written');
    assert.equal((await editor.lines())[2], 'export function total(prices: readonly number[]): number {');
    await until(
      async () => /Rewrite changed 2 lines/.test(await refactor.status()),
      'the status bar says so',
    );
    await editor.page.keyboard.press('ControlOrMeta+z');
    await until(async () => (await editor.lines())[5] === '    sum = sum + centsOf(price);', 'one undo');
    assert.equal((await editor.lines())[2], 'export function total(prices: number[]): number {');
  });

  it('writes what is accepted of two changes, each decided with a key', async () => {
    await editor.goTo(4, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('shop.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    await editor.page.keyboard.press('Alt+Enter');
    await editor.page.locator('#status\\.editor\\.selection', { hasText: 'Ln 6, Col 1' }).waitFor();
    await until(async () => (await refactor.marks()) === 1, 'the first one is marked');
    await picture('one-accepted');
    await editor.page.keyboard.press('Alt+Backspace');
    await refactor.untilFile('shop.ts');
    const changed = 'export function total(prices: readonly number[]): number {';
    await until(async () => (await editor.lines())[2] === changed, 'the first one is written');
    assert.equal((await editor.lines())[5], '    sum = sum + centsOf(price);');
    await editor.page.keyboard.press('ControlOrMeta+z');
    await until(async () => (await editor.lines())[2] !== changed, 'one undo');
  });

  it('asks again, and for something else, until all is refused', async () => {
    await editor.goTo(4, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('shop.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    // Of its two answers the model gives one or the other.
    for (let tries = 0; !(await refactor.textOf(refactor.right)).includes('prices.reduce'); tries += 1) {
      assert.ok(tries < 8, 'another answer comes');
      await refactor.again(() => editor.runCommand('Hearth: Retry Refactor'));
    }
    await refactor.again(async () => {
      await editor.runCommand('Hearth: Refine Refactor…');
      await editor.page.locator('.quick-input-title', { hasText: 'Hearth: Refine Simplify' }).waitFor();
      await editor.pickQuickItem('Shorter');
    });
    await editor.page.keyboard.press('ControlOrMeta+Backspace');
    await refactor.untilFile('shop.ts');
    assert.equal((await editor.lines()).slice(0, 9).join('\n'), shop.trimEnd());
  });

  it('accepts the change that is looked at, and not another one with the same title', async () => {
    for (const file of twins) {
      await editor.openFile(file);
      await editor.page.locator('.tab.active', { hasText: 'total.ts', hasNotText: '(Hearth' }).waitFor();
      await editor.goTo(4, 3);
      await refactor.start('Simplify');
      await refactor.untilPreview('total.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    }
    assert.equal(await refactor.previews.count(), 2);
    await refactor.button('Accept All Changes').click();
    await until(async () => (await refactor.previews.count()) === 1, 'the other one stays open');
    await until(async () => (await editor.lines())[5] === '    sum += centsOf(price);', 'it is written');
    await refactor.previews.click();
    await refactor.untilPreview('total.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    await refactor.button('Refuse All Changes').click();
    await refactor.untilFile('total.ts');
    assert.equal((await editor.lines()).slice(0, 9).join('\n'), twin.trimEnd());
    await editor.openFile('src/shop.ts');
  });

  it('keeps a change whose tab is closed, and shows it again', async () => {
    await editor.goTo(4, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('shop.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    await refactor.closeTab();
    await refactor.untilFile('shop.ts');
    await until(async () => /Simplify waits for you/.test(await refactor.status()), 'it is said');
    await editor.page.locator('.statusbar-item', { hasText: 'Simplify is ready' }).click();
    await refactor.untilPreview('shop.ts (Hearth: Simplify)', 'sum += centsOf(price);');
    const hover = await refactor.hover('sum += centsOf(price);');
    await hover.getByText('change 2 of 2').waitFor();
    assert.doesNotMatch(await refactor.status(), /waits for you/);
    await picture('hover');
    await hover.getByText('Refuse All').click();
    await refactor.untilFile('shop.ts');
    await until(async () => !/Simplify is ready/.test(await refactor.status()), 'nothing waits any more');
  });

  it('offers past instructions, the newest first, and takes them off the list', async () => {
    await editor.goTo(4, 3);
    for (const words of ['Add a limit', 'Use a map']) {
      await refactor.start('Rewrite…', words);
      await refactor.untilPreview('shop.ts (Hearth: Rewrite)', 'sum += centsOf(price);');
      await editor.page.keyboard.press('ControlOrMeta+Backspace');
      await refactor.untilFile('shop.ts');
    }
    await editor.runCommand('Hearth: Rewrite…');
    await editor.page.locator('.quick-input-title', { hasText: 'Hearth: Rewrite' }).waitFor();
    assert.deepEqual(await editor.quickPickItems(), ['Use a map', 'Add a limit', 'Shorten the sum']);
    await picture('history');
    await refactor.input.fill('a l');
    await until(
      async () => (await editor.quickPickItems()).join() === 'a l,Add a limit',
      'what is typed first',
    );
    await editor.page.keyboard.press('ArrowDown');
    await editor.page.keyboard.press('Enter');
    await refactor.untilPreview('shop.ts (Hearth: Rewrite)', 'sum += centsOf(price);');
    await editor.page.keyboard.press('ControlOrMeta+Backspace');
    await refactor.untilFile('shop.ts');
    await editor.runCommand('Hearth: Rewrite…');
    await editor.page.locator('.quick-input-title', { hasText: 'Hearth: Rewrite' }).waitFor();
    assert.deepEqual(await editor.quickPickItems(), ['Add a limit', 'Use a map', 'Shorten the sum']);
    const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Add a limit' });
    await row.hover();
    await row.getByRole('button', { name: 'Take off the list' }).click();
    await until(async () => (await editor.quickPickItems()).length === 2, 'one is gone');
    await editor.page.keyboard.press('Escape');
    await until(async () => (await refactor.highlighted()) === 0, 'nothing is highlighted');
  });

  it('shows a refused answer with its reason, and nothing to accept it by', async () => {
    await editor.openFile('src/tax.py');
    await editor.goTo(2, 5);
    await refactor.start('Simplify');
    const message = refactor.message(/Hearth: Simplify: The change .*syntax error/);
    await message.waitFor({ timeout: 30_000 });
    await message.getByRole('button', { name: 'Show' }).click();
    await refactor.untilPreview('tax.py (Hearth: Simplify, refused)', 'rate = (19');
    assert.equal(await refactor.button('Accept All Changes').count(), 0);
    // The whole reason is still to be read.
    await message.getByRole('button', { name: 'Retry' }).waitFor();
    assert.equal(await message.getByRole('button', { name: 'Show' }).count(), 0);
    await refactor.button('Retry Refactor').waitFor();
    await editor.page.keyboard.press('ControlOrMeta+Enter');
    await until(async () => (await refactor.marks()) > 0, 'the reason stands there');
    await editor.runCommand('Preferences: Toggle between Light/Dark Themes');
    await editor.page.locator('.monaco-workbench.vs-dark').waitFor();
    await picture('failed');
    await editor.runCommand('Preferences: Toggle between Light/Dark Themes');
    await refactor.closeTab();
    await refactor.untilFile('tax.py');
    await until(async () => !(await refactor.offers('Hearth: Show Refactor')), 'there is nothing to show');
    await message.getByRole('button', { name: 'Retry' }).click();
    await refactor.message(/Hearth: Simplify: it has ended meanwhile/).waitFor();
    assert.equal((await editor.lines()).slice(0, 3).join('\n'), tax.trimEnd());
  });

  it('is in the lightbulb of a selection and of a problem', async () => {
    await editor.openFile('src/wrong.ts');
    await editor.page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await editor.goTo(1, 15);
    const row = (label: string) => editor.page.locator('.action-widget .monaco-list-row', { hasText: label });
    const open = async (key: string, label: string): Promise<void> =>
      until(async () => {
        // A busy machine may have closed it again, with what the language server found later.
        if ((await row(label).count()) === 0) await editor.page.keyboard.press(key);
        await editor.page.waitForTimeout(500);
        return (await row(label).count()) > 0;
      }, `${label} is listed`);
    await open('ControlOrMeta+.', 'Fix with Hearth');
    await picture('lightbulb');
    await editor.page.keyboard.press('Escape');
    await editor.openFile('src/shop.ts');
    await editor.goTo(6, 5);
    await editor.page.keyboard.press('Shift+End');
    await open('ControlOrMeta+.', 'Extract with Hearth…');
    assert.equal(await row('Simplify with Hearth').count(), 0);
    await editor.page.keyboard.press('Escape');
    await open('Control+Shift+r', 'Simplify with Hearth');
    await picture('refactor-menu');
    await row('Rewrite with Hearth…').click();
    await editor.page.locator('.quick-input-title', { hasText: 'Hearth: Rewrite' }).waitFor();
    await editor.page.keyboard.press('Escape');
  });

  it('shows several files in VS Code’s own preview of refactors', async () => {
    await editor.openFile('src/money.ts');
    await editor.goTo(1, 20);
    await refactor.start('Convert…', 'Take the factor as a parameter');
    const apply = editor.page.getByRole('button', { name: 'Apply' }).first();
    await apply.waitFor({ timeout: 30_000 });
    await picture('several-files');
    await editor.runCommand('View: Toggle Panel Visibility');
    await apply.waitFor({ state: 'hidden' });
    await editor.runCommand('Hearth: Show Refactor');
    await apply.waitFor();
    await apply.click();
    await until(
      async () => /factor = 100/.test((await editor.lines())[0] ?? ''),
      'the first file is changed',
    );
    await editor.openFile('src/shop.ts');
    await until(
      async () => /centsOf\(price, 100\)/.test((await editor.lines())[5] ?? ''),
      'the other one too',
    );
  });

  it('shows a refused change of several files, and is done with it once that is closed', async () => {
    await editor.openFile('src/rates.ts');
    await editor.goTo(1, 16);
    await refactor.start('Convert…', 'Make it a map');
    const message = refactor.message(/Hearth: Convert: The change .*syntax error/);
    await message.waitFor({ timeout: 30_000 });
    await message.getByRole('button', { name: 'Show' }).click();
    const tab = editor.page.locator('.tab.active', { hasText: 'Hearth: Convert, refused (2 files)' });
    await tab.waitFor();
    await picture('several-refused');
    await refactor.closeTab();
    await refactor.untilFile('rates.ts');
    await until(async () => !(await refactor.offers('Hearth: Show Refactor')), 'there is nothing to show');
    assert.equal((await editor.lines())[0], rates.trimEnd());
  });

  it('offers to take back what brought new problems', async () => {
    await editor.openFile('src/view.tsx');
    await editor.goTo(2, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('view.tsx (Hearth: Simplify)', "return 'one';");
    await editor.page.keyboard.press('ControlOrMeta+Enter');
    await refactor.untilFile('view.tsx');
    const message = refactor.message(/Hearth: Simplify: /);
    await message.getByRole('button', { name: 'Undo' }).waitFor({ timeout: 30_000 });
    await message.getByRole('button', { name: 'Keep' }).waitFor();
    await picture('new-problems');
    await message.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await editor.lines()).slice(0, 3).join('\n') === view.trimEnd(), 'it is undone');
  });

  it('says why a message from before does nothing any more', async () => {
    await editor.goTo(2, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('view.tsx (Hearth: Simplify)', "return 'one';");
    await editor.page.keyboard.press('ControlOrMeta+Enter');
    await refactor.untilFile('view.tsx');
    const button = refactor.message(/Hearth: Simplify: /).getByRole('button', { name: 'Undo' });
    await button.waitFor({ timeout: 30_000 });
    await editor.page.keyboard.press('ControlOrMeta+z');
    await until(async () => (await editor.lines()).slice(0, 3).join('\n') === view.trimEnd(), 'it is undone');
    await button.click();
    await refactor.message(/Hearth: Simplify: the change was taken back already/).waitFor();
  });

  it('says so when a change is lost with its file’s tabs', async () => {
    await editor.openFile(twins[0] ?? '');
    await editor.goTo(4, 3);
    await refactor.start('Simplify');
    await refactor.untilPreview('total.ts (Hearth: Simplify)', 'sum');
    await editor.runCommand('File: Save All');
    await until(async () => (await editor.page.locator('.tab.dirty').count()) === 0, 'all is saved');
    await editor.runCommand('View: Close All Editors');
    await refactor.message(/Hearth: Simplify: total\.ts was closed or deleted, so nothing was/).waitFor();
  });
});
