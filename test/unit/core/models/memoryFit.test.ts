import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { MemoryFit, Verdict } from '../../../../src/core/models/fit.ts';
import type { Machine } from '../../../../src/core/models/machine.ts';
import {
  engineMemoryOptions,
  estimateMemory,
  paddedContext,
  type MemoryOptions,
} from '../../../../src/core/models/memoryEstimate.ts';
import { devicePadding, fitOf, fitOfShapeFacts } from '../../../../src/core/models/memoryFit.ts';
import { shapeFromFacts, type ModelShape, type ShapeFacts } from '../../../../src/core/models/shape.ts';
import { factsOf, publishedModels } from '../../../support/publishedModels.ts';

const GiB = 1024 ** 3;
const names = Object.keys(publishedModels) as (keyof typeof publishedModels)[];

function facts(name: keyof typeof publishedModels): ShapeFacts {
  return factsOf(publishedModels[name], publishedModels[name].fileBytes);
}

/** A Mac mini of so many GB on which the system and the editor hold 4 GB; its GPU may use two thirds. */
function macMini(gibibytes: number): Machine {
  const ram = { total: gibibytes * GiB, free: (gibibytes - 4) * GiB };
  const limit = (ram.total * 2) / 3;
  return { backend: 'metal', ram, gpu: { total: limit, free: Math.min(limit, ram.free), unified: true } };
}

function card(vramGibibytes: number, ramGibibytes: number): Machine {
  const gpu = { total: vramGibibytes * GiB, free: (vramGibibytes - 0.5) * GiB, unified: false };
  return { backend: 'cuda', ram: { total: ramGibibytes * GiB, free: (ramGibibytes - 4) * GiB }, gpu };
}

function processor(freeGibibytes: number): Machine {
  return { backend: 'cpu', ram: { total: 2 * freeGibibytes * GiB, free: freeGibibytes * GiB }, gpu: null };
}

const options = (some: Partial<MemoryOptions>): MemoryOptions => ({ ...engineMemoryOptions, ...some });

describe('what a Mac mini can run at Q4_K_M, with a context of 8,192 tokens', () => {
  const expected: readonly (readonly [keyof typeof publishedModels, on16: Verdict, on24: Verdict])[] = [
    ['Qwen2.5-Coder 1.5B', 'fits-well', 'fits-well'],
    ['Qwen2.5-Coder 7B', 'fits-well', 'fits-well'],
    ['Qwen2.5-Coder 14B', 'tight', 'fits-well'],
    ['Qwen2.5-Coder 32B', 'does-not-fit', 'does-not-fit'],
    ['Qwen3-Coder 30B-A3B', 'does-not-fit', 'tight'],
  ];
  for (const [name, on16, on24] of expected) {
    test(`${name}: ${on16} in 16 GB, ${on24} in 24 GB`, () => {
      const verdicts = [16, 24].map((size) => fitOfShapeFacts(facts(name), macMini(size)).verdict);
      assert.deepEqual(verdicts, [on16, on24]);
    });
  }

  test('completion and chat on one 7B fit together in 16 GB', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 7B'), macMini(16), options({ contexts: 2 }));
    assert.equal(fit.verdict, 'fits-well');
    assert.equal(fit.gpuLayers, 29);
  });
});

test('the rule of thumb: 1.2 to 1.5 times the file, the cache and a few hundred MB', () => {
  for (const name of names) {
    const { total, kvCache } = fitOfShapeFacts(facts(name), processor(64), options({ contextTokens: 4096 }));
    const { fileBytes } = facts(name);
    // What is computed is never beyond the rule, and never less than file and cache.
    assert.ok(total < 1.5 * fileBytes + kvCache + 0.5e9, `${name}: ${total}`);
    assert.ok(total > fileBytes + kvCache, `${name}: ${total}`);
  }
});

