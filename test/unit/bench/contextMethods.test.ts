import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { analyse } from '../../../bench/context/analysis.ts';
import type { HeldOutLine } from '../../../bench/context/groundTruth.ts';
import { methods } from '../../../bench/context/methods/all.ts';
import { bm25Chunks } from '../../../bench/context/methods/bm25Chunks.ts';
import { hearth, piecesOf } from '../../../bench/context/methods/hearth.ts';
import { importSkeletons } from '../../../bench/context/methods/importSkeletons.ts';
import { jaccardWindows } from '../../../bench/context/methods/jaccardWindows.ts';
import {
  contextUnits,
  fillWith,
  type Context,
  type ContextMethod,
} from '../../../bench/context/methods/method.ts';
import { pageRank } from '../../../bench/context/methods/pageRank.ts';
import { rankedMap } from '../../../bench/context/methods/rankedMap.ts';
import { recentHeads } from '../../../bench/context/methods/recentHeads.ts';
import { shippedParsers } from '../../support/grammars.ts';
import { canary, heldOutLines, madeUp, shop } from './contextWorld.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

const baselines = methods.filter((method) => method !== hearth);

/** The context of a method for the line of the shop on which this stood. */
async function contextFor(
  method: ContextMethod,
  removed: string,
  tokens: number,
  files: Readonly<Record<string, string>> = shop,
): Promise<Context> {
  const { analysis, lines } = await heldOutLines(madeUp(files), parsers);
  const line = lines.get(removed);
  assert.ok(line !== undefined, `no line ${removed} among ${[...lines.keys()].join('; ')}`);
  const [[context] = []] = await method.contexts(analysis, [line], [tokens], parsers);
  return context ?? [];
}

const returned = 'return formatPrice(reduced);';

describe('every baseline', () => {
  for (const method of baselines) {
    it(`${method.name}: nothing that stood on the line is in its context, at any budget`, async () => {
      const { analysis, lines } = await heldOutLines(madeUp(shop), parsers);
      const held = [...lines.values()].filter(({ removed }) => removed.includes(canary));
      assert.equal(held.length, 2);
      for (const contexts of await method.contexts(analysis, held, [64, 256, 1024, 4096], parsers)) {
        assert.ok(contexts.some((context) => context.length > 0));
        assert.ok(!JSON.stringify(contexts).includes(canary));
      }
    });

    it(`${method.name}: the context is what it is in a repository that never had the line`, async () => {
      const { analysis, lines } = await heldOutLines(madeUp(shop), parsers);
      for (const line of lines.values()) {
        const without = await analyse(madeUp({ ...shop, [line.path]: line.text }), parsers);
        const ask = (of: typeof analysis, one: HeldOutLine) => method.contexts(of, [one], [64, 512], parsers);
        assert.deepEqual(await ask(analysis, line), await ask(without, { ...line }), line.removed);
      }
    });

    it(`${method.name}: has nothing of the line's own file, and keeps the budget`, async () => {
      for (const tokens of [16, 40, 100, 1000]) {
        const context = await contextFor(method, returned, tokens);
        assert.ok(context.every(({ path }) => path !== 'src/checkout.ts'));
        assert.ok(contextUnits(context) <= tokens * 3.6);
      }
    });
  }
});

describe('recent-file heads', () => {
  it('shows the beginnings of the nearest files, each with an even share', async () => {
    const context = await contextFor(recentHeads, returned, 100);
    assert.deepEqual(
      context.map(({ path }) => path),
      ['src/basket.ts', 'src/money.ts', 'src/refund.ts'],
    );
    assert.match(context[1]?.text ?? '', /^export function roundCents/);
  });
});

describe('Jaccard windows', () => {
  it('puts the window with most words in common last', async () => {
    const context = await contextFor(jaccardWindows, returned, 1000);
    assert.equal(context.at(-1)?.path, 'src/refund.ts');
  });
});

