import assert from 'node:assert/strict';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  getLlama,
  GgmlType,
  GgufInsights,
  LlamaLogLevel,
  readGgufFileInfo,
  type Llama,
  type LlamaContext,
} from 'node-llama-cpp';
import type { CacheType } from '../../src/core/models/fit.ts';
import { readGgufHeader } from '../../src/core/models/ggufHeader.ts';
import {
  engineMemoryOptions,
  estimateMemory,
  type MemoryOptions,
} from '../../src/core/models/memoryEstimate.ts';
import { shapeFromFacts, type ModelShape } from '../../src/core/models/shape.ts';
import { shapeOf, shapeReadOptions } from '../../src/core/models/shapeOf.ts';
import { fileSource } from '../../src/disk/fileSource.ts';
import { temporaryFolder, until } from '../support/engine.ts';
import { factsOf, publishedModels } from '../support/publishedModels.ts';
import { writeShapedModel, type ShapedModel } from '../support/shapedModel.ts';

const folder = temporaryFolder();
const MiB = 1024 ** 2;
/** Share by which an estimate may be wrong. */
const tolerance = 0.1;

const base: ShapedModel = {
  architecture: 'llama',
  layers: 4,
  embedding: 1024,
  heads: 16,
  kvHeads: 4,
  headDim: 64,
  feedForward: 2816,
  vocabulary: 4000,
  trainedContext: 32_768,
  weights: 'Q8_0',
};

/** A model and how it is loaded. */
interface Row {
  readonly name: string;
  readonly model: ShapedModel;
  readonly options?: Partial<MemoryOptions>;
}

const both = (type: CacheType): Partial<MemoryOptions> => ({ cacheTypeK: type, cacheTypeV: type });
const noFlash = { flashAttention: false };
const experts = { total: 32, used: 8, feedForward: 512 };

const rows: readonly Row[] = [
  { name: 'llama, grouped heads', model: base, options: { contextTokens: 4096 } },
  { name: 'llama, grouped heads', model: base, options: { contextTokens: 4096, ...noFlash } },
  { name: 'llama, a head each', model: { ...base, kvHeads: 16 }, options: { contextTokens: 16_384 } },
  { name: 'llama, two contexts', model: base, options: { contextTokens: 2048, contexts: 2 } },
  {
    name: 'llama, large vocabulary',
    model: { ...base, vocabulary: 64_000 },
    options: { contextTokens: 512 },
  },
  { name: 'llama, wide', model: { ...base, feedForward: 8192 }, options: { batchTokens: 2048 } },
  {
    name: 'qwen2, Q4_K and Q6_K',
    model: { ...base, architecture: 'qwen2', weights: 'Q4_K', outer: 'Q6_K', layers: 8, vocabulary: 16_000 },
    options: both('q8_0'),
  },
  {
    name: 'qwen3, F16, tied',
    model: { ...base, architecture: 'qwen3', weights: 'F16', headDim: 128, tied: true },
    options: { contextTokens: 1000, ...both('q4_0') },
  },
  {
    name: 'qwen3moe, Q4_0',
    model: { ...base, architecture: 'qwen3moe', weights: 'Q4_0', headDim: 128, experts },
    options: both('q4_0'),
  },
  {
    name: 'gemma2, window 1024',
    model: {
      ...base,
      architecture: 'gemma2',
      heads: 4,
      kvHeads: 2,
      headDim: 256,
      slidingWindow: 1024,
      tied: true,
    },
    options: noFlash,
  },
  {
    name: 'gemma3, window 512',
    model: {
      ...base,
      architecture: 'gemma3',
      layers: 8,
      heads: 4,
      kvHeads: 1,
      headDim: 256,
      slidingWindow: 512,
    },
    options: { contextTokens: 16_384 },
  },
  {
    name: 'gemma3, window 512, short cache',
    model: {
      ...base,
      architecture: 'gemma3',
      layers: 8,
      heads: 4,
      kvHeads: 1,
      headDim: 256,
      slidingWindow: 512,
    },
    options: { contextTokens: 16_384, swaFullCache: false },
  },
  {
    name: 'gpt-oss, mixture, window 128',
    model: {
      ...base,
      architecture: 'gpt-oss',
      slidingWindow: 128,
      experts: { ...experts, total: 8, used: 4 },
    },
    options: { batchTokens: 128, swaFullCache: false },
  },
  {
    name: 'deepseek2, latent, mixture',
    model: {
      ...base,
      architecture: 'deepseek2',
      headDim: 192,
      experts: { total: 16, used: 6, feedForward: 512 },
      latent: { rank: 512, rotated: 64, value: 128 },
    },
  },
  {
    name: 'starcoder2, no gate',
    model: { ...base, architecture: 'starcoder2', feedForward: 4096, tied: true },
    options: { contextTokens: 2048, batchTokens: 128 },
  },
  {
    name: 'lfm2, hybrid',
    model: { ...base, architecture: 'lfm2', layers: 9, headDim: 64, tied: true },
    options: { contextTokens: 16_384 },
  },
];

/** The lines of llama.cpp's log that name a buffer and its size; not those of a context that goes away. */
const bufferLine = /^(?!~).*\b(model|KV|RS|compute|output) buffer size =\s+([\d.]+) MiB/u;

let llama: Llama;
let lines: string[] = [];

before(async () => {
  llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.debug,
    logger: (_level, message) => void lines.push(...message.split('\n').map((line) => line.trim())),
    maxThreads: 1,
  });
});
after(() => llama.dispose());

