import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splitBlocks } from '../../../src/core/chat/markdownBlocks.ts';
import { BlockList, boundBlocks, boundText } from '../../../src/webview/chat/blocks.ts';

const pieces = fc.array(
  fc.constantFrom(
    'a word ',
    '\n',
    '\n\n',
    '- item\n',
    '  more\n',
    '```ts\n',
    '```\n',
    '> quote\n',
    '# Head\n',
    '    code\n',
    '|a|\n',
  ),
  { maxLength: 40 },
);

describe('the blocks of a text that grows', () => {
  it('are at every moment those of the whole text', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const list = new BlockList();
        let text = '';
        for (const part of parts) {
          text += part;
          assert.deepEqual(list.update(text), splitBlocks(text));
        }
      }),
    );
  });

  it('stay the same objects once they are finished', () => {
    const list = new BlockList();
    const first = list.update('One.\n\nTwo.\n\nThree')[0];
    assert.equal(list.update('One.\n\nTwo.\n\nThree and more.\n\nFour')[0], first);
  });

  it('begin anew with another text', () => {
    const list = new BlockList();
    list.update('One.\n\nTwo.\n\nThree.\n\nFour.');
    assert.deepEqual(list.update('Other.\n\nTwo.'), splitBlocks('Other.\n\nTwo.'));
  });
});

describe('a very long answer', () => {
  const blocksOf = (count: number) =>
    splitBlocks(Array.from({ length: count }, (_, at) => `Block ${at}.\n\n`).join(''));

  it('is whole where it is short', () => {
    const blocks = blocksOf(5);
    assert.deepEqual(boundBlocks(blocks, { characters: 1_000, blocks: 5 }), {
      head: blocks,
      tail: [],
      hidden: 0,
    });
    assert.deepEqual(boundBlocks([], { characters: 10, blocks: 10 }), { head: [], tail: [], hidden: 0 });
  });

  it('shows its beginning and its end, and counts what is between', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (count, each, most) => {
          const blocks = blocksOf(count);
          const { head, tail, hidden } = boundBlocks(blocks, { characters: each, blocks: most });
          const size = (some: typeof blocks) => some.reduce((sum, { text }) => sum + text.length, 0);
          assert.equal(size(head) + size(tail) + hidden, size(blocks));
          assert.deepEqual(
            [...head, ...tail],
            [...blocks.slice(0, head.length), ...blocks.slice(blocks.length - tail.length)],
          );
          // Nothing is left out that could be shown.
          if (size(blocks) <= 2 * each - 20 && count <= 2 * most) assert.equal(hidden, 0);
          if (hidden > 0) {
            assert.equal(tail.at(-1), blocks.at(-1));
            assert.ok(head.length === 1 || (size(head) <= each && head.length <= most));
            assert.ok(tail.length === 1 || (size(tail) <= each && tail.length <= most));
          }
        },
      ),
    );
  });
});

describe('a very long text', () => {
  it('loses nothing but the characters it counts, and never half of one', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('a', '\n', '🔥', 'word '), { maxLength: 300 })
          .map((parts) => parts.join('')),
        fc.integer({ min: 4, max: 60 }),
        (text, each) => {
          const { head, tail, hidden } = boundText(text, each);
          assert.ok(text.startsWith(head) && text.endsWith(tail));
          assert.equal(head.length + tail.length + hidden, text.length);
          if (text.length <= 2 * each) assert.equal(hidden, 0);
          else assert.ok(head.isWellFormed() && tail.isWellFormed() && head.length <= each + 1);
        },
      ),
    );
  });

  it('is cut between lines', () => {
    const text = Array.from({ length: 100 }, (_, at) => `line ${at}\n`).join('');
    const { head, tail } = boundText(text, 100);
    assert.ok(head.endsWith('\n') && /^line \d+\n/.test(tail));
  });
});
