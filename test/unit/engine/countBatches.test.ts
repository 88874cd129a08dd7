import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countInBatches } from '../../../src/engine/countBatches.ts';
import { mostCounted, mostCountedUnits, parseParams } from '../../../src/engine/protocol.ts';

/** Counts in batches, each of which the protocol takes; a line is a token. */
async function counted(texts: readonly string[]): Promise<{ counts: number[]; requests: string[][] }> {
  const requests: string[][] = [];
  const counts = await countInBatches(texts, (some) => {
    requests.push(parseParams('countTokens', { texts: some }, 1).texts);
    return Promise.resolve(some.map((text) => text.split('\n').length - 1));
  });
  return { counts, requests };
}

describe('the tokens of texts', () => {
  it('are asked for at once where a request can take them all', async () => {
    const { counts, requests } = await counted(['a\n', '', 'b\nc\n']);
    assert.deepEqual([counts, requests], [[1, 0, 2], [['a\n', '', 'b\nc\n']]]);
    assert.deepEqual((await counted([])).counts, []);
  });

  it('are asked for in several requests where the texts are many, or long', async () => {
    const many = await counted(Array.from({ length: mostCounted + 1 }, () => 'a\n'));
    assert.deepEqual([many.requests.length, new Set(many.counts)], [2, new Set([1])]);
    const half = `${'a'.repeat(mostCountedUnits / 2)}\n`;
    const long = await counted([half, half, half]);
    assert.deepEqual([long.requests.length, long.counts], [3, [1, 1, 1]]);
  });

  it('of a text that is too long for a request are those of its pieces', async () => {
    const lines = `${'x'.repeat(99)}\n`.repeat(25_000);
    const { counts, requests } = await counted(['a\n', lines, 'b\n']);
    assert.deepEqual(counts, [1, 25_000, 1]);
    assert.equal(requests.flat().join(''), `a\n${lines}b\n`);
    assert.ok(requests.flat().every((piece) => piece.endsWith('\n')));
    const signs = `x${'😀'.repeat(mostCountedUnits)}`;
    const { requests: cut } = await counted([signs]);
    assert.equal(cut.flat().join(''), signs);
    assert.ok(cut.flat().every((piece) => piece.isWellFormed()));
  });
});