describe('an estimate', () => {
  const shape = shapeFromFacts(facts('Qwen2.5-Coder 7B'));

  test('of the cache: layers, key-value heads, their width, two bytes, keys and values', () => {
    const { kvCache } = estimateMemory(shape, options({ gpuLayers: 0 }));
    assert.deepEqual(kvCache, { host: 28 * 4 * 128 * 2 * 2 * 8192, device: 0 });
    const small = estimateMemory(shape, options({ cacheTypeK: 'q8_0', cacheTypeV: 'q4_0', gpuLayers: 0 }));
    assert.equal(small.kvCache.host, 28 * 4 * 128 * 8192 * (34 / 32 + 18 / 32));
  });

  test('of the compute buffer: the scores of a whole batch above all', () => {
    const { compute } = estimateMemory(shape, options({ gpuLayers: 0 }));
    const scores = 4 * 512 * 152_064;
    assert.ok(compute.host > scores && compute.host < 1.1 * scores, String(compute.host));
    const without = estimateMemory(
      shape,
      options({ gpuLayers: 0, flashAttention: false, contextTokens: 32_768 }),
    );
    assert.ok(without.compute.host > 4 * 512 * 28 * 32_768);
  });

  test('of two contexts is twice the cache and the buffers, and the weights once', () => {
    const one = estimateMemory(shape, options({ gpuLayers: 0 }));
    const two = estimateMemory(shape, options({ gpuLayers: 0, contexts: 2 }));
    assert.equal(two.total - one.total, one.kvCache.host + one.compute.host);
  });

  test('keeps no more of a sliding window than was asked for', () => {
    const gemma = shapeFromFacts({ ...facts('Qwen2.5-Coder 7B'), slidingWindow: 1024, globalEvery: 6 });
    const full = estimateMemory(gemma, options({ gpuLayers: 0, contextTokens: 16_384 }));
    const short = estimateMemory(
      gemma,
      options({ gpuLayers: 0, contextTokens: 16_384, swaFullCache: false }),
    );
    const perCell = 4 * 128 * 2 * 2;
    assert.equal(full.kvCache.host, 28 * perCell * 16_384);
    // Four of 28 layers see everything; the others a window and a batch, padded.
    assert.equal(short.kvCache.host, (4 * 16_384 + 24 * 1792) * perCell);
  });

  test('puts the last layers on the GPU first, the output before them', () => {
    const none = estimateMemory(shape, options({ gpuLayers: 0 }));
    const output = estimateMemory(shape, options({ gpuLayers: 1 }));
    const some = estimateMemory(shape, options({ gpuLayers: 11 }));
    const all = estimateMemory(shape, options({ gpuLayers: null }));
    const { total, embedding, layers } = shape.weights;
    const rest = total - embedding - layers - shape.weights.output;
    assert.deepEqual([none.weights.device, none.compute.device, output.kvCache.device], [0, 0, 0]);
    assert.equal(output.weights.device, shape.weights.output + rest);
    assert.equal(some.kvCache.device, (none.kvCache.host / 28) * 10);
    assert.equal(all.weights.host, shape.weights.embedding);
    assert.equal(all.kvCache.host, 0);
    for (const { weights } of [none, output, some, all]) {
      assert.equal(weights.host + weights.device, shape.weights.total);
    }
  });

  test('counts an embedding that is the output too twice once the output is on the GPU', () => {
    const tied = shapeFromFacts(facts('Qwen2.5-Coder 1.5B'));
    const { weights } = estimateMemory(tied, options({ gpuLayers: null }));
    assert.equal(weights.host + weights.device, tied.weights.total + tied.weights.embedding);
  });
});

test('contexts are padded, and not longer than a model was trained for', () => {
  const shape = shapeFromFacts(facts('Qwen2.5-Coder 7B'));
  assert.deepEqual(
    [1, 256, 257, 8192, 1_000_000].map((tokens) => paddedContext(shape, tokens)),
    [256, 256, 512, 8192, 32_768],
  );
});

