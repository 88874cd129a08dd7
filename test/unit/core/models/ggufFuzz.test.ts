import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
  GgufError,
  readGgufHeader,
  type GgufHeader,
  type GgufValue,
} from '../../../../src/core/models/ggufHeader.ts';
import { countingSource } from '../../../support/countingSource.ts';
import {
  encodeHeader,
  int32s,
  string,
  strings,
  uint32,
  type GgufContents,
  type GgufInput,
} from '../../../support/ggufWriter.ts';

/** A written header, and where each metadata entry ends: the first of these places is where they start. */
interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly entryEnds: readonly number[];
}

const tensors: GgufContents['tensors'] = [
  { name: 'token_embd.weight', dims: [64, 4], type: 'F16' },
  { name: 'output_norm.weight', dims: [64], type: 'F32' },
  { name: 'output.weight', dims: [64, 4], type: 'Q8_0' },
];

function base(name: string, entries: readonly [string, GgufInput][], rest: Partial<GgufContents> = {}): Base {
  const upTo = (count: number): number =>
    encodeHeader({ ...rest, metadata: new Map(entries.slice(0, count)), tensors: [] }).header.length;
  return {
    name,
    bytes: encodeHeader({ tensors, ...rest, metadata: new Map(entries) }).header,
    entryEnds: Array.from({ length: entries.length + 1 }, (_, count) => upTo(count)),
  };
}

const nested = (...values: GgufInput[]): GgufInput => ({ type: 'array', of: 'array', values });
const entries: [string, GgufInput][] = [
  ['general.architecture', string('llama')],
  ['general.alignment', uint32(32)],
  ['u64', { type: 'uint64', value: 2n ** 60n }],
  ['f64', { type: 'float64', value: 0.5 }],
  ['flag', { type: 'bool', value: true }],
  ['tokens', strings(['a', 'bc', '', 'é'])],
  ['types', int32s([1, 1, 3])],
  ['nested', nested(int32s([1, 2]), strings(['x']))],
];
const bases: readonly Base[] = [
  base('version 3', entries),
  base('version 2', entries, { version: 2 }),
  base(
    'the second part of a split model',
    [
      ['split.no', { type: 'uint16', value: 1 }],
      ['split.count', { type: 'uint16', value: 3 }],
      ['split.tensors.count', { type: 'int32', value: 7 }],
    ],
    {
      tensors: Array.from({ length: 7 }, (_, i) => ({
        name: `blk.${i}.attn_q.weight`,
        dims: [64],
        type: 'F32',
      })),
    },
  ),
  base('nested arrays', [
    ['nested', nested(nested(nested(int32s([1])), nested()), nested(nested(strings(['y', '']))))],
    ['types', int32s(Array.from({ length: 60 }, (_, i) => i))],
    ['tokens', strings(Array.from({ length: 60 }, (_, i) => `t${i}`))],
  ]),
];
const starterFile = readFileSync(path.resolve(import.meta.dirname, '../../../../models/starter.gguf'));
/** Its header and a little of the weights. */
const starter: Base = {
  name: 'the starter model',
  bytes: new Uint8Array(starterFile.subarray(0, 280_000)),
  entryEnds: [24],
};
const keepArrays = ['tokens', 'types', 'nested', 'tokenizer.ggml.tokens'];

/** One change to a file: `at` is a place, as a share of the part that is hit. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'count'; readonly at: number; readonly value: bigint }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'splice'; readonly at: number; readonly from: number; readonly length: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat' | 'drop'; readonly at: number; readonly counted: boolean };

// Without fast-check's liking for small numbers, most of which would only break the magic bytes.
const places = 2 ** 24;
const place = fc.noBias(fc.nat(places - 1).map((share) => share / places));
const count = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    2n ** 31n - 1n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n,
    2n ** 62n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ),
  fc.bigInt({ min: 0n, max: 400n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('count' as const), at: place, value: count }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('splice' as const), at: place, from: place, length: fc.nat(40) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.nat(16) }),
  fc.record({ kind: fc.constantFrom('repeat' as const, 'drop' as const), at: place, counted: fc.boolean() }),
);

/** Applies changes within the first `part` bytes. */
function mutated({ bytes: file, entryEnds }: Base, part: number, mutations: readonly Mutation[]): Uint8Array {
  let bytes = file.slice();
  for (const mutation of mutations) {
    const at = Math.floor(mutation.at * Math.min(part, bytes.length));
    switch (mutation.kind) {
      case 'flip':
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << mutation.bit);
        break;
      case 'count':
        if (at + 8 <= bytes.length) new DataView(bytes.buffer).setBigUint64(at, mutation.value, true);
        break;
      case 'cut':
        bytes = bytes.slice(0, at);
        break;
      case 'splice': {
        const from = Math.floor(mutation.from * Math.min(part, bytes.length));
        bytes = joined(
          bytes.subarray(0, at),
          bytes.subarray(from, from + mutation.length),
          bytes.subarray(at),
        );
        break;
      }
      case 'remove':
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + mutation.length));
        break;
      case 'repeat':
      case 'drop':
        bytes = withoutOrTwice(bytes, entryEnds, mutation);
        break;
    }
  }
  return bytes;
}

