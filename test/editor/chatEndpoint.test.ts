/** Questions to an endpoint in the real editor: what would be sent is shown first, and only what was agreed leaves. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { authorityFile } from '../support/certificates.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { CompanyServer, companyAddress } from '../support/companyServer.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { ChatDriver } from './chatDriver.ts';
import { chatSettings, makeWorkspace } from './chatWorkspace.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
/** In pieces, since it looks like one. */
const secret = ['ghp', '_', 'R7mK2xQ9vB4nT8wL3pZ6', 'cY1dF5gH0jS2aE4u'].join('');
const key = ['sk', 'q7ZtPw3LxV9mB2nK8rTd'].join('-');
const placeholder = /HEARTH_REDACTED_\d+_[a-z_]*[a-z]/;

describe('questions to an endpoint that is elsewhere', () => {
  const folder = makeWorkspace();
  let company: CompanyServer;
  let editor: Editor;
  let chat: ChatDriver;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeFileSync(path.join(folder, 'src/client.ts'), `export const githubToken = '${secret}';\n`);
    company = await CompanyServer.start();
    company.answer = (prompt) => `The token is ${placeholder.exec(prompt)?.[0] ?? 'not there'}.`;
    const talker = path.join(temporaryFolder(), 'talker.gguf');
    await writeChatModel(talker, { answers: ['That I do not know.'], contextTokens: 32_768, name: 'talker' });
    editor = await openEditor({
      folder,
      builtins: [],
      file: 'src/client.ts',
      theme: 'Default Dark Modern',
      env: { NODE_EXTRA_CA_CERTS: authorityFile },
      settings: {
        ...chatSettings(talker),
        'http.proxy': company.proxy.address,
        'hearth.endpoints': [
          {
            ...{ name: 'Company', address: companyAddress, api: 'openai', model: 'large-1' },
            price: { input: 3, output: 15 },
          },
        ],
      },
    });
    chat = new ChatDriver(editor);
    await editor.waitForReady();
    await editor.runCommand('Hearth: Set Key of Endpoint…');
    await editor.pickQuickItem('Company');
    await editor.page.locator('.quick-input-message').getByText('sent to elsewhere.example only').waitFor();
    await editor.page.locator('.quick-input-widget .quick-input-box input').first().fill(key);
    await editor.page.keyboard.press('Enter');
    await editor.page.locator('.statusbar-item', { hasText: 'The key of Company was set.' }).waitFor();
    await chat.open();
  });
  after(async () => {
    await editor.close();
    await company.stop();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `chat-endpoint-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-6000));
  });

  const tab = () => editor.page.locator('.tab.active', { hasText: 'What Would Be Sent to Company' });
  const previews = () => editor.page.locator('.tab', { hasText: 'What Would Be Sent to Company' });
  const lens = (words: string) => editor.page.locator('.codelens-decoration a', { hasText: words }).first();
  const note = () => chat.lastAnswer.locator('.note');
  const gone = () => until(async () => (await previews().count()) === 0, 'the preview is closed');

  /** Chooses who answers, in the list beside the box. */
  async function choose(name: string): Promise<void> {
    await chat.frame.locator('.route-button').click();
    await chat.frame.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click();
  }

  it('are shown as they would leave, and nothing has left by then', async () => {
    await choose('Company');
    await chat.ask('@file:src/client.ts What is the token?');
    await tab().waitFor();
    await lens('Send Once').waitFor();
    await chat.lastAnswer.getByText('Nothing has been sent to Company yet').waitFor();
    const lines = (await editor.lines()).join('\n');
    assert.match(lines, /To +Company, outside of your network\n +https:\/\/elsewhere\.example\n/);
    assert.match(lines, /Model +large-1\nFor +a question of the chat\nSize +about [\d,]+ tokens/);
    assert.match(lines, /Cost +\$0\.\d+ for the prompt/);
    assert.match(lines, /Redacted +GitHub token: 1, in line \d+ of this page/);
    assert.match(lines, /src\/client\.ts/);
    assert.match(lines, /── 1 of \d: system/);
    assert.doesNotMatch(lines, new RegExp(secret));
    assert.equal(company.questions.length, 0);
    await editor.screenshot(path.join(shots, 'outgoing-dark.png'));
  });

  it('leave when they are agreed to, and are answered with what it was about', async () => {
    await lens('Send Once').click();
    await chat.answered(1);
    await gone();
    assert.match(await chat.lastAnswer.innerText(), new RegExp(`The token is ${secret}\\.`));
    const [question] = company.questions;
    assert.ok(question !== undefined && placeholder.test(question.text));
    assert.ok(!company.server.requests.some(({ text }) => text.includes(secret)));
    const figures = await chat.lastAnswer.locator('.figures').innerText();
    assert.match(figures, /^large-1 · Company · 1,000 \+ 20 tokens · \$0\.0033 · 1 secret replaced$/);
  });

  it('stay here when the preview is closed', async () => {
    await chat.ask('And what is it for?');
    await tab().waitFor();
    await lens('Send Once').waitFor();
    await editor.page.keyboard.press('Escape');
    assert.equal(await previews().count(), 1, 'Escape decides nothing');
    await editor.runCommand('View: Close Editor');
    await chat.answered(2);
    await note().getByText('Nothing was sent to Company.').waitFor();
    assert.equal(company.questions.length, 1);
  });

  it('are agreed to by a key, once the preview was there to be seen', async () => {
    await chat.lastAnswer.getByRole('button', { name: 'Write it again' }).click();
    await tab().waitFor();
    await lens('Send Once').waitFor();
    await chat.frame.getByRole('button', { name: 'Show the preview' }).click();
    await editor.page.locator('.editor-group-container.active .view-lines').first().click();
    await until(async () => {
      if ((await tab().count()) === 0) return true;
      await editor.page.keyboard.press('ControlOrMeta+Enter');
      await editor.page.waitForTimeout(500);
      return false;
    }, 'the key is taken');
    await chat.answered(2);
    await until(() => company.questions.length === 2, 'the question has come');
  });

  it('need no word any more once all of the workspace may be sent, until that is revoked', async () => {
    await editor.runCommand('Preferences: Color Theme');
    await editor.page
      .locator('.quick-input-widget .quick-input-box input')
      .first()
      .fill('Dark High Contrast');
    await editor.pickQuickItem('Dark High Contrast');
    await chat.ask('@file:src/client.ts Who uses it?');
    await lens('Always for This Workspace').waitFor();
    await editor.screenshot(path.join(shots, 'outgoing-high-contrast.png'));
    await lens('Always for This Workspace').click();
    await chat.answered(3);
    await chat.ask('Who else?');
    await chat.answered(4);
    assert.equal(company.questions.length, 4);
    assert.equal(await previews().count(), 0);
    await editor.runCommand('Hearth: Revoke Consents of This Workspace…');
    const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Company' });
    await row.waitFor();
    await editor.screenshot(path.join(shots, 'outgoing-revoke.png'));
    await row.click();
    await editor.page.keyboard.press('Enter');
    await chat.ask('And now?');
    await tab().waitFor();
    await lens('Cancel').click();
    await chat.answered(5);
    assert.equal(company.questions.length, 4);
  });

  it('are offered for a local answer that is marked as bad', async () => {
    await choose('Local');
    await chat.ask('Is that so?');
    await chat.answered(6);
    assert.match(await chat.lastAnswer.innerText(), /That I do not know\./);
    await chat.lastAnswer.getByRole('button', { name: 'Bad answer' }).click();
    const offer = chat.lastAnswer.getByRole('group', { name: 'Offer' });
    await offer.getByText('You marked the answer as bad.').waitFor();
    await editor.screenshot(path.join(shots, 'outgoing-offer.png'));
    await offer.getByRole('button', { name: 'Ask Company' }).click();
    await tab().waitFor();
    await lens('Never for This Workspace').click();
    await chat.answered(6);
    await note().getByText('nothing of this workspace will be').waitFor();
    await chat.lastAnswer.getByRole('button', { name: 'Write it again' }).click();
    await note().getByText('You said that nothing of this workspace is ever sent to Company').waitFor();
    assert.equal(company.questions.length, 4);
    assert.equal(await previews().count(), 0);
  });

  it('take the key along, which stands in no setting, log, ledger, chat or argument', () => {
    for (const { headers } of company.questions) assert.equal(headers.authorization, `Bearer ${key}`);
    // The search finds what is there: the endpoint's name stands in settings, ledger and log.
    const known = editor.placesOf('elsewhere.example').join();
    for (const place of [/settings\.json/, /hearth\.hearth\/network/, /\.log/]) assert.match(known, place);
    assert.deepEqual(editor.placesOf(key), []);
  });
});

describe('a question to an endpoint from a folder that is not trusted', () => {
  let company: CompanyServer;
  let editor: Editor;
  let chat: ChatDriver;
  before(async () => {
    company = await CompanyServer.start();
    editor = await openEditor({
      ...{ folder: makeWorkspace(), builtins: [], file: 'src/shop.ts', workspaceTrust: true },
      env: { NODE_EXTRA_CA_CERTS: authorityFile },
      settings: {
        'hearth.engine.device': 'cpu',
        'security.workspace.trust.startupPrompt': 'never',
        'http.proxy': company.proxy.address,
        'hearth.endpoints': [{ name: 'Company', address: companyAddress, api: 'openai', model: 'large-1' }],
      },
    });
    chat = new ChatDriver(editor);
    await editor.waitForReady();
    await chat.open();
  });
  after(async () => {
    await editor.close();
    await company.stop();
  });

  it('is refused before anything is shown or asked of the server', async () => {
    await chat.frame.locator('.route-button').click();
    await chat.frame.getByRole('menuitemradio', { name: /^Company/ }).click();
    await chat.ask('What is a cent?');
    await chat.answered(1);
    await chat.lastAnswer
      .getByText('Nothing is sent to Company from a workspace that is not trusted')
      .waitFor();
    assert.equal(company.server.requests.length, 0);
    assert.equal(await editor.page.locator('.tab', { hasText: 'What Would Be Sent' }).count(), 0);
  });
});
