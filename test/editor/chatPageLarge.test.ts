/** The chat's page with more, and worse, than a model should write: it stays usable, and nothing of it is run. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageForEachTest, type ChatPage } from '../support/chatPage.ts';
import { until } from '../support/engine.ts';
import { shownAnswer, shownQuestion } from '../support/shownMessages.ts';

const paragraph = (at: number) =>
  `Paragraph ${at} says that \`src/a.ts:12-18\` does it.\n\n- one **thing**\n- another\n\n` +
  `\`\`\`ts\nexport const value${at} = [${at}, 'text'];\n\`\`\`\n\n`;
const writing = shownAnswer('a', '', { state: 'writing', reason: null });

describe('the chat’s page under load', () => {
  let chat: ChatPage;
  pageForEachTest((opened) => {
    chat = opened;
  });

  const conversation = (...messages: ReturnType<typeof shownAnswer>[]) =>
    chat.tell({ type: 'conversation', id: 'c', title: 'A chat', messages });
  const count = (selector: string) => chat.page.locator(selector).count();
  /** Pixels between what is in view and the newest. */
  const gap = async () =>
    Number(
      await chat.page
        .evaluate(`(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
        document.querySelector('.messages'))`),
    );
  const wrote = (text: string) => chat.tell({ type: 'wrote', id: 'a', kind: 'text', text });

  it('draws blocks that are finished once', async () => {
    await conversation(shownQuestion('q', 'Why?'), writing);
    await wrote(paragraph(1) + paragraph(2));
    await chat.page.evaluate(`(() => {
      window.before = [...document.querySelectorAll('.block')].slice(0, -2);
      window.changes = 0;
      const watch = new MutationObserver((changes) => (window.changes += changes.length));
      for (const block of window.before) watch.observe(block, { subtree: true, childList: true, characterData: true });
    })()`);
    for (let at = 3; at < 12; at += 1) await wrote(paragraph(at));
    assert.equal(await chat.page.evaluate('window.before.length > 2'), true);
    assert.equal(await chat.page.evaluate('window.before.every((block) => block.isConnected)'), true);
    assert.equal(await chat.page.evaluate('window.changes'), 0);
    assert.equal(await count('.code-block'), 11);
  });

  it('follows the newest words until the user goes up, and again when asked', async () => {
    await chat.tell({ type: 'busy', busy: true });
    await conversation(shownQuestion('q', 'Why?'), writing);
    for (let at = 0; at < 6; at += 1) await wrote(paragraph(at));
    assert.ok((await gap()) < 2, `it is ${await gap()} pixels from its end`);
    await chat.page.locator('.messages').hover();
    await chat.page.mouse.wheel(0, -300);
    const jump = chat.page.getByRole('button', { name: 'Jump to newest' });
    await jump.waitFor();
    const before = await chat.page.evaluate(`document.querySelector('.messages').scrollTop`);
    for (let at = 6; at < 12; at += 1) await wrote(paragraph(at));
    assert.equal(await chat.page.evaluate(`document.querySelector('.messages').scrollTop`), before);
    await jump.click();
    assert.ok((await gap()) < 2);
    await wrote(paragraph(12));
    await chat.tell(
      { type: 'busy', busy: false },
      {
        type: 'message',
        message: shownAnswer('a', paragraph(1).repeat(13), { state: 'failed', reason: 'engine' }),
      },
    );
    assert.ok((await gap()) < 2, 'what is said at last is in view');
    assert.equal(await jump.count(), 0);
    // What is unfolded stays where it is.
    await chat.page.evaluate(`document.querySelector('.messages').scrollTop = 0`);
    await jump.waitFor();
    await chat.page.getByRole('textbox').fill('Next?');
    await conversation(
      shownQuestion('q', 'Why?'),
      shownAnswer('a', paragraph(1).repeat(13)),
      shownQuestion('n', 'Next?'),
    );
    assert.ok((await gap()) < 2, 'a new question is in view');
  });

  it('opens two hundred messages from the newest up, and draws in full what is near', async () => {
    const messages = Array.from({ length: 200 }, (_, at) =>
      at % 2 === 0
        ? shownQuestion(`m${at}`, `Question ${at}?`)
        : shownAnswer(`m${at}`, paragraph(at).repeat(3)),
    );
    await conversation(...messages);
    assert.ok((await gap()) < 2);
    await chat.page.getByText('Paragraph 199').last().waitFor();
    await until(async () => (await count('.message')) === 200, 'all messages are drawn');
    assert.ok((await gap()) < 2, `it is ${await gap()} pixels from its end`);
    const full = await count('.block:not(.bare)');
    assert.ok(full < 200, `${full} of ${await count('.block')} blocks are drawn in full`);
    await chat.page.evaluate(`document.querySelector('.messages').scrollTop = 0`);
    await chat.page.locator('.message').nth(1).locator('.code-block').first().waitFor();
  });

  it('shows a megabyte on demand, and all of it', async () => {
    const text = Array.from({ length: 400 }, (_, at) => `${'word '.repeat(480)}\n\n${paragraph(at)}`).join(
      '',
    );
    await conversation(shownQuestion('q', 'All?'), shownAnswer('a', `BEGIN ${text}\n\nEND`));
    const all = chat.page.getByRole('button', { name: /^Show all: .* characters more$/ });
    const shown = async () =>
      Number(await chat.page.evaluate(`document.querySelector('.prose').textContent.length`));
    assert.ok((await shown()) < 120_000, `${await shown()} characters are shown at first`);
    assert.match(String(await chat.page.locator('.prose').textContent()), /^BEGIN[\s\S]*END$/);
    await all.press('Enter');
    await until(async () => (await all.count()) === 0, 'all of it');
    assert.ok((await shown()) > 950_000);
    await chat.page.getByRole('textbox').fill('It can still be typed.');
  });

  it('shows all of an answer whose middle is one long piece', async () => {
    const short = Array.from({ length: 60 }, (_, at) => paragraph(at)).join('');
    const long = 'word '.repeat(60_000);
    await conversation(shownQuestion('q', 'All?'), shownAnswer('a', `${short}\n\n${long}\n\n${short}`));
    const all = chat.page.locator('.prose > .show-all');
    await all.press('Enter');
    await until(async () => (await all.count()) === 0, 'all of it');
  });

  it('does not highlight very long code, and shows its middle on demand', async () => {
    const code = 'const a = 1;\n'.repeat(20_000);
    await conversation(shownQuestion('q', 'Code?'), shownAnswer('a', `\`\`\`ts\n${code}\`\`\`\n`));
    assert.equal(await count('.hljs-keyword'), 0);
    const { height = 0 } = (await chat.page.locator('.code').boundingBox()) ?? {};
    assert.ok(height < 500, `it scrolls inside, at a height of ${height}`);
    await chat.page.getByRole('button', { name: 'Copy code' }).click();
    assert.equal((await chat.next('block')).text.length, code.length - 1);
    await chat.page.getByRole('button', { name: /^Show all/ }).click();
    assert.equal(
      await chat.page.evaluate(`document.querySelector('.code').textContent.length`),
      code.length - 1,
    );
  });

  const attack = [
    '<script>alert(1)</script>',
    '<img src=x onerror="alert(2)">',
    '<style>* { display: none }</style>',
    '<iframe src="https://example.com"></iframe>',
    '![picture](https://example.com/pixel.png)',
    '[script](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>) [run](command:quit)',
    '<a href="https://example.com" onclick="alert(5)" style="position: fixed">x</a>',
    '```"><img src=x onerror=alert(6)>\n<script>alert(7)</script>\n```',
    '```html\n<script>alert(8)</script><b style="color: red">bold</b>\n```',
    '| <img src=x onerror=alert(9)> |\n|:-:|\n| <script>alert(10)</script> |',
    '&lt;script&gt;alert(11)&lt;/script&gt; \u202e\u0000\ufeff',
  ].join('\n\n');

  it('runs and loads nothing of what it shows, wherever that stands', async () => {
    const path = '"><img src=x onerror=alert(1)>.ts';
    await chat.tell(
      {
        type: 'chips',
        chips: [
          { id: '<b>', kind: 'file', label: attack, description: attack, implicit: false, place: null },
        ],
      },
      {
        type: 'model',
        status: {
          state: 'failed',
          name: attack,
          message: attack,
          actions: [{ label: attack, command: 'x' }],
        },
      },
      { type: 'notice', message: attack },
    );
    await chat.tell({
      type: 'conversation',
      id: 'c',
      title: attack,
      messages: [
        shownQuestion('q', attack),
        shownAnswer('a', '', {
          model: attack,
          state: 'failed',
          reason: 'engine',
          message: attack,
          sources: [{ path, startLine: 1, endLine: 2, score: 1 }],
          steps: [
            { kind: 'reasoning', text: attack },
            { kind: 'tool', call: { id: 't', name: attack, arguments: attack }, result: attack },
            { kind: 'text', text: attack },
          ],
        }),
      ],
    });
    const made = await chat.page.evaluate(`[...document.querySelectorAll(
      '#page :is(script, img, style, iframe, object, embed, link, base, [href], [src], [style], [onerror], [onclick])')]
      .map((element) => element.outerHTML)`);
    assert.deepEqual(made, []);
    assert.match(String(await chat.page.locator('.prose').textContent()), /<script>alert\(1\)<\/script>/);
    await chat.page.getByText('run', { exact: true }).click();
    await chat.page.getByText('picture', { exact: true }).click();
    assert.deepEqual(
      (await chat.toldOf('link')).map(({ href }) => href),
      ['https://example.com/pixel.png'],
    );
    assert.deepEqual(await chat.axe(), []);
  });

  const hostile: Readonly<Record<string, string>> = {
    'one word': 'a'.repeat(1_000_000),
    'one paragraph': 'word '.repeat(200_000),
    brackets: '['.repeat(1_000_000),
    stars: '*a '.repeat(300_000),
    backticks: '`'.repeat(1_000_000),
    quotes: '> '.repeat(500_000),
    'a long list': '- x\n'.repeat(250_000),
    'a deep list': Array.from({ length: 700 }, (_, at) => `${' '.repeat(at * 2)}- x`).join('\n'),
    'a table': `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(150_000)}`,
    'many short blocks': 'x\n\n'.repeat(300_000),
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`can be typed into beside ${name}`, async () => {
      await conversation(shownQuestion('q', text), shownAnswer('a', text));
      await chat.page.getByRole('textbox').fill('Still here');
      await chat.page.getByRole('textbox').press('Enter');
      assert.equal((await chat.next('ask')).text, 'Still here');
    });
  }
});
