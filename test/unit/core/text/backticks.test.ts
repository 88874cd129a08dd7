import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeSpan, fenced } from '../../../../src/core/text/backticks.ts';

describe('backticks', () => {
  it('fence text so that its own fences do not end it', () => {
    assert.equal(fenced('a\n```\nb\n````', 'md'), '`````md\na\n```\nb\n````\n`````');
    assert.equal(fenced('``', ''), '```\n``\n```');
    assert.ok(fenced('```\n'.repeat(250_000), '').startsWith('````\n```\n'));
  });

  it('make spans that their own backticks do not end', () => {
    assert.equal(codeSpan('a*b'), '`a*b`');
    assert.equal(codeSpan('a``b`c'), '```a``b`c```');
    assert.equal(codeSpan('`a'), '`` `a ``');
  });
});
