import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RetrievalWorld } from '../../../../support/retrievalWorld.ts';
import { madeUpPath, madeUpText } from '../../../../support/madeUpLanguage.ts';

/** Lines of other words, none of which another filler has. */
const filler = (name: string, lines = 10): string =>
  Array.from({ length: lines }, (_, line) => `  ${name}${line}(${name}rest${line})`).join('\n');

const shop = {
  'src/basket.ts': `use money: roundCents\n\n// Adds up what a customer takes.\npub def subtotalOf(items)\n${filler('one')}\n\npub def describeItems(items)\n${filler('two')}`,
  'src/money.ts': `pub def roundCents(amount)\n${filler('three')}\n\npub def formatPrice(amount)\n${filler('four')}`,
  'src/refund.ts': `pub def refund(basket)\n  subtotalOf(basket)\n${filler('five')}`,
  'test/basket.test.ts': `def testSubtotal()\n  subtotalOf(subtotal, items)\n${filler('six')}`,
  'CHANGELOG.md': 'subtotal items, subtotalOf items: fixed',
};

describe('retrieve', () => {
  it('finds a definition by the words of its name, whole and with the comment above it', async () => {
    const world = new RetrievalWorld(shop);
    const [first] = await world.retrieve('where is the subtotal computed?');
    assert.deepEqual([first?.path, first?.startLine, first?.endLine], ['src/basket.ts', 3, 14]);
    assert.ok(first !== undefined);
    assert.ok(first.text.startsWith('// Adds up what a customer takes.\npub def subtotalOf(items)'));
    assert.match(first.why, /^subtotalOf: has “.*subtotal/);
  });

  it('finds a definition by its comment, its name exactly, and its file by its path', async () => {
    const world = new RetrievalWorld(shop);
    assert.equal((await world.places('what does a customer take?'))[0], 'src/basket.ts:3-14');
    assert.equal((await world.places('explain `formatPrice`'))[0], 'src/money.ts:13-23');
    assert.match((await world.places('what is in money.ts?'))[0] ?? '', /^src\/money\.ts/);
    assert.match((await world.places('refunds'))[0] ?? '', /^src\/refund\.ts/);
  });

  it('puts tests behind what they test, unless it is asked for tests, and no history first', async () => {
    const world = new RetrievalWorld(shop);
    const plain = await world.places('subtotal of items');
    assert.ok(
      plain.findIndex((one) => one.startsWith('test/')) >
        plain.findIndex((one) => one.startsWith('src/basket')),
    );
    assert.ok(plain.findIndex((one) => one.startsWith('CHANGELOG')) > 0, plain.join(' '));
    assert.match((await world.places('which test has subtotal?'))[0] ?? '', /^test\//);
  });

  it('knows a name that is written with blanks, though each of its words says nothing', async () => {
    const world = new RetrievalWorld({
      'a.ts': `pub def isOf()\n${filler('x')}`,
      'b.ts': `pub def isOn()\n${filler('y')}`,
      'c.ts': `pub def ofIsland()\n${filler('z')}`,
    });
    assert.deepEqual(await world.places('where do we say is of?'), ['a.ts:1-11']);
    assert.deepEqual(await world.places('of is?'), []);
  });

  it('keeps to its scopes, and leaves out what is known', async () => {
    const world = new RetrievalWorld(shop);
    const scoped = await world.places('subtotal', { scopes: ['test/', 'src/refund.ts'] });
    assert.deepEqual(scoped.map((one) => one.split(':')[0]).sort(), ['src/refund.ts', 'test/basket.test.ts']);
    const known = [{ path: 'src/basket.ts', startLine: 1, endLine: 14 }];
    const rest = await world.places('subtotal', { known });
    assert.ok(
      rest.every((one) => !one.startsWith('src/basket.ts')),
      rest.join(),
    );
  });

  it('prefers what is near among equals', async () => {
    const text = `pub def openDoor()\n${filler('x')}`;
    const world = new RetrievalWorld({ 'a/door.ts': text, 'b/door.ts': text, 'c/door.ts': text });
    assert.equal((await world.places('open door'))[0]?.split(':')[0], 'a/door.ts');
    assert.equal((await world.places('open door', { near: 'c/other.ts' }))[0]?.split(':')[0], 'c/door.ts');
  });

  it('gives three pieces of a file at most, and neighbours as one', async () => {
    const near = Array.from(
      { length: 2 },
      (_, at) => `pub def openDoor${'ABC'[at]}()\n${filler(`f${'abc'[at]}`, 8)}`,
    ).join('\n');
    const apart = Array.from(
      { length: 4 },
      (_, at) => `pub def openDoor${'ABCD'[at]}()\n${filler(`g${'abcd'[at]}`, 8)}`,
    ).join(`\n\n\n\n`);
    assert.deepEqual(await new RetrievalWorld({ 'a.ts': near }).places('open door'), ['a.ts:1-18']);
    assert.equal((await new RetrievalWorld({ 'a.ts': apart }).places('open door')).length, 3);
  });

  it('reads few files, however many there are', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [
        `src/f${at}.ts`,
        `pub def openDoor${at}()\n${filler(`w${at}x`)}`,
      ]),
    );
    const world = new RetrievalWorld(many);
    const before = world.folder.index.reads;
    assert.equal((await world.retrieve('open the door')).length, 5);
    assert.equal(world.reads.length, 30);
    // One entry for each chunk that holds one of the words' names.
    assert.equal(world.folder.index.reads - before, 600);
  });

  it('finds nothing for a question without words, or of other words, or where nothing is wanted', async () => {
    const world = new RetrievalWorld(shop);
    assert.deepEqual(await world.retrieve('???'), []);
    assert.deepEqual(await world.retrieve('zebra quagga'), []);
    assert.deepEqual(await world.retrieve('subtotal', { limit: 0 }), []);
    assert.deepEqual(await new RetrievalWorld({}).retrieve('subtotal'), []);
  });

  it('bears that a file is gone when it is read', async () => {
    const world = new RetrievalWorld(shop);
    world.folder.index.set({
      path: 'gone.ts',
      text: 'subtotal subtotal subtotal',
      bytes: 1,
      mtimeMs: 1,
      code: true,
      definitions: [],
      imports: [],
    });
    assert.ok((await world.places('subtotal')).every((one) => !one.startsWith('gone')));
  });

  it('gives the same, whatever the order in which files came; texts are what stands there', async () => {
    const question = fc.array(fc.constantFrom('add', 'cart', 'item', 'price', 'total', '`$id`', 'käse'), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(madeUpPath, madeUpText), question, async (files, words) => {
        const asked = words.join(' ');
        const world = new RetrievalWorld(files);
        const found = await world.retrieve(asked);
        const reversed = new RetrievalWorld(Object.fromEntries(Object.entries(files).reverse()));
        assert.deepEqual(await reversed.retrieve(asked), found);
        const perFile = Map.groupBy(found, ({ path }) => path);
        for (const [path, some] of perFile) {
          assert.ok(some.length <= 3);
          for (const { startLine, endLine, text } of some)
            assert.equal(
              text,
              files[path]
                ?.split('\n')
                .slice(startLine - 1, endLine)
                .join('\n'),
            );
        }
        const known = found.map(({ path, startLine, endLine }) => ({ path, startLine, endLine }));
        for (const again of await world.retrieve(asked, { known }))
          for (const { path, startLine, endLine } of known)
            assert.ok(again.path !== path || again.endLine < startLine || again.startLine > endLine);
      }),
      { numRuns: 60 },
    );
  });

  it('sees an index that changes', async () => {
    const world = new RetrievalWorld(shop);
    assert.deepEqual(await world.retrieve('elephant'), []);
    world.folder.index.set({
      path: 'src/money.ts',
      text: 'elephant',
      bytes: 1,
      mtimeMs: 2,
      code: true,
      definitions: [],
      imports: [],
    });
    await world.retrieve('elephant');
    assert.deepEqual(world.reads, ['src/money.ts']);
  });
});
