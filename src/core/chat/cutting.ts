import type { Attachment } from './context.ts';
import { layOutAttachment, type GivenAttachment } from './prompts.ts';
import type { ChatModel } from './ports.ts';

/** Counts tokens of texts, each by itself. */
export type CountTexts = ChatModel['countTexts'];

/** UTF-16 units a token at most, in text that is worth its room; what exceeds it is cut before it is counted. */
const unitsPerToken = 16;

/** Lines of a text; a line end at its end begins no other line. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** The largest count from 0 to `most` whose text takes no more than `room` tokens; 0 is not asked for. */
export async function largestFitting(
  most: number,
  room: number,
  textOf: (count: number) => string,
  countTexts: CountTexts,
): Promise<number> {
  const fits = async (count: number): Promise<boolean> => {
    const text = textOf(count);
    if (text.length > Math.max(1, room) * unitsPerToken) return false;
    const [tokens = Infinity] = await countTexts([text]);
    return tokens <= room;
  };
  if (most <= 0 || (await fits(most))) return Math.max(0, most);
  let few = 0;
  let tooMany = most;
  while (tooMany - few > 1) {
    const count = Math.floor((few + tooMany) / 2);
    if (await fits(count)) few = count;
    else tooMany = count;
  }
  return few;
}

/** The attachments as they are, nothing left out. */
export function whole(attachments: readonly Attachment[]): GivenAttachment[] {
  return attachments.map((attachment) => ({ attachment, leftOut: 0 }));
}

/**
 * Attachments cut to about `room` tokens together (each counted by itself, as `layOut` lays it out): small ones stay
 * whole, the others share what is left in equal parts. Lines are left out at the end; of a terminal's output, whose
 * end tells what went wrong, at the beginning.
 */
export async function cutAttachments(
  attachments: readonly Attachment[],
  room: number,
  countTexts: CountTexts,
  layOut: (given: GivenAttachment) => string = layOutAttachment,
): Promise<GivenAttachment[]> {
  const laidOut = whole(attachments).map(layOut);
  const countable = laidOut.map((text) => (text.length > Math.max(1, room) * unitsPerToken ? '' : text));
  const counts = await countTexts(countable);
  const sizes = counts.map((tokens, index) => (countable[index] === '' ? Infinity : tokens));
  const shares = fairShares(sizes, room);
  return Promise.all(
    attachments.map(async (attachment, index) => {
      const share = shares[index] ?? 0;
      if ((sizes[index] ?? 0) <= share) return { attachment, leftOut: 0 };
      const lines = linesOf(attachment.text);
      const textOf = (count: number): string => layOut(keepLines(attachment, lines, count));
      return keepLines(attachment, lines, await largestFitting(lines.length - 1, share, textOf, countTexts));
    }),
  );
}

/** What each gets of `room`: all that it needs where that is no more than its part, else an equal part of the rest. */
export function fairShares(sizes: readonly number[], room: number): number[] {
  const shares = sizes.map(() => 0);
  const ascending = sizes
    .map((size, index) => ({ size, index }))
    .sort((a, b) => a.size - b.size || a.index - b.index);
  let left = Math.max(0, room);
  ascending.forEach(({ size, index }, rank) => {
    const share = Math.min(size, Math.floor(left / (ascending.length - rank)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

/** The attachment with so many of its lines. */
function keepLines(attachment: Attachment, lines: readonly string[], count: number): GivenAttachment {
  const { place, kind } = attachment;
  const kept = kind === 'terminal' ? lines.slice(lines.length - count) : lines.slice(0, count);
  const shorter = place && { ...place, endLine: place.startLine + count - 1 };
  return {
    attachment: { ...attachment, text: kept.join('\n'), place: shorter, cut: true },
    leftOut: lines.length - count,
  };
}
