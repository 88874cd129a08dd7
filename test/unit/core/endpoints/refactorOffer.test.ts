import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refactorDifficulty } from '../../../../src/core/endpoints/refactorOffer.ts';

describe('another model for a refactor', () => {
  it('is worth a try where the local answer failed its checks twice, and not after the first time', () => {
    assert.deepEqual(refactorDifficulty('check', 2)?.reasons, ['the local answer failed its checks twice']);
    assert.equal(refactorDifficulty('check', 1), null);
    assert.deepEqual(refactorDifficulty('no-match', 2)?.reasons, [
      'the local answer failed its checks twice',
    ]);
  });

  it('is worth a try where the local model can’t do it at all', () => {
    assert.deepEqual(refactorDifficulty('too-long', 0)?.reasons, [
      "the question does not fit into the local model's window",
    ]);
    for (const failure of ['no-chat-model', 'window-full', 'repetition'] as const)
      assert.notEqual(refactorDifficulty(failure, 1), null, failure);
  });

  it('is no cure for what lies elsewhere', () => {
    for (const failure of ['no-target', 'conflict', 'failed', 'engine', 'not-sent'] as const)
      assert.equal(refactorDifficulty(failure, 2), null, failure);
  });
});
