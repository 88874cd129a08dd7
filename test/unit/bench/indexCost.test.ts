import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { corpus, writeFiles } from '../../../bench/index/corpus.ts';
import { leastTimes } from '../../../bench/index/clock.ts';
import { phaseCosts } from '../../../bench/index/phases.ts';
import { measureSize, sizeFigures } from '../../../bench/indexCost.ts';
import { identifiersIn } from '../../../src/core/index/chunks.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { shippedParsers } from '../../support/grammars.ts';

/** Two packages of three files each: one with names of its own, one that imports them. */
const files = ['shop', 'tools'].flatMap((folder) => [
  {
    path: `${folder}/src/basket.ts`,
    text: `import { roundPrice } from './money.ts';\n\nexport class ${folder}Basket {\n  subtotalOf(price: number): number {\n    return roundPrice(price);\n  }\n}\n`,
  },
  {
    path: `${folder}/src/money.ts`,
    text: `/** Cents. */\nexport function roundPrice(price: number): number {\n  return Math.round(price * 100) / 100;\n}\n\nexport const currencyNames = ['EUR', 'SEK'];\n`,
  },
  {
    path: `${folder}/src/order.ts`,
    text: `import { ${folder}Basket } from './basket.ts';\n\nexport function orderTotal(basket: ${folder}Basket): number {\n  const subtotal = basket.subtotalOf(12);\n  return subtotal;\n}\n`,
  },
]);

const namesOf = (texts: readonly { readonly text: string }[]): Set<string> =>
  new Set(texts.flatMap(({ text }) => identifiersIn(text)));

describe('corpus', () => {
  it('takes the first files of each folder where fewer are wanted', () => {
    const some = corpus(files, 4);
    assert.deepEqual(
      some.map((file) => file.path),
      ['shop/src/basket.ts', 'shop/src/money.ts', 'tools/src/basket.ts', 'tools/src/money.ts'],
    );
    assert.deepEqual(
      some.map(({ text }) => text),
      some.map(({ path: file }) => files.find((one) => one.path === file)?.text),
    );
  });

  it('has as many files as are wanted, each at a path of its own, the same every time', () => {
    for (const count of [1, 6, 7, 40]) {
      const made = corpus(files, count);
      assert.equal(new Set(made.map((file) => file.path)).size, count);
      assert.deepEqual(made, corpus(files, count));
    }
  });

  it('renames a share of the names in each copy, and the same ones everywhere in it', () => {
    const made = corpus(files, 18);
    const copies = [1, 2].map((copy) => made.filter((file) => file.path.startsWith(`copy${copy}/`)));
    const before = namesOf(files);
    const own = copies.map((copy) => new Set([...namesOf(copy)].filter((name) => !before.has(name))));
    for (const [at, names] of own.entries()) {
      assert.ok(names.size > 0 && names.size < namesOf(files).size);
      for (const name of names) {
        assert.ok(name.endsWith(`${at + 1}`));
        // Every mention was renamed, or an import would lead nowhere.
        const was = name.slice(0, -1);
        assert.ok(before.has(was));
        assert.ok(!namesOf(copies[at] ?? []).has(was));
      }
    }
    assert.notDeepEqual([...(own[0] ?? [])], [...(own[1] ?? [])]);
  });

  it('leaves alone what the language and the paths name', () => {
    const kept = ['import', 'from', 'export', 'return', 'number', 'Math', 'round', 'basket', 'money'];
    for (const file of corpus(files, 60)) {
      for (const name of identifiersIn(file.text)) {
        assert.ok(!kept.some((one) => new RegExp(`^${one}\\d+$`).test(name)), name);
      }
    }
  });

  it('is written as it is', () => {
    const folder = temporaryFolder();
    const made = corpus(files, 9);
    const bytes = writeFiles(made, folder);
    assert.equal(
      bytes,
      made.reduce((sum, { text }) => sum + text.length, 0),
    );
    for (const { path: file, text } of made)
      assert.equal(readFileSync(path.join(folder, file), 'utf8'), text);
    assert.deepEqual(readdirSync(folder).sort(), ['copy1', 'shop', 'tools']);
  });
});

