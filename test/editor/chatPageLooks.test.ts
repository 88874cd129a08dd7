/** How the chat's page looks and whether everybody can use it: pictures of every state, checked by axe, in three themes. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/editor/chromium.ts';
import type { ModelStatus } from '../../src/core/chat/view.ts';
import { openPage, servePage, type ChatPage } from '../support/chatPage.ts';
import {
  chips,
  historyEntries,
  noModel,
  ready,
  richConversation,
  suggestions,
} from '../support/chatScenes.ts';
import { themes, type ThemeName } from '../support/chatThemes.ts';
import { repository } from '../support/engine.ts';
import { shownAnswer, shownQuestion } from '../support/shownMessages.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
const loading: ModelStatus = {
  state: 'loading',
  name: 'Qwen2.5 Coder 7B',
  message: 'Loading: 40 % of the weights are read.',
  actions: [],
};
const failed: ModelStatus = {
  state: 'failed',
  name: 'Qwen2.5 Coder 7B',
  message: 'The engine ended three times in a row. Choose a smaller model, or look into the log.',
  actions: [
    { label: 'Choose a Model…', command: 'hearth.models.choose' },
    { label: 'Show Log', command: 'hearth.showLog' },
  ],
};

/** What leads to each state, one after the other on one page. */
const states: readonly (readonly [name: string, lead: (chat: ChatPage) => Promise<void>])[] = [
  [
    'empty',
    async ({ tell }) => {
      await tell({ type: 'conversation', id: null, title: '', messages: [] });
      await tell({ type: 'model', status: noModel }, { type: 'chips', chips });
    },
  ],
  [
    'answer',
    async ({ tell }) => {
      await tell(
        { type: 'model', status: ready },
        { type: 'abilities', commitMessage: true },
        richConversation,
      );
    },
  ],
  [
    'unfolded',
    async ({ page }) => {
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.evaluate(`document.querySelector('.messages').scrollTop = 0`);
      await page.getByRole('button', { name: 'Edit question' }).focus();
    },
  ],
  [
    'suggestions',
    async ({ page, tell, toldOf }) => {
      await page.getByRole('textbox', { name: 'Ask Hearth' }).pressSequentially('and what of @c');
      const request = (await toldOf('suggest')).at(-1)?.request ?? 0;
      await tell({ type: 'suggestions', request, suggestions });
    },
  ],
  [
    'menu',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Add context' }).click();
    },
  ],
  [
    'editing',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Edit question' }).click();
    },
  ],
  [
    'reading',
    async ({ page, tell }) => {
      await page.keyboard.press('Escape');
      await tell(
        { type: 'busy', busy: true },
        { type: 'message', message: shownQuestion('q2', 'And the tax?', { windowStart: true }) },
        { type: 'message', message: shownAnswer('a3', '', { state: 'writing', reason: null }) },
        { type: 'prefill', id: 'a3', done: 1_200, total: 3_400 },
      );
    },
  ],
  [
    'streaming',
    async ({ tell }) => {
      await tell(
        { type: 'model', status: loading },
        { type: 'wrote', id: 'a3', kind: 'reasoning', text: 'The tax is in its own file.' },
        {
          type: 'wrote',
          id: 'a3',
          kind: 'text',
          text: 'The rate is fixed:\n\n```python\nRATE = 0.19  # of the net',
        },
        { type: 'notice', message: 'Nothing is selected in the terminal: select something there first.' },
      );
    },
  ],
  [
    'failed',
    async ({ page, tell }) => {
      await page.getByRole('button', { name: 'Dismiss' }).click();
      const message =
        'The engine ended while it wrote. What came is kept: write it again, or choose a smaller model.';
      await tell(
        { type: 'busy', busy: false },
        { type: 'model', status: failed },
        {
          type: 'message',
          message: shownAnswer('a3', 'The rate', { state: 'failed', reason: 'engine', message }),
        },
      );
    },
  ],
  [
    'history',
    async ({ page, tell }) => {
      await page.getByRole('button', { name: 'Chats' }).click();
      await tell({ type: 'history', query: '', entries: historyEntries(Date.now()) });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Delete');
    },
  ],
];

describe('the looks of the chat’s page', () => {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    server = await servePage();
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    server.close();
  });

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`are fit for everybody in ${theme}`, async () => {
      const chat = await openPage(browser, server.url, { theme });
      for (const [name, lead] of states) {
        await lead(chat);
        await chat.page.screenshot({ path: path.join(shots, `chat-page-${theme}-${name}.png`) });
        assert.deepEqual(await chat.axe(), [], `${name} in ${theme}`);
      }
      assert.deepEqual(await chat.page.evaluate('window.violations'), []);
      assert.deepEqual(chat.trouble, []);
      await chat.page.context().close();
    });
  }

  for (const width of [280, 600]) {
    it(`fit into ${width} pixels`, async () => {
      const chat = await openPage(browser, server.url, { width });
      for (const [name, lead] of states) {
        await lead(chat);
        await chat.page.screenshot({ path: path.join(shots, `chat-page-${width}-${name}.png`) });
        // Only code and tables scroll sideways, and these in themselves.
        const wide = await chat.page.evaluate(`[...document.querySelectorAll('body *')]
          .filter((element) => !element.closest('.code, .table, .visually-hidden, svg'))
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => element.className + ' ' + element.innerText)`);
        assert.deepEqual(wide, [], `${name} in ${width} pixels`);
      }
      await chat.page.context().close();
    });
  }
});
