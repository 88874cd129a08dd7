/** The chat's page alone, in a real browser: who answers, who else is offered, and what is said before anything is sent. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/editor/chromium.ts';
import { openPage, pageForEachTest, servePage, type ChatPage } from '../support/chatPage.ts';
import { noModel, ready } from '../support/chatScenes.ts';
import { themes, type ThemeName } from '../support/chatThemes.ts';
import { repository } from '../support/engine.ts';
import {
  answeredWith,
  choices,
  companyAnswer,
  localAnswer,
  ruledRoutes,
  someRoutes,
} from '../support/routeScenes.ts';
import { shownAnswer, shownQuestion } from '../support/shownMessages.ts';

const shots = path.join(repository, '.vscode-test/screenshots');
mkdirSync(shots, { recursive: true });

const busyAnswer = shownAnswer('a', '', { state: 'writing', reason: null });
const consent = { id: 'a', preview: '7', endpoint: 'Company' } as const;
const offered = { ...localAnswer, offer: ["the answer filled the local model's window"] };

describe('who answers in the chat’s page', () => {
  let chat: ChatPage;
  pageForEachTest((opened) => {
    chat = opened;
  });

  const button = (name: string | RegExp) => chat.page.getByRole('button', { name, exact: true });
  const focused = () => chat.page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
  const picker = () => chat.page.locator('.route-button');
  const foot = () => chat.page.locator('.answer-foot');

  it('is not asked about where there is only the local model', async () => {
    const routes = { ...someRoutes, choices: choices.slice(0, 1) };
    await chat.tell(
      answeredWith(localAnswer),
      { type: 'model', status: ready },
      { type: 'routes', status: routes },
    );
    assert.equal(await picker().count(), 0);
    assert.equal(await chat.page.locator('.ask-other').count(), 0);
    assert.equal(await button('Bad answer').count(), 0);
    assert.equal(await chat.page.locator('.model-line').count(), 1);
  });

  it('is chosen from a list, with the keyboard', async () => {
    await chat.tell(
      answeredWith(localAnswer),
      { type: 'model', status: ready },
      { type: 'routes', status: someRoutes },
    );
    assert.equal(await picker().innerText(), 'Local');
    assert.equal(await picker().getAttribute('aria-label'), 'Answers: Local, the model on this machine.');
    await picker().press('Enter');
    const menu = chat.page.getByRole('menu', { name: 'Who answers' });
    const items = await menu.getByRole('menuitemradio').allInnerTexts();
    assert.deepEqual(
      items.map((item) => item.split('\n')),
      [
        ['Automatic', 'Local, unless a rule of yours says otherwise'],
        ['Local', 'the model on this machine'],
        ['Workstation', 'in your own network'],
        ['Company', 'outside of your network'],
      ],
    );
    assert.equal(await menu.getByRole('menuitemradio', { checked: true }).count(), 1);
    await chat.page.keyboard.press('End');
    await chat.page.keyboard.press('Enter');
    assert.deepEqual(await chat.next('route'), { type: 'route', name: 'Company' });
    assert.equal(await menu.count(), 0);
    assert.equal(await focused(), 'Ask Hearth');
    const chosen = { ...someRoutes, chosen: 'Company', next: { route: 'Company', reasons: [] } };
    await chat.tell({ type: 'routes', status: chosen });
    assert.equal(
      await picker().getAttribute('aria-label'),
      'Answers: Company, outside of your network. You chose this.',
    );
    // What the local model is like is of no interest then.
    assert.equal(await chat.page.locator('.model-line').count(), 0);
    await picker().click();
    await menu.getByRole('menuitemradio', { name: /Automatic/ }).click();
    assert.deepEqual(await chat.next('route'), { type: 'route', name: null });
    await picker().press('Enter');
    await chat.page.keyboard.press('Escape');
    assert.equal(await menu.count(), 0);
    assert.match(await focused(), /^Answers: Company/);
  });

  it('is said with the reason where a rule decides, and no local model is missed then', async () => {
    await chat.tell(
      answeredWith(localAnswer),
      { type: 'model', status: noModel },
      { type: 'routes', status: someRoutes },
    );
    const card = chat.page.getByRole('region', { name: 'Model' });
    assert.equal(await card.count(), 1);
    await chat.tell({ type: 'routes', status: ruledRoutes });
    assert.equal(await card.count(), 0);
    const why = 'A rule of yours sends typescript in src/shop/cart.ts to Company.';
    const reason = chat.page.locator('.route-reason');
    assert.equal(await reason.innerText(), why);
    const cut = await chat.page.evaluate<boolean>(`(() => {
      const { scrollWidth, clientWidth } = document.querySelector('.route-reason');
      return scrollWidth > clientWidth + 1;
    })()`);
    assert.equal(cut, false, 'all of it can be read');
    assert.ok((await picker().getAttribute('aria-label'))?.endsWith(why));
  });

  it('can be somebody else for an answer that is there', async () => {
    const two = { ...someRoutes, choices: [choices[0], choices[2]].flatMap((one) => one ?? []) };
    await chat.tell(answeredWith(localAnswer), { type: 'routes', status: two });
    await button('Ask Company').click();
    assert.deepEqual(await chat.next('retry'), { type: 'retry', id: 'a', route: 'Company' });
    await chat.tell({ type: 'routes', status: someRoutes });
    await button('Ask another…').press('Enter');
    const group = chat.page.getByRole('group', { name: 'Ask another' });
    assert.deepEqual(await group.locator('.route').allInnerTexts(), ['Ask Workstation', 'Ask Company']);
    await chat.page.keyboard.press('Escape');
    assert.equal(await group.count(), 0);
    assert.equal(await chat.page.evaluate('document.activeElement.innerText'), 'Ask another…');
    await chat.page.keyboard.press('Enter');
    await chat.page.keyboard.press('Tab');
    await chat.page.keyboard.press('Enter');
    assert.deepEqual(await chat.next('retry'), { type: 'retry', id: 'a', route: 'Company' });
    assert.equal(await focused(), 'Ask Hearth');
    await chat.tell(answeredWith(companyAnswer), { type: 'routes', status: two });
    await button('Ask the local model').click();
    assert.deepEqual(await chat.next('retry'), { type: 'retry', id: 'b', route: 'local' });
    // While an answer is written nobody else is asked.
    await chat.tell({ type: 'busy', busy: true });
    assert.equal(await button('Ask the local model').isDisabled(), true);
  });

  it('is offered where an answer is marked as bad or something else speaks against it, and only there', async () => {
    await chat.tell(answeredWith(localAnswer), { type: 'routes', status: someRoutes });
    const offer = chat.page.getByRole('group', { name: 'Offer' });
    assert.equal(await offer.count(), 0);
    const bad = button('Bad answer');
    assert.equal(await bad.getAttribute('aria-pressed'), 'false');
    await bad.click();
    assert.deepEqual(await chat.next('bad'), { type: 'bad', id: 'a', bad: true });
    const marked = { ...localAnswer, rating: 'bad', offer: ['you marked the answer as bad'] } as const;
    await chat.tell({ type: 'message', message: marked });
    assert.equal(await bad.getAttribute('aria-pressed'), 'true');
    assert.match(await offer.innerText(), /Another model may do better\. You marked the answer as bad\./);
    assert.equal(await chat.page.locator('.ask-other').count(), 0, 'the same is not offered twice');
    await offer.getByRole('button', { name: 'Ask Workstation' }).click();
    assert.deepEqual(await chat.next('retry'), { type: 'retry', id: 'a', route: 'Workstation' });
    await bad.click();
    assert.deepEqual(await chat.next('bad'), { type: 'bad', id: 'a', bad: false });
    await chat.tell({ type: 'message', message: offered });
    assert.match(await offer.innerText(), /The answer filled the local model's window\./);
    // There is nobody to be asked.
    await chat.tell({ type: 'routes', status: { ...someRoutes, choices: choices.slice(0, 1) } });
    assert.equal(await offer.count(), 0);
  });

  it('stands below an answer with what was sent and what it cost', async () => {
    await chat.tell(answeredWith(companyAnswer), { type: 'routes', status: someRoutes });
    assert.match(
      await foot().locator('.figures').innerText(),
      /^large-1 · Company · 3,412 \+ 214 tokens · \$0\.013 · 2 secrets replaced$/,
    );
    const long = (await foot().locator('.figures').getAttribute('title')) ?? '';
    assert.match(long, /^Sent to Company\. Prompt: 3,412 tokens/);
    const why = 'Most places that the answer names do not exist; a rule of yours asks Company then.';
    assert.equal(await foot().getByText(why, { exact: true }).count(), 1, 'everybody can read why');
    await button('Delete answer').click();
    assert.equal(await foot().getByText(why, { exact: true }).count(), 1);
    await button('Keep').click();
    assert.match(long, /Cost: \$0\.013\. 2 secrets replaced before it was sent\./);
    const free = { ...companyAnswer, sent: { redactions: 0, dollars: null }, routeReasons: [] };
    await chat.tell({ type: 'message', message: free });
    assert.equal(await foot().locator('.figures').innerText(), 'large-1 · Company · 3,412 + 214 tokens');
    assert.equal(await foot().locator('.why').count(), 0);
    assert.match(
      (await foot().locator('.figures').getAttribute('title')) ?? '',
      /^Sent to Company\. Prompt: .* The price is not known\./,
    );
  });

  it('says that nothing has been sent yet, and leads to what would be', async () => {
    await chat.tell(
      { type: 'routes', status: ruledRoutes },
      { type: 'busy', busy: true },
      answeredWith(busyAnswer),
      { type: 'consent', waiting: consent },
    );
    const answer = chat.page.getByRole('article', { name: 'Answer' });
    assert.match(await answer.innerText(), /Nothing has been sent to Company yet/);
    assert.match(
      await chat.page.locator('main > [role=status]').innerText(),
      /Nothing has been sent to Company yet/,
    );
    await button('Show the preview').click();
    assert.deepEqual(await chat.next('preview'), { type: 'preview', preview: '7' });
    await chat.tell({ type: 'consent', waiting: null });
    assert.doesNotMatch(await answer.innerText(), /Nothing has been sent/);
    const refused = shownAnswer('a', '', { reason: 'not-sent', message: 'Nothing was sent to Company.' });
    await chat.tell({ type: 'message', message: refused }, { type: 'busy', busy: false });
    assert.match(await answer.innerText(), /Nothing was sent to Company\./);
    await button('Write it again').click();
    assert.deepEqual(await chat.next('retry'), { type: 'retry', id: 'a' });
  });
});

/** What leads to each state, one after the other on one page. */
const looks: readonly (readonly [name: string, lead: (chat: ChatPage) => Promise<unknown>])[] = [
  [
    'offer',
    ({ tell }) => tell(answeredWith({ ...offered, rating: 'bad' }), { type: 'routes', status: someRoutes }),
  ],
  [
    'ask-another',
    async ({ page, tell }) => {
      await tell({ type: 'message', message: localAnswer });
      await page.getByRole('button', { name: 'Ask another…' }).click();
    },
  ],
  ['menu', ({ page }) => page.locator('.route-button').click()],
  [
    'endpoint',
    async ({ page, tell }) => {
      await page.keyboard.press('Escape');
      await tell(answeredWith(companyAnswer), { type: 'routes', status: ruledRoutes });
    },
  ],
  [
    'consent',
    ({ tell }) =>
      tell(
        { type: 'busy', busy: true },
        { type: 'message', message: shownQuestion('q2', 'And where are they summed?') },
        { type: 'message', message: { ...busyAnswer, id: 'a2', siblings: ['a2'] } },
        { type: 'consent', waiting: { ...consent, id: 'a2' } },
      ),
  ],
];

describe('the looks of who answers', () => {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  before(async () => {
    server = await servePage();
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    server.close();
  });

  const sizes = [
    ...(Object.keys(themes) as ThemeName[]).map((theme) => ({ theme, width: 380 })),
    { theme: 'dark' as const, width: 280 },
  ];
  for (const { theme, width } of sizes) {
    it(`are fit for everybody in ${theme}, ${width} pixels wide`, async () => {
      const chat = await openPage(browser, server.url, { theme, width });
      await chat.tell({ type: 'model', status: ready });
      for (const [name, lead] of looks) {
        await lead(chat);
        await chat.page.screenshot({ path: path.join(shots, `chat-routes-${theme}-${width}-${name}.png`) });
        assert.deepEqual(await chat.axe(), [], name);
        // Only code and tables scroll sideways, and these in themselves.
        const wide = await chat.page.evaluate(`[...document.querySelectorAll('body *')]
          .filter((element) => !element.closest('.code, .table, .visually-hidden, svg'))
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => element.className + ' ' + element.innerText)`);
        assert.deepEqual(wide, [], name);
      }
      assert.deepEqual(chat.trouble, []);
      await chat.page.context().close();
    });
  }
});
