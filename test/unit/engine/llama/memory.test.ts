import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flashAttentionInForce, kvCacheBytes, memoryOf } from '../../../../src/engine/llama/memory.ts';

const mebibyte = 2 ** 20;
const said = [
  'llama_context: flash_attn            = auto',
  'llama_context:        CPU  output buffer size =     0.03 MiB',
  'llama_kv_cache:        CPU KV buffer size =     3.38 MiB',
  'llama_kv_cache: size =    3.38 MiB (   768 cells,   6 layers,  1/1 seqs), K (f16):    1.69 MiB, V (f16):    1.69 MiB',
  'resolve_fused_ops: Flash Attention enabled',
  'sched_reserve:        CPU compute buffer size =    16.75 MiB',
];

describe('the memory of a model', () => {
  it('is llama.cpp’s own account of it, shared out by its log', () => {
    const model = { memoryUsage: { ram: 100, vram: 4_000_000 } };
    const context = { memoryUsage: { ram: 1000, vram: 20_000_000 } };
    const kvCache = Math.round(3.38 * mebibyte);
    assert.deepEqual(memoryOf(model, context, said), {
      weights: 4_000_100,
      kvCache,
      compute: 20_001_000 - kvCache,
      device: 24_000_000,
      host: 1100,
    });
  });

  it('is unknown in its parts, or altogether, where llama.cpp says nothing', () => {
    const some = { memoryUsage: { ram: 1, vram: 0 } };
    const nothing = { memoryUsage: { ram: 0, vram: 0 } };
    assert.deepEqual(memoryOf(some, some, []), {
      weights: 1,
      kvCache: null,
      compute: null,
      device: 0,
      host: 2,
    });
    assert.equal(memoryOf(nothing, some, said), null);
  });

  it('counts the KV caches of all devices and kinds of layers', () => {
    const both = [
      'llama_kv_cache:      CUDA0 KV buffer size =   100.50 MiB',
      'llama_kv_cache:        CPU KV buffer size =     0.50 MiB',
      'llama_memory_recurrent:        CPU RS buffer size =     9.00 MiB',
    ];
    assert.equal(kvCacheBytes(both), 110 * mebibyte);
    assert.equal(kvCacheBytes([]), null);
  });
});

describe('flash attention', () => {
  const rows: [said: string[], inForce: boolean | null][] = [
    [said, true],
    [
      ['llama_context: flash_attn            = auto', 'Flash Attention not supported, set to disabled'],
      false,
    ],
    [['llama_context: flash_attn            = enabled'], true],
    [['llama_context: flash_attn            = disabled'], false],
    [['llama_context: flash_attn            = auto'], null],
    [[], null],
  ];
  for (const [lines, inForce] of rows) {
    it(`is ${inForce} where llama.cpp says "${lines.at(-1) ?? ''}"`, () => {
      assert.equal(flashAttentionInForce(lines), inForce);
    });
  }
});
