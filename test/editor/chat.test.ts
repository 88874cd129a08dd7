/** The chat in the real editor with real llama.cpp: what a person asks, sees and does. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ChatDriver } from './chatDriver.ts';
import { chatSettings, makeWorkspace, money, shop } from './chatWorkspace.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
const talker = path.join(temporaryFolder(), 'talker.gguf');

const rounding = [
  'Prices are rounded in `src/money.ts:1-3`, and not in `src/nothing.ts:7`.',
  '',
  '```ts',
  'if (price > 0) {',
  '  pay(price);',
  '}',
  '```',
].join('\n');

/** What the model says to a message with this text in it. */
const says = {
  'Where are prices rounded?': rounding,
  'What is a cent?': 'A hundredth.',
  'Explain the code that goes': 'It adds up all prices.',
  'is not assignable to type': 'A word is no number.',
  'Write a commit message': '```\nBegin sums at zero\n```',
  'Who wrote the file?': 'Nobody says so.',
  'What went wrong there?': 'The command was not found.',
};

describe('the chat in the editor', () => {
  const folder = makeWorkspace();
  let editor: Editor;
  let chat: ChatDriver;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    await writeChatModel(talker, {
      answers: ['That I do not know.'],
      says,
      contextTokens: 32_768,
      name: 'talker',
    });
    editor = await openEditor({
      folder,
      builtins: ['git', 'git-base', 'typescript-language-features'],
      file: 'src/shop.ts',
      settings: chatSettings(talker),
    });
    chat = new ChatDriver(editor);
    await editor.waitForReady();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `chat-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  it('starts with the open file and the project’s instructions beside the box', async () => {
    await chat.open();
    await chat.untilChips('AGENTS.md', 'shop.ts');
    await chat.frame.locator('.model-line', { hasText: 'talker' }).waitFor();
    assert.equal(editor.enginePids().length, 1, 'the model of chat is not loaded before the first question');
  });

  it('answers, names what it read, and opens exactly those lines', async () => {
    await chat.ask('Where are prices rounded?');
    await chat.answered(1);
    assert.match(await chat.lastAnswer.innerText(), /Prices are rounded in src\/money\.ts:1-3/);
    await chat.frame.getByRole('heading', { name: 'Where are prices rounded?' }).waitFor();
    assert.equal(editor.enginePids().length, 2);
    await chat.lastAnswer.getByText('src/money.ts:1-3').click();
    await editor.page.locator('.tab.active', { hasText: 'money.ts' }).waitFor();
    await until(
      async () => (await chat.selection()) === `Ln 3, Col 2 (${money.trimEnd().length} selected)`,
      'lines 1 to 3 are selected',
    );
  });

  it('marks a place that does not exist, and says so when it is opened', async () => {
    await chat.lastAnswer
      .getByText('Unverified: there is no such file')
      .first()
      .waitFor({ state: 'attached' });
    await chat.lastAnswer.getByText('src/nothing.ts:7').click();
    const notice = chat.frame.getByRole('alert');
    await notice.filter({ hasText: 'There is no file src/nothing.ts in this workspace.' }).waitFor();
  });

  it('puts code at the cursor with the indentation there, in one step', async () => {
    await editor.openFile('src/shop.ts');
    await editor.goTo(6, 3);
    await chat.lastAnswer.getByRole('button', { name: 'Insert at cursor' }).click();
    const expected = ['  if (price > 0) {', '    pay(price);', '  }return sum;', '}'];
    await until(
      async () => JSON.stringify((await editor.lines()).slice(5, 9)) === JSON.stringify(expected),
      'the code is there',
    );
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.page.keyboard.press('ControlOrMeta+z');
    await until(async () => (await editor.lines())[5] === '  return sum;', 'one undo takes it back');
    // What is saved although it is as before is written anew, and empty for a moment.
    await editor.save();
    await until(
      () => readFileSync(path.join(folder, 'src/shop.ts'), 'utf8') === shop,
      'the file is as before',
    );
  });

  it('puts code into a new file of its language', async () => {
    await chat.lastAnswer.getByRole('button', { name: 'Open in a new file' }).click();
    await editor.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    assert.deepEqual((await editor.lines()).slice(0, 3), ['if (price > 0) {', '  pay(price);', '}']);
    await editor.page.locator('#status\\.editor\\.mode', { hasText: 'TypeScript' }).waitFor();
    await editor.page.keyboard.press('ControlOrMeta+z');
    await editor.runCommand('View: Revert and Close Editor');
  });

  it('follows what is selected, and takes it away and puts it back when told so', async () => {
    await editor.openFile('src/shop.ts');
    await editor.goTo(3, 1);
    await editor.page.keyboard.press('Shift+ArrowDown');
    await editor.page.keyboard.press('Shift+ArrowDown');
    await chat.untilChips('AGENTS.md', 'shop.ts:3-4');
    await chat.frame.getByRole('button', { name: 'Remove shop.ts:3-4' }).click();
    await chat.untilChips('AGENTS.md');
    await chat.frame.getByRole('button', { name: 'Offer again what was removed' }).click();
    await chat.untilChips('AGENTS.md', 'shop.ts:3-4');
  });

  it('takes the cursor into its box with a key, with what is selected', async () => {
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.goTo(4, 3);
    await editor.page.keyboard.press('Shift+End');
    await chat.untilChips('AGENTS.md', 'shop.ts:4');
    await editor.page.keyboard.press('Control+Alt+h');
    await chat.frame.locator('form.ask textarea:focus').waitFor();
    await editor.page.keyboard.type('here');
    assert.equal(await chat.box.inputValue(), 'here');
    await chat.box.fill('');
    await chat.frame.getByRole('button', { name: 'Remove shop.ts:4' }).first().click();
  });

  it('takes files and folders from the explorer', async () => {
    await editor.runCommand('File: Focus on Files Explorer');
    const folderRow = editor.page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: 'src' })
      .first();
    await folderRow.click({ button: 'right' });
    await chat.pick('Hearth', 'Attach to Chat');
    await until(async () => (await chat.chips()).includes('src/'), 'the folder is a chip');
    await chat.frame.getByRole('button', { name: 'Remove src/' }).click();
  });

  it('takes several files that are dropped on it, whichever program they come from', async () => {
    const uri = (scheme: string, name: string): string =>
      scheme === 'file' ? `file://${folder}/${name}` : `vscode-remote://somewhere:8080${folder}/${name}`;
    const dropped = [uri('file', 'src/money.ts'), uri('vscode-remote', 'src/shop.ts'), uri('file', 'src')];
    await chat.drop([...dropped, uri('file', '.env'), 'file:///etc/hosts']);
    await until(async () => {
      const chips = await chat.chips();
      return ['money.ts', 'shop.ts', 'src/'].every((label) => chips.includes(label));
    }, 'all that may be attached is beside the box');
    assert.ok(!(await chat.chips()).some((label) => /env|hosts/.test(label)));
    const refused = /\.env can't be attached\. Its name says .* lies outside of the workspace/;
    await chat.frame.getByRole('alert').filter({ hasText: refused }).waitFor();
    for (const label of ['money.ts', 'shop.ts', 'src/'])
      await chat.frame
        .getByRole('button', { name: `Remove ${label}` })
        .last()
        .click();
  });

  it('asks something else in the place of a question, and leads back to it', async () => {
    await chat.frame.getByRole('button', { name: 'Edit question' }).click();
    const box = chat.frame.getByRole('textbox', { name: 'Change the question' });
    await box.fill('What is a cent?');
    await box.press('Enter');
    await until(async () => /A hundredth\./.test(await chat.lastAnswer.innerText()), 'the other answer');
    await chat.answered(1);
    await chat.frame.getByRole('button', { name: /previous question/i }).click();
    await until(async () => /Prices are rounded/.test(await chat.lastAnswer.innerText()), 'the first answer');
  });

  it('completes mentions while they are typed, and reads what they stand for', async () => {
    await chat.box.click();
    await editor.page.keyboard.type('@fi', { delay: 30 });
    await chat.frame.getByRole('option', { name: /@file/ }).waitFor();
    await editor.page.keyboard.press('Enter');
    await editor.page.keyboard.type('mon', { delay: 30 });
    await chat.frame
      .getByRole('option', { name: /money\.ts/ })
      .first()
      .waitFor();
    await editor.screenshot(path.join(shots, 'chat-suggestions.png'));
    await editor.page.keyboard.press('Enter');
    await until(
      async () => (await chat.box.inputValue()).startsWith('@file:src/money.ts'),
      'the path is there',
    );
    await editor.page.keyboard.type(' Who wrote the file?', { delay: 10 });
    await editor.page.keyboard.press('Enter');
    await chat.answered(2);
    assert.match(await chat.lastAnswer.innerText(), /Nobody says so\./);
    const chips = await chat.questions.last().locator('.chip-label').allInnerTexts();
    assert.ok(chips.includes('money.ts'), chips.join(', '));
  });

  it('gives no secret to the model, and says so', async () => {
    await chat.ask('@file:.env What is a cent?');
    await chat.answered(3);
    assert.match(
      await chat.lastAnswer.innerText(),
      /\.env can't be attached\. Its name says that it may hold passwords/,
    );
    assert.doesNotMatch(await chat.questions.last().innerText(), /hunter2/);
  });

  it('explains the code of the context menu', async () => {
    await editor.openFile('src/shop.ts');
    await editor.goTo(5, 3);
    await editor.page.locator('.view-line', { hasText: 'for (const price' }).click({ button: 'right' });
    await chat.pick('Hearth', 'Explain');
    await chat.answered(4);
    assert.match(await chat.lastAnswer.innerText(), /It adds up all prices\./);
    const chips = await chat.questions.last().locator('.chip-label').allInnerTexts();
    assert.deepEqual(chips, ['shop.ts:3-7'], 'the function around the cursor');
  });

  it('is asked about a problem by the lightbulb', async () => {
    await editor.openFile('src/wrong.ts');
    await editor.page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await editor.goTo(1, 15);
    const action = editor.page.locator('.action-widget .monaco-list-row', {
      hasText: 'Ask Hearth to explain',
    });
    await until(async () => {
      // A busy machine may have closed it again, with what the language server found later.
      if ((await action.count()) === 0) await editor.page.keyboard.press('ControlOrMeta+.');
      await editor.page.waitForTimeout(1_000);
      return (await action.count()) > 0;
    }, 'the actions are listed');
    await editor.screenshot(path.join(shots, 'chat-lightbulb.png'));
    await action.click();
    await chat.answered(5);
    assert.match(await chat.lastAnswer.innerText(), /A word is no number\./);
    assert.match(
      await chat.questions.last().innerText(),
      /\/explain Type 'string' is not assignable to type 'number'/,
    );
    const chips = await chat.questions.last().locator('.chip-label').allInnerTexts();
    assert.ok(
      chips.some((label) => label.startsWith('Problems in wrong.ts')),
      chips.join(', '),
    );
  });

  it('writes a commit message into the source control box', async () => {
    await editor.runCommand('Hearth: Generate Commit Message');
    const input = editor.page.locator('.scm-input .view-lines, .scm-editor .view-lines').first();
    await until(
      async () => /Begin sums at zero/.test(((await input.innerText()) || '').replaceAll('\u00a0', ' ')),
      'the message is in the box',
    );
    await chat.editor.runCommand('Hearth: Ask Hearth…');
    await chat.box.waitFor();
    await chat.answered(5);
  });

  it('is asked about what is selected in the terminal, and leaves the clipboard alone', async () => {
    await editor.page.evaluate("navigator.clipboard.writeText('my own')");
    await editor.runCommand('Terminal: Create New Terminal');
    await editor.page.locator('.terminal.xterm.focus').waitFor({ timeout: 60_000 });
    await editor.page.keyboard.type('nosuchcommand\n', { delay: 10 });
    // What is in the clipboard is no selection.
    await chat.ask('@terminal What is a cent?');
    await chat.answered(6);
    assert.match(await chat.lastAnswer.innerText(), /Nothing is selected in the terminal\./);
    assert.doesNotMatch(await chat.questions.last().innerText(), /my own/);
    await editor.runCommand('Terminal: Select All');
    await editor.runCommand('Hearth: Ask Hearth About Terminal Selection');
    await until(async () => (await chat.chips()).includes('Terminal selection'), 'the chip is there');
    await chat.ask('What went wrong there?');
    await chat.answered(7);
    assert.match(await chat.lastAnswer.innerText(), /The command was not found\./);
    assert.equal(await editor.page.evaluate('navigator.clipboard.readText()'), 'my own');
    await editor.runCommand('Terminal: Kill All Terminals');
  });

  it('is there again after a reload, and in the list, which can be searched', async () => {
    await editor.page.reload();
    await editor.waitForReady();
    // The view is where it was, and its page takes the focus that it had.
    await chat.box.waitFor({ timeout: 60_000 });
    await chat.answered(7);
    assert.match(await chat.lastAnswer.innerText(), /The command was not found\./);
    await chat.open();
    await chat.ask('What is a cent?');
    await chat.answered(1);
    await editor.runCommand('Hearth: Chat History');
    const entries = chat.frame.locator('.entry-title');
    await until(async () => (await entries.count()) === 2, 'both chats are listed');
    await chat.frame.getByRole('searchbox', { name: 'Search chats' }).fill('rounded');
    await until(async () => (await entries.count()) === 1, 'one is found');
    await editor.screenshot(path.join(shots, 'chat-history.png'));
    await entries.first().click();
    await chat.answered(7);
  });

  it('is shown by a second window too', async () => {
    const other = await editor.openWindow();
    try {
      const second = new ChatDriver(other);
      await other.waitForReady();
      await second.open();
      await second.ask('What is a cent?');
      await second.answered(1);
      await other.screenshot(path.join(shots, 'chat-second-window.png'));
      await editor.page.bringToFront();
      await editor.runCommand('Hearth: Chat History');
      const entries = chat.frame.locator('.entry-title');
      await until(async () => (await entries.count()) === 3, 'its chat is in the list of the first');
    } finally {
      await other.page.close();
    }
  });

  it('is exported to a file', async () => {
    await chat.frame.locator('.entry-title').first().click();
    await chat.answered(1);
    await editor.runCommand('Hearth: Export Chat…');
    const input = editor.page.locator('.quick-input-widget .quick-input-filter input').first();
    await input.waitFor();
    await until(async () => (await input.inputValue()).endsWith('What-is-a-cent.md'), 'a name is proposed');
    await editor.page.keyboard.press('Enter');
    await editor.page.locator('.tab.active', { hasText: 'What-is-a-cent.md' }).waitFor();
    const exported = readFileSync(path.join(folder, 'What-is-a-cent.md'), 'utf8');
    assert.match(exported, /# What is a cent\?\n[^]*A hundredth\./);
  });

  it('looks right in dark and in high contrast', async () => {
    for (const [name, theme] of [
      ['dark', 'Dark Modern'],
      ['high-contrast', 'Dark High Contrast'],
      ['high-contrast-light', 'Light High Contrast'],
    ] as const) {
      await editor.runCommand('Preferences: Color Theme');
      await editor.page.locator('.quick-input-widget .quick-input-box input').first().fill(theme);
      await editor.page
        .locator('.quick-input-list .label-name')
        .getByText(theme, { exact: true })
        .first()
        .click();
      await editor.runCommand('Hearth: Chat History');
      await chat.frame.locator('.entry-title', { hasText: 'Where are prices' }).click();
      await chat.answered(7);
      const classes = async (): Promise<string> =>
        (await chat.frame.locator('body').getAttribute('class')) ?? '';
      await until(
        async () => (await classes()).includes(theme.includes('Contrast') ? 'high-contrast' : 'dark'),
        `the page is ${name}`,
      );
      await chat.questions.first().scrollIntoViewIfNeeded();
      await editor.screenshot(path.join(shots, `chat-theme-${name}.png`));
    }
  });

  it('asked for nothing beyond this machine', () => {
    assert.deepEqual(editor.externalRequests, []);
    return editor.notifications().then((messages) => assert.deepEqual(messages, []));
  });
});
