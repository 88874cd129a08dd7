/** What a person sees of the workspace's index: the page of a place, why a file is left out, the status bar item. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';

const folder = temporaryFolder();
const shots = path.join(repository, '.vscode-test/screenshots');
const files: Readonly<Record<string, string>> = {
  'src/money.ts':
    '/** An amount of one currency. */\nexport interface Money {\n  readonly cents: number;\n  readonly currency: string;\n}\n\n' +
    'export function addMoney(one: Money, other: Money): Money {\n  return { ...one, cents: one.cents + other.cents };\n}\n',
  'src/order.ts':
    "import type { Money } from './money';\n\nexport interface OrderLine {\n  readonly price: Money;\n  readonly count: number;\n}\n",
  'src/shop.ts':
    "import { addMoney, type Money } from './money';\nimport type { OrderLine } from './order';\n\n" +
    'export function total(lines: OrderLine[]): Money {\n  let sum: Money = { cents: 0, currency: "EUR" };\n  for (const line of lines) sum = addMoney(\n  return sum;\n}\n',
  '.gitignore': '# what is built\ndist/\n',
  'dist/shop.js': 'export const shop = 1;\n',
  'package-lock.json': '{}\n',
};

describe('the context of a place in the editor', () => {
  let editor: Editor;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    editor = await openEditor({
      folder,
      builtins: ['markdown-language-features'],
      file: 'src/shop.ts',
      settings: {
        'hearth.model.completion': await editorModel(),
        'hearth.engine.device': 'cpu',
        'explorer.autoReveal': false,
      },
    });
    await editor.waitForReady();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  it('is a page beside the code, whose links lead to the lines', async () => {
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.goTo(6, 44);
    const link = editor.page.locator('.detected-link').first();
    await until(async () => {
      await editor.runCommand('Hearth: Show Context for This Position');
      return link.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    }, 'a link on the page');
    // Its long lines are wrapped.
    const page = (await editor.lines()).join('');
    assert.match(page, /^# Context for src\/shop\.ts:6:44A completion here is given \d+ pieces/);
    await editor.screenshot(path.join(shots, 'context-page.png'));
    const place = /^src\/(\w+\.ts):(\d+)(?:-(\d+))?/.exec(await link.innerText());
    await editor.goTo(5, 10);
    await editor.runCommand('Open Link');
    await editor.page
      .locator('.tab.active')
      .filter({ hasText: place?.[1] ?? 'no link' })
      .waitFor();
    // Where several lines are selected, the cursor is behind them.
    const line = place?.[3] === undefined ? Number(place?.[2]) : Number(place[3]) + 1;
    const position = editor.page.locator('#status\\.editor\\.selection');
    await position.filter({ hasText: `Ln ${line}, ` }).waitFor();
  });

  it('says in one message why a file is left out, asked in the explorer', async () => {
    await editor.runCommand('View: Show Explorer');
    const row = (name: string) =>
      editor.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name });
    await row('dist').first().click();
    await row('shop.js').first().click({ button: 'right' });
    await editor.page.locator('.monaco-menu .action-label', { hasText: 'Hearth' }).hover();
    const entry = editor.page.locator('.monaco-menu .action-label', {
      hasText: 'Why Is This File Left Out?',
    });
    await entry.waitFor();
    await editor.screenshot(path.join(shots, 'context-explorer-menu.png'));
    await entry.click();
    await until(async () => (await editor.notifications()).length > 0, 'a message');
    assert.deepEqual(await editor.notifications(), [
      'Hearth: dist/shop.js is left out. An ignore file excludes it. (`dist/` in line 2 of .gitignore)',
    ]);
  });

  it('offers to cancel the reading only while there is one', async () => {
    await editor.page.keyboard.press('F1');
    await editor.page.locator('.quick-input-widget input').first().fill('>Hearth: Index');
    const labels = await editor.quickPickItems();
    assert.ok(labels.includes('Hearth: Rebuild Workspace Index'), labels.join(', '));
    assert.ok(!labels.includes('Hearth: Cancel Indexing'), labels.join(', '));
    await editor.page.keyboard.press('Escape');
    const folderOfMany = path.join(folder, 'many');
    mkdirSync(folderOfMany);
    const lines = Array.from({ length: 300 }, (_, at) => `export const value${at} = [${at}, ${at}];`).join(
      '\n',
    );
    for (let file = 0; file < 1_500; file += 1)
      writeFileSync(path.join(folderOfMany, `file${file}.ts`), `// ${file}\n${lines}\n`);
    await editor.runCommand('Hearth: Rebuild Workspace Index');
    await until(
      async () => /Indexing [\d,]+ of 1,5\d\d files/.test(await editor.statusText()),
      'the status bar item says how far the reading is',
    );
    await editor.screenshot(path.join(shots, 'context-indexing.png'));
    await editor.page.locator('.statusbar-item[id="hearth.hearth.hearth.status"]').click();
    await editor.pickQuickItem('Cancel Indexing');
    await until(
      async () => !/Indexing/.test(await editor.statusText()),
      'the status bar item says nothing of the reading any more',
    );
  });

  it('asked for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
  });
});
