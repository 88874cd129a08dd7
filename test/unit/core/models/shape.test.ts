import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readGgufHeader } from '../../../../src/core/models/ggufHeader.ts';
import type { GgufHeader, GgufTensor, GgufValue } from '../../../../src/core/models/ggufTypes.ts';
import { engineMemoryOptions, estimateMemory } from '../../../../src/core/models/memoryEstimate.ts';
import { shapeFromFacts, type ModelShape } from '../../../../src/core/models/shape.ts';
import { shapeOf, shapeReadOptions } from '../../../../src/core/models/shapeOf.ts';
import { countingSource } from '../../../support/countingSource.ts';
import { encodeHeader, int32s, uint32, type GgufInput } from '../../../support/ggufWriter.ts';
import { factsOf, publishedModels } from '../../../support/publishedModels.ts';
import { metadataOf, tensorsOf, type ShapedModel } from '../../../support/shapedModel.ts';

const base: ShapedModel = {
  architecture: 'llama',
  layers: 6,
  embedding: 256,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  feedForward: 512,
  vocabulary: 100,
  trainedContext: 4096,
  weights: 'F16',
};

/** The shape of a model, read from its bytes; `change` takes its metadata and tensors in hand before. */
async function shapeWith(
  model: ShapedModel,
  change: (metadata: Map<string, GgufInput>) => void = () => undefined,
  keepTensors: (name: string) => boolean = () => true,
): Promise<ModelShape> {
  const metadata = metadataOf(model);
  change(metadata);
  const tensors = tensorsOf(model).filter(({ name }) => keepTensors(name));
  const { header } = encodeHeader({ metadata, tensors });
  return shapeOf(await readGgufHeader(countingSource(header), shapeReadOptions));
}

test('a model with grouped heads: its cache, its weights, its parameters', async () => {
  const shape = await shapeWith(base);
  assert.deepEqual(shape.gaps, []);
  assert.equal(shape.architecture, 'llama');
  assert.equal(shape.layers.length, 6);
  assert.deepEqual([shape.heads, shape.embedding, shape.feedForward, shape.vocabulary], [4, 256, 512, 100]);
  assert.deepEqual(shape.headDim, { key: 64, value: 64 });
  for (const layer of shape.layers) {
    assert.deepEqual([layer.kvHeads, layer.keyElements, layer.valueElements], [2, 128, 128]);
    // Queries and output, keys and values, feed-forward in halves; two norms in full floats.
    assert.equal(layer.weightBytes, 2 * (2 * 256 * 256 + 2 * 256 * 128 + 3 * 256 * 512) + 4 * 2 * 256);
  }
  assert.equal(shape.weights.embedding, 2 * 100 * 256);
  assert.equal(shape.weights.output, 2 * 100 * 256);
  assert.equal(shape.weights.largest, 2 * 256 * 512);
  assert.equal(
    shape.weights.total,
    shape.weights.layers + shape.weights.embedding + shape.weights.output + 4 * 256,
  );
  assert.deepEqual(shape.weightType, { name: 'F16', dominantType: 'F16' });
  assert.equal(shape.trainedContext, 4096);
  assert.equal(shape.memory, 'attention');
});

test('key-value heads that differ from layer to layer', async () => {
  const shape = await shapeWith(base, (metadata) =>
    metadata.set('llama.attention.head_count_kv', int32s([1, 2, 4, 0, 1, 1])),
  );
  assert.deepEqual(
    shape.layers.map((layer) => layer.keyElements),
    [64, 128, 256, 0, 64, 64],
  );
});

