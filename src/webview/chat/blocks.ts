import { splitBlocks, type MarkdownBlock } from '../../core/chat/markdownBlocks.ts';

/** How much of an answer is shown at its beginning and as much at its end, where it is longer than both. */
export interface Bound {
  readonly characters: number;
  readonly blocks: number;
}

/** What can be shown at once without a wait that one notices. */
export const shownAtEachEnd: Bound = { characters: 40_000, blocks: 300 };

/** The top-level blocks of a text that grows: those that are finished are the same objects from then on. */
export class BlockList {
  #text = '';
  #blocks: readonly MarkdownBlock[] = [];

  /** The blocks of a text, which mostly is the last one with more behind it. */
  update(text: string): readonly MarkdownBlock[] {
    if (text === this.#text) return this.#blocks;
    // The last block goes on, and blank lines may turn out to belong to the one before it.
    const kept = text.startsWith(this.#text) ? this.#blocks.slice(0, -2) : [];
    const from = kept.at(-1)?.end ?? 0;
    const fresh = splitBlocks(text.slice(from)).map((block, at) => {
      const moved = { ...block, start: block.start + from, end: block.end + from };
      const before = this.#blocks[kept.length + at];
      return before !== undefined && sameBlock(before, moved) ? before : moved;
    });
    this.#text = text;
    this.#blocks = [...kept, ...fresh];
    return this.#blocks;
  }
}

function sameBlock(one: MarkdownBlock, other: MarkdownBlock): boolean {
  return (
    one.start === other.start && one.kind === other.kind && one.open === other.open && one.text === other.text
  );
}

/** What is shown of a long list of blocks: its beginning, its end, and how many characters are between them. */
export interface Bounded {
  readonly head: readonly MarkdownBlock[];
  readonly tail: readonly MarkdownBlock[];
  readonly hidden: number;
}

/** Leaves out the middle of blocks that are more than `each` at both ends; one block is never cut. */
export function boundBlocks(blocks: readonly MarkdownBlock[], each: Bound): Bounded {
  const start = blocks[0]?.start ?? 0;
  const end = blocks.at(-1)?.end ?? 0;
  let head = 1;
  while (head < each.blocks && (blocks[head]?.end ?? Infinity) - start <= each.characters) head += 1;
  let tail = blocks.length - 1;
  while (
    blocks.length - tail < each.blocks &&
    end - (blocks[tail - 1]?.start ?? -Infinity) <= each.characters
  )
    tail -= 1;
  if (tail <= head) return { head: blocks, tail: [], hidden: 0 };
  const hidden = (blocks[tail]?.start ?? end) - (blocks[head]?.start ?? end);
  return { head: blocks.slice(0, head), tail: blocks.slice(tail), hidden };
}

/** The beginning and the end of a long text, cut at line ends where there are any near; `hidden` characters between. */
export interface BoundedText {
  readonly head: string;
  readonly tail: string;
  readonly hidden: number;
}

/** Leaves out the middle of a text that has more than twice `each` characters. */
export function boundText(text: string, each: number): BoundedText {
  if (text.length <= 2 * each) return { head: text, tail: '', hidden: 0 };
  const headEnd = lineEndBefore(text, each);
  const wanted = text.length - each;
  const lineEnd = text.indexOf('\n', wanted);
  let tailStart = lineEnd >= 0 && lineEnd - wanted < each / 2 ? lineEnd + 1 : wanted;
  if (isLowSurrogate(text, tailStart)) tailStart += 1;
  return { head: text.slice(0, headEnd), tail: text.slice(tailStart), hidden: tailStart - headEnd };
}

function lineEndBefore(text: string, offset: number): number {
  const lineEnd = text.lastIndexOf('\n', offset) + 1;
  if (lineEnd > offset / 2) return lineEnd;
  return isLowSurrogate(text, offset) ? offset - 1 : offset;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
