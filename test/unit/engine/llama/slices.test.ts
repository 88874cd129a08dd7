import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstSlice, largestSlice, nextSlice } from '../../../../src/engine/llama/slices.ts';

/** The slices of a long prompt, where each token takes so many milliseconds. */
function slices(msPerToken: number, largest: number, count = 8): number[] {
  const all: number[] = [firstSlice];
  while (all.length < count) {
    const last = all.at(-1) ?? 0;
    all.push(nextSlice(last, last, last * msPerToken, largest));
  }
  return all;
}

describe('the slices of a prompt', () => {
  it('grow to 128 on a CPU, and no further', () => {
    assert.deepEqual(slices(0.2, largestSlice(false, 512)), [16, 32, 64, 128, 128, 128, 128, 128]);
  });

  it('grow to the batch on a GPU that is quick', () => {
    assert.deepEqual(slices(0.05, largestSlice(true, 512)), [16, 32, 64, 128, 256, 512, 512, 512]);
    assert.equal(largestSlice(true, 64), 128);
  });

  it('stay where more of them would be felt', () => {
    assert.deepEqual(slices(0.3, largestSlice(true, 2048)).slice(4), [256, 256, 256, 256]);
  });

  it('shrink where one takes over half a second, down to 16', () => {
    assert.deepEqual(slices(20, 128, 6), [16, 32, 16, 32, 16, 32]);
    assert.equal(nextSlice(16, 16, 5000, 128), 16);
  });

  it('stay as they are after the rest of a prompt', () => assert.equal(nextSlice(64, 10, 1, 128), 64));
});
