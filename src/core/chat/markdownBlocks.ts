/** A top-level piece of Markdown; the pieces of a text, joined, are the text. */
export interface MarkdownBlock {
  readonly text: string;
  readonly kind: 'markdown' | 'fence';
  /** Offsets in the whole text. */
  readonly start: number;
  readonly end: number;
  /** Whether it is the last one and more text could go on with it: a fence until it is closed. */
  readonly open: boolean;
}

const fenceStart = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
/** What belongs to a list's item behind a blank line, or may: a list that is too long is never wrong, a torn one is. */
const insideItem = /^(?: {2}| ?\t)/;
const insideCode = /^(?: {4}| {0,3}\t)/;

/** The block that grows: what goes on with it depends on its kind. */
interface Growing {
  kind: 'none' | 'paragraph' | 'list' | 'code' | 'fence' | 'closed';
  start: number;
  /** A fence's opening marker. */
  marker: string;
  /** Whether the line before is blank. */
  afterBlank: boolean;
}

/**
 * Splits Markdown where a block ends at the top level: at blank lines and around fences. A list is one block with all
 * that its items hold, indented code with its blank lines too. Blank lines go with the block before them. More text at
 * the end changes the last two blocks at most, and a block's own text is split as it is here. Link reference
 * definitions count in their own block only. Linear in the text.
 */
export function splitBlocks(markdown: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const growing: Growing = { kind: 'none', start: 0, marker: '', afterBlank: false };
  const finish = (end: number, last: boolean): void => {
    if (end === growing.start) return;
    const fenced = growing.kind === 'fence' || growing.kind === 'closed';
    const { start } = growing;
    const open = last && growing.kind !== 'closed';
    blocks.push({ text: markdown.slice(start, end), kind: fenced ? 'fence' : 'markdown', start, end, open });
    growing.start = end;
  };
  for (let at = 0; at < markdown.length;) {
    const lineEnd = markdown.indexOf('\n', at);
    const end = lineEnd === -1 ? markdown.length : lineEnd + 1;
    const line = markdown.slice(at, lineEnd === -1 ? end : lineEnd);
    if (beginsBlock(line, growing)) finish(at, false);
    take(line, growing, growing.start === at);
    at = end;
  }
  finish(markdown.length, true);
  return blocks;
}

/** Whether a line does not belong to the block that grows. */
function beginsBlock(line: string, growing: Growing): boolean {
  if (growing.kind === 'none' || growing.kind === 'fence' || line.trim() === '') return false;
  if (growing.kind === 'closed') return true;
  if (growing.kind === 'list' && (insideItem.test(line) || (growing.afterBlank && listItem.test(line)))) {
    return false;
  }
  if (fenceStart.test(line)) return growing.kind !== 'code' || !insideCode.test(line);
  return growing.afterBlank && !(growing.kind === 'code' && insideCode.test(line));
}

/** Takes a line into the block that grows; `first` where it begins one. */
function take(line: string, growing: Growing, first: boolean): void {
  if (growing.kind === 'fence') {
    if (closesFence(line, growing.marker)) growing.kind = 'closed';
    return;
  }
  if (line.trim() === '') {
    growing.afterBlank = true;
    return;
  }
  if (first || growing.kind === 'none') begin(line, growing);
  // A list may follow a paragraph's last line at once.
  else if (growing.kind === 'paragraph' && listItem.test(line)) growing.kind = 'list';
  growing.afterBlank = false;
}

function begin(line: string, growing: Growing): void {
  const fence = fenceStart.exec(line);
  growing.marker = fence?.[1] ?? '';
  if (fence !== null) growing.kind = 'fence';
  else if (insideCode.test(line)) growing.kind = 'code';
  else growing.kind = listItem.test(line) ? 'list' : 'paragraph';
}

function closesFence(line: string, marker: string): boolean {
  const text = line.trim();
  const indent = line.length - line.trimStart().length;
  return indent <= 3 && text.startsWith(marker) && text.replaceAll(marker.charAt(0), '') === '';
}
