/** Whose limits hold: those of this machine, or those of an endpoint. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { thoughtTokens, windowOf } from '../../../../src/core/endpoints/limits.ts';

describe('the window of a model', () => {
  it('is what the user set for the local model, where that is less', () => {
    assert.equal(windowOf('local', { contextTokens: 32_768 }, 8192), 8192);
    assert.equal(windowOf('local', { contextTokens: 4096 }, 8192), 4096);
    assert.equal(windowOf('local', { contextTokens: 4096 }, undefined), 4096);
  });

  it('is its own at an endpoint', () => {
    assert.equal(windowOf('Company', { contextTokens: 200_000 }, 8192), 200_000);
  });
});

describe('room for thoughts', () => {
  it('is there at endpoints whose model thinks', () => {
    assert.ok(thoughtTokens('Company', { thinking: true }) >= 4096);
    assert.equal(thoughtTokens('Company', { thinking: false }), 0);
    assert.equal(thoughtTokens('local', { thinking: true }), 0);
  });
});
