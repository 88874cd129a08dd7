import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { repositoryMap } from '../../../../../src/core/chat/map/repositoryMap.ts';
import type { MapQuery, RepositoryMap } from '../../../../../src/core/chat/context.ts';
import { finished } from '../../../../../src/core/index/finished.ts';
import { wordsAndSeams } from '../../../../support/contextItems.ts';
import { madeUpPath, madeUpText } from '../../../../support/madeUpLanguage.ts';
import { RetrievalWorld } from '../../../../support/retrievalWorld.ts';

async function mapOf(
  worlds: readonly RetrievalWorld[],
  query: Partial<MapQuery> = {},
  count: (text: string) => number = (text) => text.length,
): Promise<RepositoryMap> {
  return repositoryMap(
    worlds.map(({ folder }) => folder),
    { focus: [], question: '', budget: 10_000, ...query },
    {
      run: (_, steps) => Promise.resolve(finished(steps())),
      count: (texts) => Promise.resolve(texts.map(count)),
    },
  );
}

const shop = {
  'src/basket.ts': 'pub type ShopBasket\n  def addItem(item)\n  const items\npub def emptyBasket()',
  'src/money.ts': 'pub def roundCents(amount)\npub def formatPrice(amount)',
  'src/a.ts': 'pub def runShop()\n  emptyBasket(roundCents)\n  roundCents()',
  'src/b.ts': 'pub def closeShop()\n  roundCents()\n  addItem()',
  'src/alone.ts': 'pub def nobodyCalls()',
};

describe('repositoryMap', () => {
  it('shows definitions below their files’ paths, members below what they are in', async () => {
    const map = await mapOf([new RetrievalWorld(shop)]);
    assert.equal(
      map.text,
      [
        'src/a.ts:',
        '  def runShop()',
        'src/alone.ts:',
        '  def nobodyCalls()',
        'src/b.ts:',
        '  def closeShop()',
        'src/basket.ts:',
        '  type ShopBasket',
        '    addItem(item)',
        '  def emptyBasket()',
        'src/money.ts:',
        '  def roundCents(amount)',
        '  def formatPrice(amount)',
        '',
      ].join('\n'),
    );
    assert.deepEqual(map.files, ['src/a.ts', 'src/alone.ts', 'src/b.ts', 'src/basket.ts', 'src/money.ts']);
    assert.equal(map.tokens, map.text.length);
  });

  it('takes what most files use first, and what is used by files in focus', async () => {
    const world = new RetrievalWorld(shop);
    assert.equal((await mapOf([world], { budget: 40 })).text, 'src/money.ts:\n  def roundCents(amount)\n');
    const focused = await mapOf([world], { budget: 60, focus: ['src/b.ts'], question: 'add an item' });
    assert.equal(focused.text, 'src/basket.ts:\n  type ShopBasket\n    addItem(item)\n');
  });

  it('takes what the question names, though nothing uses it', async () => {
    const map = await mapOf([new RetrievalWorld(shop)], { budget: 40, question: 'what is `nobodyCalls`?' });
    assert.equal(map.text, 'src/alone.ts:\n  def nobodyCalls()\n');
  });

  it('counts a use once damped, whichever definer comes first', async () => {
    const users = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`u${at}.ts`, `def user${at}One()\n  openDoor()\n  openDoor()`]),
    );
    const twice = { ...users, 'x.ts': 'pub def openDoor(x)', 'y.ts': 'pub def openDoor(y)' };
    const map = await mapOf([new RetrievalWorld(twice)], { budget: 60 });
    assert.equal(map.text, 'x.ts:\n  def openDoor(x)\ny.ts:\n  def openDoor(y)\n');
  });

  it('never has more tokens than its budget, by a tokenizer whose pieces don’t add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(madeUpPath, madeUpText),
        fc.nat(120),
        fc.array(madeUpPath, { maxLength: 2 }),
        async (files, budget, focus) => {
          const query = { budget, focus, question: 'cart total' };
          const map = await mapOf([new RetrievalWorld(files)], query, wordsAndSeams);
          assert.ok(map.tokens <= budget);
          assert.equal(map.tokens, map.text === '' ? 0 : wordsAndSeams(map.text));
          const reversed = new RetrievalWorld(Object.fromEntries(Object.entries(files).reverse()));
          assert.deepEqual(await mapOf([reversed], query, wordsAndSeams), map);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is empty for a workspace without files, and without a budget', async () => {
    const nothing = { text: '', files: [], tokens: 0 };
    assert.deepEqual(await mapOf([]), nothing);
    assert.deepEqual(await mapOf([new RetrievalWorld({})]), nothing);
    assert.deepEqual(await mapOf([new RetrievalWorld(shop)], { budget: 0 }), nothing);
  });

  it('puts several folders together', async () => {
    const worlds = [
      new RetrievalWorld({ 'a.ts': 'pub def one()' }, 'x/'),
      new RetrievalWorld({ 'a.ts': 'pub def two()' }, 'y/'),
    ];
    assert.equal((await mapOf(worlds)).text, 'x/a.ts:\n  def one()\ny/a.ts:\n  def two()\n');
  });

  it('sees an index that changes', async () => {
    const world = new RetrievalWorld(shop);
    await mapOf([world]);
    world.folder.index.remove('src/alone.ts');
    assert.ok(!(await mapOf([world])).text.includes('nobodyCalls'));
  });
});
