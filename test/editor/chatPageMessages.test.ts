/** The chat's page alone, in a real browser: what can be done with what was said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ShownMessage } from '../../src/core/chat/view.ts';
import { pageForEachTest, type ChatPage } from '../support/chatPage.ts';
import { historyEntries, richConversation } from '../support/chatScenes.ts';
import { until } from '../support/engine.ts';
import { shownAnswer, shownQuestion } from '../support/shownMessages.ts';

describe('the messages of the chat’s page', () => {
  let chat: ChatPage;
  pageForEachTest((opened) => {
    chat = opened;
  });

  const box = () => chat.page.getByRole('textbox', { name: 'Ask Hearth' });
  const button = (name: string) => chat.page.getByRole('button', { name, exact: true });
  const focused = () => chat.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
  const conversation = (...messages: ShownMessage[]) =>
    chat.tell({ type: 'conversation', id: 'c', title: 'A chat', messages });

  it('edits a question in its place, and keeps what was typed over a reload', async () => {
    await chat.tell(richConversation);
    await box().fill('half a thought');
    await chat.page.getByRole('article', { name: 'Your question' }).hover();
    await button('Edit question').click();
    const edit = chat.page.getByRole('textbox', { name: 'Change the question' });
    assert.match(await edit.inputValue(), /^\/explain how/);
    await edit.fill('/explain it again');
    await until(
      async () => /again/.test(String(await chat.page.evaluate('sessionStorage.getItem("state")'))),
      'what was typed is kept',
    );
    await chat.reload();
    await chat.tell(richConversation);
    assert.equal(await box().inputValue(), 'half a thought');
    assert.equal(await edit.inputValue(), '/explain it again');
    await edit.press('Escape');
    assert.equal(await focused(), 'Edit question');
    await chat.page.keyboard.press('Enter');
    await edit.fill('Another');
    await edit.press('Enter');
    assert.deepEqual((await chat.toldOf('edit')).at(-1), { type: 'edit', id: 'q1', text: 'Another' });
    assert.equal(await edit.count(), 0);
    assert.equal(await box().inputValue(), 'half a thought');
    await until(async () => (await focused()) === 'Ask Hearth', 'the box has the focus');
  });

  it('copies, writes again, deletes only when asked twice, and leads to what is beside', async () => {
    await chat.tell(richConversation);
    await button('Previous question').click();
    assert.equal((await chat.next('choose')).id, 'q0');
    await button('Next answer').click();
    assert.equal((await chat.next('choose')).id, 'a2');
    await button('Copy answer').click();
    assert.match((await chat.next('copy')).text, /^The total is summed/);
    await button('Write this answer again').click();
    assert.equal((await chat.next('retry')).id, 'a1');
    await button('Delete question').click();
    assert.equal((await chat.toldOf('delete')).length, 0);
    await button('Keep').click();
    assert.equal(await focused(), 'Delete question');
    await button('Delete question').click();
    await chat.page.keyboard.press('Enter');
    assert.equal((await chat.next('delete')).id, 'q1');
    await chat.tell({ type: 'busy', busy: true });
    assert.equal(await button('Write this answer again').isDisabled(), true);
  });

  it('gives the focus on where what had it goes', async () => {
    const siblings = { siblings: ['a1', 'a2', 'a3'] };
    const [question, first] = [shownQuestion('q1', 'What?'), { ...shownAnswer('a1', 'One.'), ...siblings }];
    await conversation(question, first);
    await button('Next answer').press('Enter');
    await conversation(question, { ...shownAnswer('a2', 'Two.'), ...siblings });
    assert.equal(await focused(), 'Next answer');
    await chat.page.keyboard.press('Enter');
    await conversation(question, { ...shownAnswer('a3', 'Three.'), ...siblings });
    assert.equal(await focused(), 'Previous answer', 'there is no next one');
    await button('Write this answer again').press('Enter');
    assert.equal(await focused(), 'Ask Hearth');
    for (const what of ['question', 'answer']) {
      await conversation(question, first);
      await button(`Delete ${what}`).press('Enter');
      await chat.page.keyboard.press('Enter');
      await conversation(...(what === 'question' ? [] : [question]));
      assert.equal(await focused(), 'Ask Hearth', what);
    }
    await chat.tell({ type: 'notice', message: 'It could not be done.' });
    await button('Dismiss').press('Enter');
    assert.equal(await focused(), 'Ask Hearth');
  });

  it('leads to the places that an answer names, and marks those that are not right', async () => {
    await chat.tell(richConversation);
    const link = (name: string) => chat.page.getByRole('link', { name });
    await link('src/shop/cart.ts:12-18').click();
    assert.deepEqual(await chat.next('open'), {
      type: 'open',
      path: 'src/shop/cart.ts',
      startLine: 12,
      endLine: 18,
    });
    await link('addMoney').press('Enter');
    assert.equal((await chat.next('open')).path, 'src/money.ts');
    const doubtful = link('src/shop/tax.ts:99 (Unverified: there is no such file)');
    await doubtful.waitFor();
    assert.match(
      await chat.page.evaluate<string>(
        `getComputedStyle(document.querySelector('.unverified')).textDecoration`,
      ),
      /underline dotted/,
    );
    await link('documentation').click();
    assert.equal((await chat.next('link')).href, 'https://example.com/docs');
    await chat.page.getByText('Used 2 references').click();
    await button('money.ts:7-9 src').click();
    assert.equal((await chat.next('open')).path, 'src/money.ts');
    await chat.page.getByText('find_symbol').click();
    await chat.page.getByText('src/shop/cart.ts:12-18 function total(lines)').waitFor();
  });

  it('does with a block of code what it is asked', async () => {
    await chat.tell(richConversation);
    assert.equal(await button('Use as commit message').count(), 0);
    await chat.tell({ type: 'abilities', commitMessage: true });
    for (const name of ['Copy code', 'Insert at cursor', 'Open in a new file', 'Use as commit message'])
      await button(name).click();
    const told = await chat.toldOf('block');
    assert.deepEqual(
      told.map(({ action }) => action),
      ['copy', 'insert', 'new-file', 'commit-message'],
    );
    for (const { text, language } of told) {
      assert.equal(language, 'typescript');
      assert.ok(text.startsWith('/** The sum') && text.endsWith('return sum;\n}'));
    }
    await button('Copied').waitFor();
  });

  it('says of a block that is to be applied what may tell its file', async () => {
    const list = '1. In `src/b.ts`:\n   ```ts\n   const b = 2;\n   ```\n2. Done.\n';
    const text = `Change src/a.ts:3 so:\n\n\`\`\`ts title="src/a.ts"\nconst a = 1;\n\`\`\`\n\nAnd\n\n${list}`;
    await conversation(shownQuestion('q', 'How?'), shownAnswer('a', text));
    const apply = button('Apply to file');
    await apply.first().click();
    await apply.last().click();
    const [first, second] = await chat.toldOf('apply');
    assert.deepEqual(first?.block, {
      text: 'const a = 1;',
      info: 'ts title="src/a.ts"',
      before: 'Change src/a.ts:3 so:\n\n',
    });
    assert.deepEqual([second?.block.text, second?.block.info], ['const b = 2;', 'ts']);
    assert.match(second?.block.before ?? '', /In `src\/b\.ts`:\n {3}```ts\n {3}$/);
  });

  it('searches, opens and deletes conversations with the keyboard', async () => {
    await chat.tell(richConversation);
    await button('Chats').click();
    assert.equal((await chat.next('history')).query, '');
    const now = Date.now();
    await chat.tell({ type: 'history', query: '', entries: historyEntries(now) });
    assert.equal(await focused(), 'Search chats');
    await chat.page.keyboard.type('build');
    await until(async () => (await chat.toldOf('history')).at(-1)?.query === 'build', 'the search');
    await chat.tell({ type: 'history', query: 'build', entries: historyEntries(now) });
    assert.equal(
      await chat.page
        .locator('[aria-current=true]')
        .innerText()
        .then((text) => text.includes('total')),
      true,
    );
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('Delete');
    await chat.page.getByRole('group', { name: /^Delete “Why does the build/ }).waitFor();
    await chat.page.keyboard.press('Escape');
    assert.equal((await chat.toldOf('deleteConversation')).length, 0);
    assert.match(
      await chat.page.evaluate<string>('document.activeElement.className + document.activeElement.innerText'),
      /^entry-openWhy does/,
    );
    await chat.page.keyboard.press('Delete');
    await chat.page.keyboard.press('Enter');
    assert.equal((await chat.next('deleteConversation')).id, 'c2');
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('Enter');
    assert.equal((await chat.next('openConversation')).id, 'c1');
    await box().waitFor();
    await chat.tell({ type: 'show', what: 'history' }, { type: 'history', query: '', entries: [] });
    await chat.page.getByText('There are no chats yet.').waitFor();
    await chat.page.keyboard.press('Escape');
    await box().waitFor();
    await button('Export as Markdown').click();
    await chat.next('export');
    await button('New chat').click();
    await chat.next('new');
    await until(async () => (await focused()) === 'Ask Hearth', 'the box has the focus');
  });

  it('says where the model’s window begins, and lets a question that is too long be edited', async () => {
    await conversation(
      shownQuestion('q1', 'One?'),
      shownAnswer('a1', 'One.'),
      shownQuestion('q2', 'Two?', { windowStart: true }),
      shownAnswer('a2', '', { state: 'failed', reason: 'question-too-long' }),
    );
    const log = await chat.page.getByRole('log').innerText();
    assert.match(log, /One\.[\s\S]*Earlier messages are no longer sent to the model[\s\S]*Two\?/);
    await button('Edit the question').click();
    assert.equal(await chat.page.getByRole('textbox', { name: 'Change the question' }).inputValue(), 'Two?');
  });

  it('can be used from end to end with the keyboard alone', async () => {
    await chat.tell(richConversation);
    await box().focus();
    const seen: string[] = [];
    while (seen.at(-1) !== 'Export as Markdown' && seen.length < 60) {
      await chat.page.keyboard.press('Shift+Tab');
      const outline = await chat.page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      seen.push(await focused());
      assert.equal(outline, 'solid', `${seen.at(-1)} shows that it has the focus`);
    }
    for (const name of ['Delete answer', 'Copy code', 'Code, TypeScript', 'Edit question', 'Conversation'])
      assert.ok(seen.includes(name), `${name} is not reached: ${seen.join(', ')}`);
    await chat.page.keyboard.press('Tab');
    await chat.page.keyboard.press('Enter');
    await chat.next('history');
  });
});