test('what is missing is told, and taken from the tensors', async () => {
  const shape = await shapeWith(base, (metadata) => {
    for (const key of [...metadata.keys()]) if (key.startsWith('llama.')) metadata.delete(key);
    metadata.set('general.architecture', { type: 'string', value: 'never-heard-of' });
  });
  assert.equal(shape.architecture, 'never-heard-of');
  assert.equal(shape.layers.length, 6);
  assert.deepEqual([shape.embedding, shape.feedForward, shape.vocabulary], [256, 512, 100]);
  assert.deepEqual([shape.layers[0]?.keyElements, shape.layers[0]?.valueElements], [128, 128]);
  assert.deepEqual([shape.heads, shape.trainedContext], [null, null]);
  assert.deepEqual(
    shape.gaps.map(({ field }) => field),
    ['layers', 'heads', 'keyValueHeads'],
  );
  for (const { reason } of shape.gaps) assert.match(reason, /^The header does not say .*; .*\.$/u);
  const { kvCache } = estimateMemory(shape, { ...engineMemoryOptions, gpuLayers: 0, contextTokens: 512 });
  assert.equal(kvCache.host, 6 * 512 * 2 * (128 + 128));
});

test('a header without tensors has no weights and still a cache', async () => {
  const shape = await shapeWith(base, undefined, () => false);
  assert.deepEqual([shape.weights.total, shape.parameters, shape.vocabulary], [0, null, 100]);
  assert.equal(shape.layers[5]?.keyElements, 128);
  assert.equal(shape.gated, true);
});

test('sliding windows: the built-in pattern, the metadata’s, and none', async () => {
  const slides = (shape: ModelShape): string => shape.layers.map(({ sliding }) => Number(sliding)).join('');
  const gemma = { ...base, architecture: 'gemma3', slidingWindow: 512 } as const;
  const shape = await shapeWith(gemma);
  assert.deepEqual([slides(shape), shape.slidingWindow], ['111110', 512]);
  assert.equal(slides(await shapeWith({ ...gemma, architecture: 'gpt-oss' })), '101010');
  const key = 'gemma3.attention.sliding_window_pattern';
  assert.equal(slides(await shapeWith(gemma, (metadata) => metadata.set(key, uint32(3)))), '110110');
  const own: GgufInput = {
    type: 'array',
    of: 'bool',
    values: [true, false, false, true, true, false].map((value) => ({ type: 'bool', value })),
  };
  assert.equal(slides(await shapeWith(gemma, (metadata) => metadata.set(key, own))), '100110');
  // llama.cpp makes no use of a window that an early Mistral names.
  const mistral = await shapeWith({ ...base, slidingWindow: 512 });
  assert.deepEqual([slides(mistral), mistral.slidingWindow], ['000000', null]);
});

test('a mixture of experts: what one token uses', async () => {
  const experts = { total: 8, used: 2, feedForward: 128 };
  const shape = await shapeWith({ ...base, architecture: 'qwen3moe', experts });
  assert.deepEqual(shape.experts, experts);
  const inExperts = 6 * 8 * 3 * 256 * 128;
  assert.equal(
    (shape.parameters?.total ?? 0) - (shape.parameters?.active ?? 0),
    Math.round(inExperts * (1 - 2 / 8)),
  );
});

test('the published mixture: 30 billion parameters, 3 of them active', async () => {
  const { parameters } = await shapeWith(publishedModels['Qwen3-Coder 30B-A3B']);
  assert.equal(Math.round((parameters?.total ?? 0) / 1e8), 305);
  assert.equal(Math.round((parameters?.active ?? 0) / 1e8), 34);
});

test('latent attention keeps one compressed key and no value', async () => {
  const shape = await shapeWith({
    ...base,
    architecture: 'deepseek2',
    headDim: 192,
    experts: { total: 4, used: 2, feedForward: 64 },
    latent: { rank: 512, rotated: 64, value: 128 },
  });
  assert.deepEqual(
    [shape.latent, shape.layers[3]?.keyElements, shape.layers[3]?.valueElements],
    [576, 576, 0],
  );
});

test('a hybrid has a cache in some layers and a state in the others', async () => {
  const shape = await shapeWith({ ...base, architecture: 'lfm2' });
  assert.equal(shape.memory, 'hybrid');
  assert.deepEqual(
    shape.layers.map((layer) => [layer.keyElements, layer.stateBytes]),
    [0, 0, 128, 0, 0, 128].map((elements) => [elements, elements === 0 ? 4 * 256 * 2 : 0]),
  );
  const byMetadata = await shapeWith({ ...base, architecture: 'lfm2' }, undefined, () => false);
  assert.deepEqual(
    byMetadata.layers.map((layer) => layer.keyElements),
    [0, 0, 128, 0, 0, 128],
  );
});

