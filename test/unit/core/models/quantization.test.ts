import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  describeQuantization,
  estimateBytes,
  knownQuantizations,
  parseQuantization,
} from '../../../../src/core/models/quantization.ts';

describe('parseQuantization', () => {
  const table: [text: string, label: string | null][] = [
    ['Q4_K_M', 'Q4_K_M'],
    ['q4_k_m', 'Q4_K_M'],
    ['Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['Qwen2.5-Coder-7B.Q4_K_M.gguf', 'Q4_K_M'],
    ['starcoder2-15b_Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-coder-0.5b-q8_0.gguf', 'Q8_0'],
    ['gpt-oss-120b-mxfp4-00001-of-00003.gguf', 'MXFP4'],
    ['model-MXFP4_MOE.gguf', 'MXFP4'],
    ['UD-Q4_K_XL', 'UD-Q4_K_XL'],
    ['Qwen3-Coder-30B-A3B-Instruct-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['Qwen3-Coder-Next-UD-IQ3_XXS.gguf', 'UD-IQ3_XXS'],
    ['model.i1-IQ4_XS.gguf', 'IQ4_XS'],
    ['owner/repo:Q5_K_S', 'Q5_K_S'],
    ['Q6_K/model-00001-of-00002.gguf', 'Q6_K'],
    ['model-fp16.gguf', 'F16'],
    ['model-BF16.gguf', 'BF16'],
    ['Q4_K', 'Q4_K_M'],
    // The file's own name has the say, not the repository's.
    ['ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF/other-Q4_0.gguf', 'Q4_0'],
    ['Qwen2.5-Coder-7B', null],
    ['model-Q4_K_MEDIUM.gguf', null],
    // Withdrawn: not the Q4_0 that it begins with.
    ['model-Q4_0_4_4.gguf', null],
    ['unsloth-XQ4_K_M', null],
    ['', null],
  ];
  for (const [text, label] of table) {
    it(`${text === '' ? 'nothing' : text} is ${label ?? 'none'}`, () => {
      assert.equal(parseQuantization(text)?.label ?? null, label);
    });
  }

  it('reads back every name that it knows, and every dynamic one', () => {
    for (const { name } of knownQuantizations()) {
      assert.equal(parseQuantization(name)?.name, name);
      assert.equal(parseQuantization(`some-model-UD-${name}.gguf`)?.label, `UD-${name}`);
    }
  });
});

it('the order of quality is that of the bits, but for types that were trained so', () => {
  const plain = knownQuantizations().filter(({ name }) => /^(I?Q\d_(0|K)|F16|F32)/.test(name));
  const ordered = plain.filter(({ name }) => /^Q\d_(K|K_M|0)$|^F/.test(name) && name !== 'Q4_0');
  for (const [index, { bitsPerWeight, quality, name }] of ordered.entries()) {
    const before = ordered[index - 1];
    assert.ok(quality > (before?.quality ?? -1), name);
    assert.ok(bitsPerWeight > (before?.bitsPerWeight ?? 0), name);
  }
  assert.ok(ordered.length >= 7);
});

it('the description starts with the bits that a weight has', () => {
  for (const { name, description } of knownQuantizations()) {
    const bits = /\d+/.exec(name.replace('MXFP', '').replace('NVFP', ''))?.[0];
    assert.ok(description.startsWith(`${bits}-bit`), `${name}: ${description}`);
  }
  const found = parseQuantization('x-Q4_K_M.gguf');
  assert.ok(found !== null);
  assert.equal(describeQuantization(found), 'Q4_K_M (4-bit, good balance)');
});

it('estimates the bytes of a known file to a few percent', () => {
  // Qwen2.5-Coder-14B-Instruct-Q4_K_M.gguf: 14.77e9 parameters, 8,988,111,072 bytes.
  const estimate = estimateBytes(14_770_033_664, parseQuantization('Q4_K_M')?.bitsPerWeight ?? 0);
  assert.ok(Math.abs(estimate / 8_988_111_072 - 1) < 0.03, String(estimate));
});
