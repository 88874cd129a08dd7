import { Lines } from './lines.ts';
import type { SyntaxMatch } from './node.ts';

/** Lines that say something on their own, from 1, both included. */
export interface Block {
  readonly startLine: number;
  readonly endLine: number;
}

interface Found {
  startLine: number;
  endLine: number;
  /** Whether it is, comments apart, one line or several that were joined. */
  readonly isRun: boolean;
}

/**
 * The blocks of a file, from the matches of its language's `blocks.scm`: top-level definitions and statements with
 * the comments that stand directly above them, and of types the members. Statements of one line each that follow one
 * another are one block. In order of their first line, the outer before the inner.
 */
export function blocksOf(matches: readonly SyntaxMatch[], text: string): Block[] {
  const lines = new Lines(text);
  const nodes = new Map<string, { start: number; end: number; isComment: boolean }>();
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      if (name !== 'block' && name !== 'comment') continue;
      const { startIndex: start, endIndex: end } = node;
      const key = `${start} ${end}`;
      const isComment = name === 'comment' || nodes.get(key)?.isComment === true;
      nodes.set(key, { start, end, isComment });
    }
  }
  /** First lines of comments by their last line. */
  const comments = new Map<number, number>();
  const found: Found[] = [];
  for (const { start, end, isComment } of nodes.values()) {
    const firstLine = lines.lineOf(start);
    const endLine = lines.lineOf(lastOffset(text, start, end));
    if (isComment) comments.set(endLine, firstLine);
    else found.push({ startLine: firstLine, endLine, isRun: firstLine === endLine });
  }
  for (const block of found) {
    for (let above = comments.get(block.startLine - 1); above !== undefined;) {
      block.startLine = above;
      above = comments.get(above - 1);
    }
  }
  found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  return joined(found).map(({ startLine, endLine }) => ({ startLine, endLine }));
}

/** The offset of the last character of a range that is not white space: some nodes end with their line's end. */
function lastOffset(text: string, start: number, end: number): number {
  let at = end - 1;
  while (at > start && /\s/.test(text.charAt(at))) at -= 1;
  return Math.max(start, at);
}

/** Joins what stands on the same line, and single lines that follow one another. */
function joined(blocks: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const block of blocks) {
    const last = kept.at(-1);
    const isLine = block.startLine === block.endLine;
    if (last !== undefined && isLine && block.endLine === last.endLine) continue;
    // A node may end with the comments above the next one.
    if (last !== undefined && last.endLine < block.endLine) {
      last.endLine = Math.max(last.startLine, Math.min(last.endLine, block.startLine - 1));
    }
    const follows = last !== undefined && block.startLine === last.endLine + 1;
    // A line above which a comment stands begins something of its own, but may go on.
    if (follows && isLine && last.isRun) last.endLine = block.endLine;
    else kept.push(block);
  }
  return kept;
}