describe('BM25 chunks', () => {
  it('takes a rare word from above the cursor for more than a common one', async () => {
    const files = {
      'a.ts': 'export const many = [open, open, open];\n',
      'b.ts': 'export const once = [seldom];\n',
      'c.ts': 'export const again = [open];\n',
      'own.ts': 'open(seldom);\nuse(many);\n',
    };
    const context = await contextFor(bm25Chunks, 'use(many);', 1000, files);
    assert.deepEqual(
      context.map(({ path }) => path),
      ['b.ts', 'a.ts', 'c.ts'],
    );
  });
});

describe('ranked map', () => {
  it('shows the lines of definitions that the file leads to, in the order of the files', async () => {
    const context = await contextFor(rankedMap, returned, 1000);
    assert.deepEqual(
      context.map(({ path }) => path),
      ['src/basket.ts', 'src/money.ts'],
    );
    assert.match(context[0]?.text ?? '', /^export class Basket \{\n {2}subtotalOf\(\): number \{/);
    assert.doesNotMatch(context[0]?.text ?? '', /return/);
  });

  it('ranks a node by what points at it', () => {
    // 0 points at 1 and, twice as strongly, at 2; both point at nothing, so the walk starts anew at 0.
    const edges = [
      { to: [1, 2], weight: [1, 2] },
      { to: [], weight: [] },
      { to: [], weight: [] },
    ];
    const [start = 0, one = 0, two = 0] = pageRank(edges, Float64Array.from([1, 0, 0]));
    assert.ok(Math.abs(start + one + two - 1) < 1e-6);
    assert.ok(Math.abs(start - 1 / 1.85) < 1e-4, `${start}`);
    assert.ok(Math.abs(two / one - 2) < 1e-4, `${two} ${one}`);
  });
});

describe('import skeletons', () => {
  it('shows the signatures of what is imported, with the members of a type', async () => {
    const context = await contextFor(importSkeletons, returned, 1000);
    const basket = context.find(({ path }) => path === 'src/basket.ts')?.text ?? '';
    assert.match(basket, /export class Basket\n(.*\n)* {2}describeItems\(\): string/);
    assert.match(basket, /export function applyDiscount\(subtotal: number, percent: number\): number/);
    assert.doesNotMatch(basket, /roundCents/);
  });

  it('takes what is used nearest to the cursor where not all fits', async () => {
    const context = await contextFor(importSkeletons, returned, 28);
    assert.match(context[0]?.text ?? '', /applyDiscount/);
    assert.equal(context.length, 1);
  });

  it('looks up what a module only passes on where it comes from', async () => {
    const passing = {
      'src/checkout.ts': "import { openDoor } from './index.ts';\n\nexport const entered = openDoor(1);\n",
      'src/index.ts': "export { openDoor } from './doors.ts';\n",
      'src/doors.ts': 'export function openDoor(width: number): void {}\n',
    };
    assert.deepEqual(
      await contextFor(importSkeletons, 'export const entered = openDoor(1);', 1000, passing),
      [{ path: 'src/doors.ts', text: 'export function openDoor(width: number): void' }],
    );
  });
});

describe('fillWith', () => {
  it('cuts the piece that does not fit at the end of a line and stops there', () => {
    const pieces = [
      { path: 'a', text: 'one\ntwo\nthree' },
      { path: 'b', text: 'four' },
    ];
    assert.deepEqual(fillWith(pieces, 100), pieces);
    assert.deepEqual(fillWith(pieces, 13), [{ path: 'a', text: 'one\ntwo' }]);
    assert.deepEqual(fillWith(pieces, 5), []);
  });
});

describe('piecesOf', () => {
  it('cuts a text at the paths of its files and of their folders', () => {
    const text = 'src/\nclass Door\nclass Window\nsrc/deep/house.ts\nfunction enter(): void\n';
    assert.deepEqual(piecesOf(text, ['src/door.ts', 'src/window.ts', 'src/deep/house.ts']), [
      { path: 'src/', text: 'class Door\nclass Window' },
      { path: 'src/deep/house.ts', text: 'function enter(): void' },
    ]);
    assert.deepEqual(piecesOf('', []), []);
    assert.deepEqual(piecesOf('/\nclass Door\n', ['door.ts']), [{ path: '/', text: 'class Door' }]);
  });

  it('wants a path first', () =>
    assert.throws(() => piecesOf('class Door\n', ['door.ts']), /began with no path/));
});
