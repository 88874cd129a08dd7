/** Code of the chat that is applied to files, in the real editor with real llama.cpp. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ChatDriver } from './chatDriver.ts';
import { chatSettings, makeWorkspace, money, shop } from './chatWorkspace.ts';
import { RefactorDriver } from './refactorDriver.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
const talker = path.join(temporaryFolder(), 'talker.gguf');
const floored = money.replace('Math.round', 'Math.floor').trimEnd();
const fenced = (text: string, info = 'ts'): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

/** What the model says to a message with this text in it. */
const says = {
  'Round down.': `So:\n\n${fenced(`// src/money.ts\n${floored}`)}`,
  'Begin at two.': `Select the line and apply this:\n\n${fenced('  let sum = 2;')}`,
  'Lose it.': `So:\n\n${fenced('export function total(): number {\n  return (0;\n}')}`,
  'A new one.': `So:\n\n${fenced('export const a = 1;', 'ts:src/nothing.ts')}`,
};

describe('code of the chat', () => {
  const folder = makeWorkspace();
  let editor: Editor;
  let chat: ChatDriver;
  let refactor: RefactorDriver;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    await writeChatModel(talker, { answers: ['No.'], says, contextTokens: 32_768, name: 'talker' });
    editor = await openEditor({ folder, builtins: [], file: 'src/shop.ts', settings: chatSettings(talker) });
    chat = new ChatDriver(editor);
    refactor = new RefactorDriver(editor);
    await editor.waitForReady();
    await chat.open();
  });
  after(() => editor.close());
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `chat-apply-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  let asked = 0;
  /** Asks, and applies the code of the answer. */
  async function apply(question: string): Promise<void> {
    await chat.ask(question);
    asked += 1;
    await chat.answered(asked);
    await chat.lastAnswer.getByRole('button', { name: 'Apply to file' }).click();
  }
  const written = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

  it('replaces the definition that it has again, in the file that it names, once it is accepted', async () => {
    await apply('Round down.');
    await refactor.untilPreview('money.ts', 'Math.floor');
    assert.equal(written('src/money.ts'), money);
    await refactor.button('Accept').first().click();
    await refactor.untilFile('money.ts');
    await editor.save();
    assert.equal(written('src/money.ts'), `${floored}\n`);
  });

  it('replaces what is selected where it defines nothing', async () => {
    await editor.openFile('src/shop.ts');
    await editor.goTo(4, 1);
    await editor.page.keyboard.press('Shift+End');
    await apply('Begin at two.');
    await refactor.untilPreview('shop.ts', 'let sum = 2;');
    await refactor.button('Refuse').first().click();
    await refactor.untilFile('shop.ts');
    assert.equal(written('src/shop.ts'), shop);
  });

  it('says why it can’t be applied', async () => {
    const notice = chat.frame.getByRole('alert');
    await apply('Lose it.');
    await notice.filter({ hasText: 'syntax error' }).waitFor();
    await apply('A new one.');
    await notice.filter({ hasText: 'There is no file src/nothing.ts in this workspace' }).waitFor();
    await until(async () => (await refactor.previews.count()) === 0, 'nothing is shown');
    assert.equal(written('src/shop.ts'), shop);
  });
});
