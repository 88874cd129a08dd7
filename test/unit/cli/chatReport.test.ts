import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notesOf, sourceLines } from '../../../src/cli/chatReport.ts';

describe('what people are told beside an answer', () => {
  const citation = (path: string, startLine: number, endLine: number, verified = false) => ({
    ...{ path, startLine, endLine, verified },
  });

  it('is which places it invents, with their lines where it names some', () => {
    const citations = [
      citation('a.ts', 3, 9),
      citation('b.ts', 4, 4),
      citation('c.ts', 0, 0),
      citation('d.ts', 1, 1, true),
    ];
    const told = { reason: 'end', message: null, sources: [], citations } as const;
    assert.deepEqual(notesOf(told as unknown as Parameters<typeof notesOf>[0]), [
      'Not verified: a.ts:3-9, b.ts:4, c.ts.',
    ]);
  });

  it('are the places that were found, one on a line', () => {
    const sources = [citation('a.ts', 3, 9), citation('b.ts', 4, 4)].map((place) => ({ ...place, score: 1 }));
    assert.equal(sourceLines({ sources }), 'a.ts:3-9\nb.ts:4\n');
  });
});