test('layers that use another layer’s cache have none of their own', async () => {
  const shape = await shapeWith({ ...base, architecture: 'gemma3', slidingWindow: 512 }, (metadata) =>
    metadata.set('gemma3.attention.shared_kv_layers', uint32(2)),
  );
  assert.deepEqual(
    shape.layers.map((layer) => layer.keyElements > 0),
    [true, true, true, true, false, false],
  );
});

test('names of quantisations: the metadata’s, a guessed one, an unknown one', async () => {
  const named = async (number: number): Promise<string | null> =>
    (await shapeWith(base, (metadata) => metadata.set('general.file_type', uint32(number)))).weightType.name;
  assert.equal(await named(15), 'Q4_K_M');
  assert.equal(await named(1024 + 15), 'Q4_K_M');
  assert.equal(await named(999), 'F16');
});

test('facts give the shape that the header gives', async () => {
  const shape = await shapeWith({ ...base, architecture: 'qwen3' });
  const facts = shapeFromFacts(factsOf(base, shape.weights.total));
  assert.equal(facts.layers.length, shape.layers.length);
  assert.deepEqual(facts.layers[0]?.keyElements, shape.layers[0]?.keyElements);
  for (const part of ['embedding', 'output', 'layers', 'largest'] as const) {
    assert.ok(Math.abs(facts.weights[part] / shape.weights[part] - 1) < 0.01, part);
  }
});

test('whatever the metadata says, a shape and an estimate of finite sizes come out', () => {
  const keys = [
    ...['block_count', 'embedding_length', 'feed_forward_length', 'context_length', 'expert_count'],
    ...['expert_used_count', 'attention.head_count', 'attention.head_count_kv', 'attention.key_length'],
    ...['attention.key_length_mla', 'attention.sliding_window', 'attention.sliding_window_pattern'],
    ...['attention.shared_kv_layers', 'ssm.inner_size', 'ssm.conv_kernel', 'full_attention_interval'],
  ];
  const number = fc.oneof(fc.nat(), fc.integer(), fc.double(), fc.constantFrom(0, 1, 2 ** 53));
  const value: fc.Arbitrary<GgufValue> = fc.oneof(
    number,
    fc.bigInt(),
    fc.boolean(),
    fc.string(),
    fc.array(number, { maxLength: 5 }).map((values) => ({
      kind: 'array' as const,
      type: 'float64' as const,
      length: values.length,
      values,
    })),
    fc.constant({ kind: 'array' as const, type: 'uint32' as const, length: 900_000 }),
  );
  const tensor: fc.Arbitrary<GgufTensor> = fc.record({
    name: fc.oneof(
      fc.constantFrom('token_embd.weight', 'output.weight', 'blk.3.attn_k.weight', 'blk.999.ffn_up.weight'),
      fc.string(),
    ),
    dims: fc.array(fc.nat(), { maxLength: 4 }),
    type: fc.nat(50),
    typeName: fc.constant('F16'),
    offset: fc.nat(),
    bytes: fc.option(fc.nat()),
  });
  const architecture = fc.constantFrom('llama', 'gemma3', 'deepseek2', 'lfm2', 'mamba', 'qwen3next', 'none');
  const header = fc
    .tuple(architecture, fc.dictionary(fc.constantFrom(...keys), value), fc.array(tensor, { maxLength: 8 }))
    .map(([name, entries, tensors]): Pick<GgufHeader, 'metadata' | 'tensors'> => {
      const own = Object.entries(entries).map(([key, one]): [string, GgufValue] => [`${name}.${key}`, one]);
      return { metadata: new Map([['general.architecture', name], ...own]), tensors };
    });
  fc.assert(
    fc.property(header, (one) => {
      const shape = shapeOf(one);
      assert.ok(shape.layers.length <= 512);
      for (const gpuLayers of [0, 1, null]) {
        const { total } = estimateMemory(shape, { ...engineMemoryOptions, flashAttention: false, gpuLayers });
        assert.ok(Number.isFinite(total) && total >= 0, String(total));
      }
    }),
    { numRuns: 500 },
  );
});