/** Takes out a metadata entry or repeats it, with or without counting it. */
function withoutOrTwice(
  bytes: Uint8Array<ArrayBuffer>,
  entryEnds: readonly number[],
  { kind, at, counted }: Mutation & { kind: 'repeat' | 'drop' },
): Uint8Array<ArrayBuffer> {
  const entry = Math.floor(at * (entryEnds.length - 1));
  const [start, end] = [entryEnds[entry], entryEnds[entry + 1]];
  if (start === undefined || end === undefined || bytes.length < end) return bytes;
  const changed = joined(
    bytes.subarray(0, start),
    ...(kind === 'repeat' ? [bytes.subarray(start, end), bytes.subarray(start, end)] : []),
    bytes.subarray(end),
  );
  const view = new DataView(changed.buffer);
  const by = kind === 'repeat' ? 1n : -1n;
  if (counted) view.setBigUint64(16, BigInt.asUintN(64, view.getBigUint64(16, true) + by), true);
  return changed;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

/** Runs `work` while noting the longest `Uint8Array` that it creates. */
async function longestAllocation(work: () => Promise<void>): Promise<number> {
  const original = globalThis.Uint8Array;
  let longest = 0;
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, parameters: [number]) {
      const made = new target(...parameters);
      longest = Math.max(longest, made.length);
      return made;
    },
  });
  try {
    await work();
  } finally {
    globalThis.Uint8Array = original;
  }
  return longest;
}

/** How many values a header keeps: entries, elements and tensors with their dimensions. */
function keptValues(header: GgufHeader): number {
  const inValue = (value: GgufValue): number =>
    1 +
    (typeof value === 'object'
      ? (value.values ?? []).reduce((sum: number, one) => sum + inValue(one), 0)
      : 0);
  const inMetadata = [...header.metadata.values()].reduce((sum: number, value) => sum + inValue(value), 0);
  return header.tensors.reduce((sum, { dims }) => sum + 1 + dims.length, inMetadata);
}

/** Bytes in use once everything that can be thrown away was; buffers are only given up a turn later. */
async function bytesInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Reads a file and checks all that holds for any file; returns the error's code, or 'read'. */
async function outcome(bytes: Uint8Array, keep: boolean): Promise<string> {
  const source = countingSource(bytes);
  let result = 'read';
  const longest = await longestAllocation(async () => {
    try {
      const header = await readGgufHeader(source, keep ? { keepArrays, keepNumbers: 16 } : {});
      assert.ok(header.headerBytes <= bytes.length && header.requiredBytes >= header.headerBytes);
      assert.ok(
        keptValues(header) <= bytes.length,
        `kept ${keptValues(header)} values of ${bytes.length} bytes`,
      );
      assert.ok(header.dataOffset >= header.headerBytes && Number.isSafeInteger(header.requiredBytes));
    } catch (error) {
      if (!(error instanceof GgufError)) throw error;
      assert.match(error.message, /^(It|Its) .*[^.]\.$/);
      result = error.code;
    }
  });
  assert.ok(longest <= bytes.length, `allocated ${longest} bytes for a file of ${bytes.length}`);
  const asked = source.reads.reduce((sum, { length }) => sum + length, 0);
  assert.ok(asked <= bytes.length, `asked for ${asked} bytes of a file of ${bytes.length}`);
  return result;
}

async function fuzz(file: Base, part: number, numRuns: number): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  const changes = fc.array(mutation, { minLength: 1, maxLength: 3 });
  const before = await bytesInUse();
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (mutations, keep) => {
      const result = await outcome(mutated(file, part, mutations), keep);
      seen.set(result, (seen.get(result) ?? 0) + 1);
    }),
    { numRuns, seed: 20_260_101 },
  );
  const grown = (await bytesInUse()) - before;
  assert.ok(grown < 16_000_000, `${grown} bytes stayed in use`);
  return seen;
}

for (const file of bases) {
  test(`3,000 damaged headers (${file.name}): read, or refused with a reason; nothing beyond the file's size`, async () => {
    assert.equal(await outcome(file.bytes, true), 'read');
    const seen = await fuzz(file, file.bytes.length, 3000);
    for (const result of ['read', 'truncated', 'invalid', 'not-gguf', 'unsupported-version']) {
      assert.ok(
        (seen.get(result) ?? 0) > 0,
        `no damaged header came out as ${result}: ${JSON.stringify([...seen])}`,
      );
    }
  });
}

test('1,500 damaged copies of the starter model’s header, hit everywhere and where its counts are', async () => {
  assert.equal(await outcome(starter.bytes, true), 'read');
  for (const part of [starter.bytes.length, 1200]) {
    const seen = await fuzz(starter, part, 750);
    for (const result of ['read', 'truncated', 'invalid']) {
      assert.ok(
        (seen.get(result) ?? 0) > 0,
        `no damaged header came out as ${result}: ${JSON.stringify([...seen])}`,
      );
    }
  }
});

test('a key that stands there twice is found in every base, and one that is missing breaks nothing', async () => {
  for (const file of bases) {
    for (const at of file.entryEnds.slice(1).map((_, index, all) => index / all.length)) {
      const twice = mutated(file, 0, [{ kind: 'repeat', at, counted: true }]);
      assert.equal(await outcome(twice, true), 'invalid', file.name);
      const missing = mutated(file, 0, [{ kind: 'drop', at, counted: true }]);
      assert.equal(await outcome(missing, true), 'read', file.name);
    }
  }
});
