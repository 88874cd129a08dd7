/** What is said of who wrote a refactor. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writtenBy } from '../../../../src/vscode/refactor/writtenBy.ts';

const tokens = { prompt: 3412, reused: 0, evaluated: 3412, generated: 214 };

describe('who wrote a refactor', () => {
  it('is said of an endpoint, with what it took and cost', () => {
    assert.deepEqual(writtenBy({ route: 'Company', tokens, sent: { redactions: 0, dollars: 0.0134 } }), [
      'Written by Company: 3,412 + 214 tokens, $0.013.',
    ]);
    assert.deepEqual(writtenBy({ route: 'Company', tokens, sent: { redactions: 2, dollars: null } }), [
      'Written by Company: 3,412 + 214 tokens, 2 secrets replaced.',
    ]);
    assert.deepEqual(writtenBy({ route: 'Company', tokens, sent: { redactions: 1, dollars: 0 } }), [
      'Written by Company: 3,412 + 214 tokens, $0, 1 secret replaced.',
    ]);
  });

  it('is said of a server on this machine, which costs nothing', () => {
    assert.deepEqual(writtenBy({ route: 'Ollama', tokens }), ['Written by Ollama: 3,412 + 214 tokens.']);
  });

  it('is not said of the local model, nor where nothing was written', () => {
    assert.deepEqual(writtenBy({ route: 'local', tokens }), []);
    assert.deepEqual(writtenBy({ route: 'Company', tokens: null }), []);
  });
});
