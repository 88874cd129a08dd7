import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cutAttachments, fairShares, largestFitting } from '../../../../src/core/chat/cutting.ts';
import { layOutAttachment } from '../../../../src/core/chat/prompts.ts';
import { tokensOf } from '../../../support/chatPorts.ts';

const countTexts = (texts: readonly string[]): Promise<number[]> => Promise.resolve(texts.map(tokensOf));
const size = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constant(Infinity));

describe('cutting what has no room', () => {
  it('shares the room fairly: who needs less than an equal part gets it all', () => {
    assert.deepEqual(fairShares([10, 500, 20, 300], 230), [10, 100, 20, 100]);
    assert.deepEqual(fairShares([10, 20], 100), [10, 20]);
    assert.deepEqual(fairShares([Infinity, 5], -3), [0, 0]);
  });

  it('never gives more than there is, nor less to one than to another that needs no more', () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 8 }), fc.integer({ min: 0, max: 1000 }), (sizes, room) => {
        const shares = fairShares(sizes, room);
        const sum = shares.reduce((total, share) => total + share, 0);
        const needed = sizes.reduce((total, one) => total + one, 0);
        assert.ok(sum <= room && shares.every((share, index) => share <= (sizes[index] ?? 0)));
        // What is not given away is less than a token for each, unless nobody needs it.
        assert.ok(sum === needed || room - sum < Math.max(1, sizes.length));
        sizes.forEach((one, index) =>
          sizes.forEach((other, beside) => {
            if (one <= other) assert.ok((shares[index] ?? 0) <= (shares[beside] ?? 0) + 1);
          }),
        );
      }),
    );
  });

  it('finds the most that fits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.nat(400), async (most, room) => {
        const textOf = (count: number): string => 'w '.repeat(count);
        assert.equal(await largestFitting(most, room, textOf, countTexts), Math.min(most, room));
      }),
    );
  });

  it('keeps whole lines within the room, and says what is missing', async () => {
    const lines = fc
      .array(fc.constantFrom('a', 'b = c + d;', '', '    deep(er);'), { maxLength: 80 })
      .map((some) => [...some, 'end']);
    await fc.assert(
      fc.asyncProperty(fc.array(lines, { minLength: 1, maxLength: 4 }), fc.nat(300), async (files, room) => {
        const attachments = files.map((file, index) => ({
          ...({
            kind: 'file',
            label: `f${index}`,
            language: 'ts',
            text: file.join('\n'),
            cut: false,
          } as const),
          place: { path: `f${index}`, startLine: 5, endLine: 4 + file.length },
        }));
        const given = await cutAttachments(attachments, room, countTexts);
        const least = await countTexts(given.map(layOutAttachment));
        given.forEach(({ attachment, leftOut }, index) => {
          const file = files[index] ?? [];
          const kept = leftOut === 0 ? file.length : file.length - leftOut;
          assert.equal(attachment.text, file.slice(0, kept).join('\n'));
          assert.equal(attachment.place?.endLine, 4 + kept);
          assert.equal(attachment.cut, leftOut > 0);
        });
        // Only what is cut to nothing may take more than its part: its name, and how much is left out.
        const cutToNothing = given.some(({ attachment, leftOut }) => leftOut > 0 && attachment.text === '');
        assert.ok(cutToNothing || least.reduce((sum, tokens) => sum + tokens, 0) <= room);
      }),
    );
  });
});
