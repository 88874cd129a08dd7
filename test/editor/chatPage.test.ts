/** The chat's page alone, in a real browser, under its real content security policy: asking. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ShownMessage } from '../../src/core/chat/view.ts';
import { pageForEachTest, type ChatPage } from '../support/chatPage.ts';
import { chips, noModel, ready, suggestions } from '../support/chatScenes.ts';
import { until } from '../support/engine.ts';
import { shownAnswer, shownQuestion } from '../support/shownMessages.ts';

describe('the box of the chat’s page', () => {
  let chat: ChatPage;
  pageForEachTest((opened) => {
    chat = opened;
  });

  const box = () => chat.page.getByRole('textbox', { name: 'Ask Hearth' });
  const button = (name: string) => chat.page.getByRole('button', { name, exact: true });
  const focused = () => chat.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
  const conversation = (...messages: ShownMessage[]) =>
    chat.tell({ type: 'conversation', id: 'c', title: 'A chat', messages });
  const begin = () =>
    chat.tell({ type: 'conversation', id: null, title: '', messages: [] }, { type: 'model', status: ready });

  it('has its landmarks and its box before its script runs', async () => {
    const bare = await chat.page.context().browser()?.newContext({ javaScriptEnabled: false });
    assert.ok(bare !== undefined);
    const page = await bare.newPage();
    await page.goto(chat.page.url());
    assert.equal(await page.title(), 'Hearth Chat');
    assert.equal(await page.getByRole('main').count(), 1);
    const { height = 0, y = 0 } = (await page.getByRole('form').boundingBox()) ?? {};
    assert.ok(height > 60 && y > 300, `the box is ${height} high, at ${y}`);
    await bare.close();
  });

  it('asks, streams, stops, and says what became of it', async () => {
    await begin();
    await box().fill('Why?');
    await box().press('Enter');
    assert.deepEqual(await chat.next('ask'), { type: 'ask', text: 'Why?' });
    assert.equal(await box().inputValue(), '');
    await chat.tell(
      { type: 'busy', busy: true },
      { type: 'message', message: shownQuestion('q', 'Why?') },
      { type: 'message', message: shownAnswer('a', '', { state: 'writing', reason: null }) },
      { type: 'prefill', id: 'a', done: 1_200, total: 3_400 },
    );
    const progress = chat.page.getByRole('progressbar', { name: 'Reading 1,200 of 3,400 tokens' });
    assert.equal(await progress.getAttribute('value'), '1200');
    await chat.tell(
      { type: 'wrote', id: 'a', kind: 'reasoning', text: 'Hm.' },
      { type: 'wrote', id: 'a', kind: 'text', text: 'Because **so' },
      { type: 'wrote', id: 'a', kind: 'text', text: ' it is**.\n\n```ts\nlet a = 1;' },
    );
    assert.equal(await progress.count(), 0);
    const answer = chat.page.getByRole('article', { name: 'Answer' });
    assert.equal(await answer.locator('strong').innerText(), 'so it is');
    assert.equal(await answer.locator('.hljs-keyword').innerText(), 'let');
    // Half a block is not to be put anywhere.
    for (const name of ['Apply to file', 'Insert at cursor'])
      assert.equal(await button(name).isDisabled(), true);
    await box().fill('And?');
    await box().press('Enter');
    assert.match(await chat.page.getByRole('alert').innerText(), /Stop the answer/);
    assert.equal((await chat.toldOf('ask')).length, 1);
    await button('Stop').click();
    await chat.next('stop');
    await box().press('Escape');
    await chat.next('stop');
    await chat.tell(
      {
        type: 'message',
        message: shownAnswer('a', 'Because **so it is**.', { state: 'stopped', reason: 'stopped' }),
      },
      { type: 'busy', busy: false },
    );
    assert.match(await answer.innerText(), /Stopped\./);
    assert.match(await chat.page.locator('main > [role=status]').innerText(), /Answer ended\. Stopped\./);
    assert.equal(await box().inputValue(), 'And?');
  });

  it('writes a new line with Shift+Enter, and recalls the last question into an empty box', async () => {
    await begin();
    await conversation(shownQuestion('q', 'An old question'));
    await box().pressSequentially('one');
    await box().press('Shift+Enter');
    await box().pressSequentially('two');
    assert.equal(await box().inputValue(), 'one\ntwo');
    const { height = 0 } = (await box().boundingBox()) ?? {};
    assert.ok(height >= 40, `two lines are ${height} high`);
    await box().press('ArrowUp');
    assert.equal(await box().inputValue(), 'one\ntwo');
    await box().fill('');
    await box().press('ArrowUp');
    assert.equal(await box().inputValue(), 'An old question');
    await box().press('Control+z');
    assert.equal(await box().inputValue(), '');
  });

  it('sends nothing while an input method puts a word together', async () => {
    await begin();
    const session = await chat.page.context().newCDPSession(chat.page);
    await box().focus();
    await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
    await box().dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    assert.equal((await chat.toldOf('ask')).length, 0);
    await session.send('Input.insertText', { text: '日本' });
    await box().press('Enter');
    assert.equal((await chat.next('ask')).text, '日本');
  });

  it('completes mentions and commands with the keyboard', async () => {
    await begin();
    await box().pressSequentially('see @c');
    const requests = await chat.toldOf('suggest');
    assert.deepEqual(
      requests.map(({ word }) => word),
      ['@', '@c'],
    );
    const request = requests.at(-1)?.request ?? 0;
    await chat.tell({ type: 'suggestions', request, suggestions });
    const combobox = chat.page.getByRole('combobox', { name: 'Ask Hearth', expanded: true });
    const active = async () =>
      chat.page.locator(`[id="${await combobox.getAttribute('aria-activedescendant')}"]`).innerText();
    assert.match(await active(), /counter\.ts/);
    await combobox.press('ArrowDown');
    assert.match(await active(), /Counter/);
    await combobox.press('ArrowUp');
    await combobox.press('ArrowUp');
    await combobox.press('Enter');
    // What goes on asks again, without a blank.
    assert.equal(await box().inputValue(), 'see @file:');
    const more = (await chat.toldOf('suggest')).at(-1);
    assert.equal(more?.word, '@file:');
    await chat.tell({ type: 'suggestions', request: more.request, suggestions: suggestions.slice(0, 1) });
    await chat.page.getByRole('combobox').press('Tab');
    assert.equal(await box().inputValue(), 'see @file:src/counter.ts ');
    assert.equal(await chat.page.getByRole('listbox').count(), 0);
    await box().fill('');
    await box().pressSequentially('/e');
    const command = (await chat.toldOf('suggest')).at(-1);
    await chat.tell({ type: 'suggestions', request: command?.request ?? 0, suggestions });
    await chat.page.getByRole('combobox').press('Escape');
    await box().pressSequentially('x');
    assert.equal(await chat.page.getByRole('listbox').count(), 0);
    await box().press('Enter');
    assert.equal((await chat.next('ask')).text, '/ex');
  });

  it('takes chips away and offers them again, with the keyboard too', async () => {
    await begin();
    await chat.tell({ type: 'chips', chips });
    await button('Remove cart.ts:12-18').click();
    assert.equal((await chat.next('removeChip')).id, 'selection');
    assert.equal(await button('Offer again what was removed').count(), 0);
    await button('Remove counter.ts').focus();
    await chat.page.keyboard.press('Delete');
    assert.equal((await chat.next('removeChip')).id, 'file');
    await chat.tell({ type: 'chips', chips: chips.slice(1) });
    await until(async () => (await focused()) === 'Remove cart.ts:12-18', 'the next chip has the focus');
    await button('Offer again what was removed').click();
    await chat.next('restoreChips');
    await chat.page.getByRole('button', { name: 'cart.ts:12-18', exact: true }).click();
    assert.deepEqual(await chat.next('open'), {
      type: 'open',
      path: 'src/shop/cart.ts',
      startLine: 12,
      endLine: 18,
    });
  });

  it('adds context from a menu', async () => {
    await begin();
    await button('Add context').press('Enter');
    await chat.page.keyboard.press('ArrowUp');
    await chat.page.keyboard.press('Enter');
    assert.deepEqual((await chat.next('addMention')).mention, { kind: 'workspace', value: '' });
    await box().fill('see');
    await button('Add context').click();
    await chat.page.getByRole('menuitem', { name: /File, folder/ }).click();
    assert.equal(await box().inputValue(), 'see @');
    assert.equal((await chat.next('suggest')).word, '@');
  });

  it('takes files that are dropped', async () => {
    await begin();
    await chat.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', 'file:///w/a.ts\\r\\nfile:///w/b.ts');
      for (const type of ['dragenter', 'dragover'])
        document.querySelector('.messages, .welcome').dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await chat.page.getByText('Drop to add it to the question').waitFor();
    await chat.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', 'file:///w/a.ts\\r\\nfile:///w/b.ts');
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    assert.deepEqual((await chat.next('drop')).uris, ['file:///w/a.ts', 'file:///w/b.ts']);
    await until(async () => (await chat.page.locator('.drop-here').count()) === 0, 'the hint is gone');
  });

  it('begins with examples, and says what helps where there is no model', async () => {
    await begin();
    await chat.tell({ type: 'model', status: noModel });
    await chat.page.getByText('The model that comes with Hearth only completes code.').waitFor();
    await button('Choose a Model…').click();
    assert.equal((await chat.next('command')).command, 'hearth.models.choose');
    await chat.page.getByRole('button', { name: /Explain the selected code/ }).click();
    assert.equal(await box().inputValue(), '/explain ');
    assert.equal(await focused(), 'Ask Hearth');
    await chat.tell({ type: 'compose', text: '/fix ' });
    assert.equal(await box().inputValue(), '/explain ');
    const sources = [{ path: 'src/a.ts', startLine: 1, endLine: 5, score: 1 }];
    await conversation(
      shownQuestion('q', 'Where?'),
      shownAnswer('a', '', { reason: 'no-chat-model', sources, model: null, tokens: null, times: null }),
    );
    await chat.page.getByText('No chat model answers').waitFor();
    await button('a.ts:1-5 src').click();
    assert.equal((await chat.next('open')).path, 'src/a.ts');
    await button('Import a File…').click();
    assert.equal((await chat.next('command')).command, 'hearth.models.import');
  });
});