describe('the memory that a model takes', () => {
  const table: string[] = [];
  after(() => console.log(table.join('\n')));

  for (const [index, { name, model, options: given = {} }] of rows.entries()) {
    const options = { ...engineMemoryOptions, gpuLayers: 0, ...given };
    it(`is as estimated: ${name} (${describeOptions(options)})`, async () => {
      const file = path.join(folder, `shaped${index}.gguf`);
      await writeShapedModel(file, model);
      const estimate = estimateMemory(await shapeOfFile(file), options);
      const real = await allocated(file, options);
      const sum = ({ host, device }: { host: number; device: number }): number => host + device;
      const row = {
        weights: [sum(estimate.weights), real.model],
        cache: [sum(estimate.kvCache), real.KV + real.RS],
        compute: [sum(estimate.compute), real.compute + real.output],
        total: [estimate.total, real.model + real.KV + real.RS + real.compute + real.output],
      } as const;
      const error = row.total[0] / row.total[1] - 1;
      const cells = Object.entries(row).map(([part, pair]) => `${part} ${pair.map(inMiB).join(' / ')}`);
      table.push(`| ${name} | ${describeOptions(options)} | ${cells.join(' | ')} | ${percent(error)} |`);
      assert.ok(Math.abs(error) < tolerance, table.at(-1));
      // Weights and cache are known exactly; the cache's buffers have no padding worth a mention.
      assert.ok(Math.abs(row.weights[0] / row.weights[1] - 1) < 0.002, table.at(-1));
      assert.ok(Math.abs(row.cache[0] / row.cache[1] - 1) < 0.002, table.at(-1));
      await rm(file);
    });
  }
});

describe('the memory that a published model would take', () => {
  const table: string[] = [];
  after(() => console.log(table.join('\n')));

  for (const [index, [name, model]] of Object.entries(publishedModels).entries()) {
    it(`is what llama.cpp plans for it: ${name}`, async () => {
      const file = path.join(folder, `published${index}.gguf`);
      const bytes = await writeShapedModel(file, model);
      const shape = await shapeOfFile(file);
      const facts = shapeFromFacts(factsOf(model, bytes));
      const insights = await GgufInsights.from(await readGgufFileInfo(file), llama);
      for (const options of [
        { contextTokens: 8192 },
        { contextTokens: 16_384, ...both('q8_0') },
        { contextTokens: 4096, ...noFlash },
      ].map((some) => ({ ...engineMemoryOptions, gpuLayers: 0, ...some }))) {
        const planned = await insights.estimateContextResourceRequirementsV2({
          contextSize: options.contextTokens,
          batchSize: options.batchTokens,
          modelGpuLayers: 0,
          sequences: 1,
          flashAttention: options.flashAttention,
          swaFullCache: options.swaFullCache,
          kvCacheKeyType: ggmlType(options.cacheTypeK),
          kvCacheValueType: ggmlType(options.cacheTypeV),
        });
        for (const [from, one] of [
          ['header', shape],
          ['catalogue', facts],
        ] as const) {
          const { kvCache, compute } = estimateMemory(one, options);
          const error = (kvCache.host + compute.host) / planned.cpuRam - 1;
          table.push(
            `| ${name} | from the ${from} | ${describeOptions(options)} | context ${inMiB(kvCache.host + compute.host)} / ${inMiB(planned.cpuRam)} | ${percent(error)} |`,
          );
          assert.ok(Math.abs(error) < tolerance, table.at(-1));
        }
      }
      assert.equal(shape.weights.total, insights.modelSize);
      await rm(file);
    });
  }
});

async function shapeOfFile(file: string): Promise<ModelShape> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    return shapeOf(await readGgufHeader(fileSource(handle, size), shapeReadOptions));
  } finally {
    await handle.close();
  }
}

type Buffers = Record<'model' | 'KV' | 'RS' | 'compute' | 'output', number>;

/** Loads a model with its contexts and adds up the buffers that llama.cpp says it allocated, in bytes. */
async function allocated(file: string, options: MemoryOptions): Promise<Buffers> {
  lines = [];
  // A mapped file's pages would be counted beside the copies that the processor's own layout needs of some types.
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0, useMmap: false });
  const contexts: LlamaContext[] = [];
  try {
    while (contexts.length < options.contexts) {
      const context = await model.createContext({
        contextSize: options.contextTokens,
        batchSize: options.batchTokens,
        sequences: 1,
        threads: 1,
        swaFullCache: options.swaFullCache,
        flashAttention: options.flashAttention,
        experimentalKvCacheKeyType: ggmlType(options.cacheTypeK),
        experimentalKvCacheValueType: ggmlType(options.cacheTypeV),
      });
      contexts.push(context);
    }
    // The log comes after the deed.
    const reserved = (): number => lines.filter((line) => /reserve took/u.test(line)).length;
    await until(() => reserved() >= options.contexts, 'the log of the compute buffers');
    const buffers: Buffers = { model: 0, KV: 0, RS: 0, compute: 0, output: 0 };
    for (const line of lines) {
      const [, kind, size] = bufferLine.exec(line) ?? [];
      if (kind !== undefined) buffers[kind as keyof Buffers] += Number(size) * MiB;
    }
    return buffers;
  } finally {
    // A model that is disposed of with its contexts still there can wait for them forever.
    for (const context of contexts) await context.dispose();
    await model.dispose();
  }
}

function ggmlType(type: CacheType): GgmlType {
  return { f16: GgmlType.F16, q8_0: GgmlType.Q8_0, q4_0: GgmlType.Q4_0 }[type];
}

function describeOptions(options: MemoryOptions): string {
  const { contextTokens, batchTokens, cacheTypeK, flashAttention, contexts } = options;
  const times = contexts > 1 ? `${contexts} x ` : '';
  return `${times}${contextTokens} tokens, ${cacheTypeK}, batch ${batchTokens}, flash ${flashAttention ? 'on' : 'off'}`;
}

function inMiB(bytes: number): string {
  return (bytes / MiB).toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