describe('leastTimes', () => {
  it('runs the steps as often as asked, in their order, and gives one time for each', async () => {
    const order: string[] = [];
    const times = await leastTimes(3, async (step) => {
      assert.equal(await step(() => order.push('first')), order.length);
      await step(async () => {
        await Promise.resolve();
        order.push('second');
      });
    });
    assert.equal(times.length, 2);
    assert.ok(times.every((time) => time >= 0 && Number.isFinite(time)));
    assert.deepEqual(order, ['first', 'second', 'first', 'second', 'first', 'second']);
  });
});

describe('phaseCosts', () => {
  it('gives a time for every part of indexing a file', async () => {
    const folder = temporaryFolder();
    writeFiles(files, folder);
    const costs = await phaseCosts(folder, shippedParsers(), 4);
    for (const phase of ['walk', 'read', 'parse', 'query', 'outline', 'imports', 'names', 'insert'] as const)
      assert.ok(Number.isFinite(costs[phase]) && costs[phase] >= 0, phase);
    assert.ok(costs.parse > 0);
  });
});

describe('measureSize', () => {
  it('counts what was indexed, parsed again and read, in processes of its own', async () => {
    const { result, typing } = await measureSize(files, 12, true, { runs: 2, positions: 5, keys: 12 });
    const { cold, warm } = result;
    assert.equal(cold.files, 12);
    assert.equal(cold.parses, 12);
    assert.deepEqual([warm.files, warm.parses], [12, 0]);
    assert.ok(cold.memory > 0 && cold.snapshotBytes > 0);
    assert.equal(cold.assembly.anew.length, 5);
    assert.equal(cold.assembly.again.length, 5);
    assert.ok(cold.assembly.segments > 0);
    assert.ok(cold.assembly.entries.some((count) => count > 0));
    assert.equal(typing?.length, 2);
    for (const { reparse, whole, idle } of typing ?? []) {
      assert.deepEqual([reparse.length, whole.length, idle.length], [12, 12, 1]);
    }
  });

  it('names its figures by their size, and sets goals for the middle one, and for the largest one’s rate', () => {
    const cost = { wallMs: 4000, cpuMs: 2000 };
    const result = {
      megabytes: 10,
      cold: {
        files: 1000,
        parses: 1000,
        read: cost,
        phases: {
          walk: 0,
          read: 0,
          scan: 0,
          parse: 1,
          query: 0,
          outline: 0,
          imports: 0,
          names: 0,
          insert: 0,
        },
        memory: 30e6,
        snapshotBytes: 3e6,
        save: cost,
        assembly: { anew: [1, 2, 3, 4], again: [0, 0, 0, 1], entries: [10, 20, 30, 40], segments: 4 },
      },
      warm: { files: 1000, parses: 0, start: { wallMs: 500, cpuMs: 250 } },
    };
    const figures = sizeFigures({ size: 1000, ...result });
    const value = (name: string): number | undefined => figures.find((one) => one.name === name)?.value;
    assert.equal(value('cold index, 1,000 files of TypeScript'), 500);
    assert.equal(value('cold index, 1,000 files of TypeScript, text'), 5);
    assert.equal(value('warm start from a snapshot, 1,000 files, per 500'), 125);
    assert.equal(value('context chosen anew, 1,000 files, p50'), 2);
    assert.equal(value('memory of the index per 1,000 files, 1,000 files'), 30);
    assert.ok(figures.some(({ goal }) => goal === '>= 300'));
    assert.ok(sizeFigures({ size: 100, ...result }).every(({ goal }) => goal === ''));
    const ofLargest = sizeFigures({ size: 10_000, ...result }).flatMap(({ goal }) => goal || []);
    assert.deepEqual(ofLargest, ['>= 300', '>= 4']);
  });
});