describe('a graphics card', () => {
  test('with room for all of it', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 7B'), card(12, 32));
    assert.deepEqual([fit.verdict, fit.gpuLayers, fit.contextTokens], ['fits-well', 29, 8192]);
    assert.equal(fit.device?.available, 11.5 * GiB - devicePadding(12 * GiB));
  });

  test('with room for some layers: the others stay in the machine’s memory', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 14B'), card(8, 32));
    assert.equal(fit.verdict, 'tight');
    assert.ok(fit.gpuLayers !== null && fit.gpuLayers > 20 && fit.gpuLayers < 49, String(fit.gpuLayers));
    assert.ok(fit.device !== null && fit.device.needed <= fit.device.available);
    assert.ok(fit.host.needed < fit.host.available);
  });

  test('with room for nothing', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 32B'), card(4, 16));
    assert.deepEqual([fit.verdict, fit.largestContext], ['does-not-fit', 0]);
  });

  test('with as many layers as the user wants there', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 7B'), card(12, 32), options({ gpuLayers: 5 }));
    assert.deepEqual([fit.verdict, fit.gpuLayers], ['fits-well', 5]);
    const tooMany = fitOfShapeFacts(facts('Qwen2.5-Coder 32B'), card(12, 64), options({ gpuLayers: 65 }));
    assert.deepEqual([tooMany.verdict, tooMany.gpuLayers], ['does-not-fit', 65]);
  });

  test('is no part of it on a machine without one', () => {
    const fit = fitOfShapeFacts(facts('Qwen2.5-Coder 7B'), processor(12));
    assert.deepEqual([fit.gpuLayers, fit.device, fit.available], [null, null, 12 * GiB]);
    assert.equal(fit.total, fit.weights + fit.kvCache + fit.compute + fit.process);
    assert.equal(fit.total, fit.host.needed);
  });
});

describe('for any model and machine', () => {
  const anyShape: fc.Arbitrary<ModelShape> = fc
    .record({
      fileBytes: fc.integer({ min: 1e8, max: 4e10 }),
      layers: fc.integer({ min: 1, max: 80 }),
      kvHeads: fc.integer({ min: 1, max: 16 }),
      headDim: fc.constantFrom(64, 128, 256),
      embedding: fc.integer({ min: 256, max: 8192 }),
      vocabulary: fc.integer({ min: 1000, max: 260_000 }),
      trainedContext: fc.integer({ min: 256, max: 262_144 }),
      tied: fc.boolean(),
    })
    .map(shapeFromFacts);
  const gibibytes = fc.double({ min: 0, max: 64, noNaN: true });
  const anyMachine = fc.oneof(
    fc.tuple(gibibytes, gibibytes).map(([vram, ram]) => card(vram + 0.5, ram + 4)),
    gibibytes.map((size) => macMini(size + 4)),
    gibibytes.map(processor),
  );
  const fits = (fit: MemoryFit): boolean => fit.verdict !== 'does-not-fit';

  test('the largest context fits, and the next larger one does not', () => {
    fc.assert(
      fc.property(anyShape, anyMachine, (shape, machine) => {
        const { largestContext } = fitOf(shape, machine);
        const at = (contextTokens: number): MemoryFit => fitOf(shape, machine, options({ contextTokens }));
        if (largestContext > 0) assert.ok(fits(at(largestContext)), String(largestContext));
        const next = largestContext + 256;
        if (next <= (shape.trainedContext ?? 0)) assert.ok(!fits(at(next)), String(next));
      }),
      { numRuns: 150 },
    );
  });

  test('what fits needs no more than is available, of each memory and in all', () => {
    fc.assert(
      fc.property(anyShape, anyMachine, (shape, machine) => {
        const fit = fitOf(shape, machine);
        if (!fits(fit)) return;
        assert.ok(fit.total <= fit.available, `${fit.total} of ${fit.available}`);
        for (const room of [fit.host, ...(fit.device === null ? [] : [fit.device])]) {
          assert.ok(room.needed <= room.available);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('more memory never makes it fit worse, and a larger context never better', () => {
    const order: readonly Verdict[] = ['does-not-fit', 'tight', 'fits-well'];
    const rank = (fit: MemoryFit): number => order.indexOf(fit.verdict);
    fc.assert(
      fc.property(anyShape, gibibytes, gibibytes, fc.boolean(), (shape, a, b, unified) => {
        const machine = (size: number): Machine => (unified ? macMini(size + 4) : processor(size));
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        assert.ok(rank(fitOf(shape, machine(less))) <= rank(fitOf(shape, machine(more))));
        const short = fitOf(shape, machine(a), options({ contextTokens: 512 }));
        assert.ok(rank(fitOf(shape, machine(a))) <= rank(short));
      }),
      { numRuns: 150 },
    );
  });
});
