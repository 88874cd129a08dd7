import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splitBlocks } from '../../../../src/core/chat/markdownBlocks.ts';

/** Each block's text, `F` before a fence's, `…` behind one that is open. */
function shown(markdown: string): string[] {
  return splitBlocks(markdown).map(
    ({ kind, text, open }) => (kind === 'fence' ? 'F' : '') + text + (open ? '…' : ''),
  );
}

describe('blocks of Markdown', () => {
  const table: [name: string, markdown: string, expected: string[]][] = [
    ['nothing', '', []],
    ['paragraphs', 'a\nb\n\n\nc', ['a\nb\n\n\n', 'c…']],
    ['blank lines first', '\n\na', ['\n\na…']],
    ['a fence', 'a\n```js\nx\n\n# y\n```\nb', ['a\n', 'F```js\nx\n\n# y\n```\n', 'b…']],
    ['a fence that is open', '```js\nx\n', ['F```js\nx\n…']],
    ['a fence at the end', '```js\nx\n```', ['F```js\nx\n```']],
    ['a longer fence around a shorter one', '````md\n```\nx\n```\n````\n', ['F````md\n```\nx\n```\n````\n']],
    ['tildes', '~~~ a`b\n```\n~~~\nc', ['F~~~ a`b\n```\n~~~\n', 'c…']],
    ['what only looks like a fence', '```a`b\n\nc', ['```a`b\n\n', 'c…']],
    ['two fences', '```\na\n```\n```\nb\n```\n', ['F```\na\n```\n', 'F```\nb\n```\n']],
    ['a list with blank lines', '1. a\n\n2. b\n\n   c\n\nd', ['1. a\n\n2. b\n\n   c\n\n', 'd…']],
    [
      'a list with a fence',
      '- a\n  ```\n  x\n\n  y\n  ```\n- b\n',
      ['- a\n  ```\n  x\n\n  y\n  ```\n- b\n…'],
    ],
    ['a fence after a list', '1. a\n```\nx\n```\n2. b', ['1. a\n', 'F```\nx\n```\n', '2. b…']],
    ['a list after a paragraph', 'a:\n- b\n\n- c', ['a:\n- b\n\n- c…']],
    ['a nested list', '- a\n\n  - b\n\n    c\n', ['- a\n\n  - b\n\n    c\n…']],
    ['indented code', '    a\n\n    b\n\nc', ['    a\n\n    b\n\n', 'c…']],
    ['a fence in indented code', '    a\n    ```\n    b', ['    a\n    ```\n    b…']],
    ['quotes', '> a\n>\n> b\n\n> c', ['> a\n>\n> b\n\n', '> c…']],
    ['a table', '| a |\n|---|\n| b |\n\nc', ['| a |\n|---|\n| b |\n\n', 'c…']],
    ['carriage returns', 'a\r\n\r\n```\r\nx\r\n```\r\nb', ['a\r\n\r\n', 'F```\r\nx\r\n```\r\n', 'b…']],
  ];
  for (const [name, markdown, expected] of table) {
    it(name, () => assert.deepEqual(shown(markdown), expected));
  }

  const lines = [
    'a',
    '- b',
    '1. c',
    '2) d',
    '  e',
    '    f',
    '\tg',
    '> h',
    '```',
    '```js',
    '````',
    '~~~',
    '',
    ' ',
    '  ```',
    '# i',
  ];
  const markdown = fc
    .array(
      fc.oneof(
        fc.constantFrom(...lines),
        fc.string({ maxLength: 6, unit: fc.constantFrom(...'`~ -1.a>\t\r') }),
      ),
      {
        maxLength: 20,
      },
    )
    .map((parts) => parts.join('\n'));

  it('are the text, and only the last one is open', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const blocks = splitBlocks(text);
        assert.equal(blocks.map((block) => block.text).join(''), text);
        for (const [index, { text: part, start, end, open }] of blocks.entries()) {
          assert.equal(text.slice(start, end), part);
          assert.ok(part !== '' && (!open || index === blocks.length - 1));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('stay as they are when more comes, but for the last two', () => {
    fc.assert(
      fc.property(markdown, fc.nat(), (text, at) => {
        const before = splitBlocks(text.slice(0, at % (text.length + 1))).slice(0, -2);
        assert.deepEqual(splitBlocks(text).slice(0, before.length), before);
      }),
      { numRuns: 5000 },
    );
  });

  it('are the same where the text before them is left out', () => {
    fc.assert(
      fc.property(markdown, fc.nat(), (text, index) => {
        const blocks = splitBlocks(text);
        const from = index % (blocks.length + 1);
        const start = blocks[from]?.start ?? text.length;
        const rest = splitBlocks(text.slice(start)).map((block) => block.text);
        assert.deepEqual(
          rest,
          blocks.slice(from).map((block) => block.text),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('of long texts are found in linear time', () => {
    assert.equal(splitBlocks('```\n' + 'a line of code\n'.repeat(70_000)).length, 1);
    assert.equal(splitBlocks('short\n\n'.repeat(100_000)).length, 100_000);
    for (const unit of ['`', ' ', '```\n', '- a\n\n', '1', '> ', '\t', '```a`\n']) {
      const text = unit.repeat(1_000_000 / unit.length);
      assert.equal(splitBlocks(text).at(-1)?.end, text.length);
    }
  });
});
