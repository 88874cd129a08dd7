import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ownText } from '../../../../src/core/text/ownText.ts';

describe('ownText', () => {
  it('is the same text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => assert.equal(ownText(text), text)),
    );
    assert.equal(ownText('a lone surrogate: \ud800 and "quotes"'), 'a lone surrogate: \ud800 and "quotes"');
  });
});
