/** Chats that don't go as they should: answers without an end, an engine that dies, no model, no trust. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ChatDriver } from './chatDriver.ts';
import { chatSettings, makeWorkspace } from './chatWorkspace.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
mkdirSync(shots, { recursive: true });

describe('an answer that does not come to its end', () => {
  const folder = makeWorkspace();
  let editor: Editor;
  let chat: ChatDriver;
  before(async () => {
    const endless = path.join(temporaryFolder(), 'endless.gguf');
    const answers = ['On and on, without an end. '];
    await writeChatModel(endless, {
      answers,
      endless: true,
      slow: true,
      contextTokens: 32_768,
      name: 'endless',
    });
    const more = { 'hearth.chat.maxTokens': 16_000, 'hearth.chat.retrieval': false };
    const settings = { ...chatSettings(endless), ...more };
    editor = await openEditor({ folder, builtins: [], file: 'src/shop.ts', settings });
    chat = new ChatDriver(editor);
    await editor.waitForReady();
    await chat.open();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `chat-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  /** Waits until the last of so many answers has this text, while it is written. */
  const written = (count: number): Promise<void> =>
    until(
      async () =>
        (await chat.answers.count()) === count &&
        (await chat.frame.locator('article.answer[aria-busy="true"]').count()) === 1 &&
        /On and on, .*On and on, /s.test(await chat.lastAnswer.innerText()),
      'the answer comes in',
    );

  it('streams, and ends when it is stopped, with what came', async () => {
    await chat.ask('How far?');
    await written(1);
    await chat.frame.getByRole('button', { name: 'Stop', exact: true }).click();
    await chat.answered(1);
    const text = await chat.lastAnswer.innerText();
    assert.match(text, /On and on, without an end\./);
    await chat.frame.getByRole('button', { name: 'Send', exact: true }).waitFor();
    assert.equal(await chat.lastAnswer.innerText(), text, 'nothing comes after the stop');
  });

  it('is stopped by the command too', async () => {
    await chat.lastAnswer.getByRole('button', { name: 'Write this answer again' }).click();
    await chat.frame.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await written(1);
    await editor.runCommand('Hearth: Stop Answer');
    await chat.answered(1);
    assert.match(await chat.frame.locator('article.answer').last().innerText(), /2 of 2/);
  });

  it('keeps what came when its engine is killed, and is written again when told so', async () => {
    await chat.ask('And then?');
    await written(2);
    const engines = editor.engines().map(({ pid }) => pid);
    assert.equal(engines.length, 2);
    process.kill(Math.max(...engines), 'SIGKILL');
    await chat.answered(2);
    assert.match(await chat.lastAnswer.innerText(), /On and on, without an end\./);
    // The engine is started anew by itself.
    await chat.frame.locator('.model-line.ready').waitFor();
    await chat.lastAnswer.getByRole('button', { name: 'Write it again' }).click();
    await written(2);
    await chat.frame.getByRole('button', { name: 'Stop', exact: true }).click();
    await chat.answered(2);
  });

  it('that was being written when the window was closed is there as far as it came', async () => {
    await chat.ask('Still there?');
    await written(3);
    await editor.page.reload();
    await editor.waitForReady();
    await chat.box.waitFor({ timeout: 60_000 });
    await chat.answered(3);
    assert.match(await chat.lastAnswer.innerText(), /On and on, without an end\./);
  });
});

describe('the chat without a chat model, in a folder that is not trusted', () => {
  const folder = makeWorkspace();
  let editor: Editor;
  let chat: ChatDriver;
  before(async () => {
    editor = await openEditor({
      folder,
      builtins: [],
      file: 'src/shop.ts',
      settings: { 'hearth.engine.device': 'cpu', 'security.workspace.trust.startupPrompt': 'never' },
      workspaceTrust: true,
    });
    chat = new ChatDriver(editor);
    await editor.waitForReady();
    await chat.open();
  });
  after(() => editor.close());

  it('takes no instructions of the project, and says so', async () => {
    await chat.untilChips('AGENTS.md (not taken)', 'shop.ts');
    const chip = chat.frame.locator('.chip', { hasText: 'AGENTS.md' }).locator('.chip-open');
    assert.match((await chip.getAttribute('title')) ?? '', /not taken: This folder is not trusted\./);
  });

  it('says what there is to do, and shows what was found instead of an answer', async () => {
    await chat.frame
      .getByRole('region', { name: 'Model' })
      .getByRole('button', { name: 'Choose a Model' })
      .waitFor();
    await editor.screenshot(path.join(shots, 'chat-no-model.png'));
    await chat.ask('Where does centsOf round a price?');
    await chat.answered(1);
    assert.match(await chat.lastAnswer.innerText(), /money\.ts:1-3[^]*The starter model only completes code/);
    // Before a model is chosen, for which the machine is measured with an engine of its own.
    assert.equal(editor.enginePids().length, 1);
    await editor.screenshot(path.join(shots, 'chat-no-model-sources.png'));
    await chat.lastAnswer.getByText('money.ts:1-3').first().click();
    await editor.page.locator('.tab.active', { hasText: 'money.ts' }).waitFor();
    await chat.lastAnswer.getByRole('button', { name: 'Choose a Model' }).click();
    await editor.page.locator('.quick-input-widget').waitFor();
    await editor.page.keyboard.press('Escape');
  });
});
