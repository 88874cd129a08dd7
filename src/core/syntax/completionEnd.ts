import type { SyntaxNode } from './node.ts';
import { decorations, endsForGood, isSeparate, statementColumn } from './statements.ts';
import { OpenBrackets, tokensIn, type Token } from './tokens.ts';

/** Words that continue the statement above them, so that they must be seen whole before anything is decided. */
const continuations =
  /^(?:else|elif|except|catch|finally|while|case|default|where|in|is|instanceof|of|as|satisfies|and|or|not|if|for|from|extends|implements|with)$/;

/**
 * The part of `text` (written after the cursor so far) that is looked at: its complete lines but those of a comment
 * that is not closed yet, and of the unfinished line the first word where that is whole and continues no statement.
 */
export function judgedText(text: string, ended: boolean): string {
  if (ended) return text;
  const comment = unclosedComment(text);
  if (comment !== -1) return text.slice(0, comment);
  const start = text.lastIndexOf('\n') + 1;
  if (start === 0) return '';
  const word = /^\s*([A-Za-z_$][\w$]*)(?=[^\w$])/.exec(text.slice(start));
  if (word === null || continuations.test(word[1] ?? '')) return text.slice(0, start);
  return text.slice(0, start + word[0].length);
}

/** Start of the line that begins a block comment that `text` does not close, or -1. */
function unclosedComment(text: string): number {
  const opened = text.lastIndexOf('/*');
  if (opened === -1 || text.includes('*/', opened + 2)) return -1;
  const start = text.lastIndexOf('\n', opened) + 1;
  return text.slice(start, opened).trim() === '' ? start : -1;
}

/** What is certain to stay of a completion, in UTF-16 units from its beginning, and whether it is complete. */
export interface CompletionEnd {
  readonly keep: number;
  readonly stop: boolean;
}

/** A text up to and with what was written after the cursor, and its tree. */
export interface WrittenText {
  /** Tree of `text` and of whatever closes its brackets. */
  readonly root: SyntaxNode;
  /** The document up to the cursor and `judgedText`; line ends may be `\r\n` before the cursor. */
  readonly text: string;
  /** Offset of the cursor. */
  readonly cursor: number;
}

/**
 * Where a multi-line completion ends: with the statement or block that the cursor's line began, or where that line is
 * blank, with the first statement after it. Only whole lines are kept; a line end is a candidate where all brackets
 * opened since the cursor's line are closed again, and is the end where the next token begins a statement or item of
 * its own, or nothing could continue it.
 */
export function completionEnd(written: WrittenText, ended: boolean): CompletionEnd {
  const { root, text, cursor } = written;
  const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
  const tokens = tokensIn(root, text, lineStart, text.length);
  const code = tokens.filter(({ comment }) => !comment);
  const scan = new Scan(written, code);
  for (const [index, token] of code.entries()) {
    if (!scan.take(token)) return { keep: scan.kept - cursor, stop: true };
    if (token.end <= cursor) continue;
    const next = code[index + 1];
    const lineEnd = lineEndAfter(text, token.end);
    if (next !== undefined && next.start < lineEnd) continue;
    // The last line without its line end may go on.
    if (lineEnd === text.length && !ended) break;
    scan.kept = lineEnd;
    const end = scan.endsBefore(token, next);
    const comments = tokens.filter(({ comment, start }) => comment && start > token.end);
    if (end) return { keep: commentsBefore(comments, next, lineEnd, text) - cursor, stop: true };
    if (scan.inBrackets) scan.kept = lastCommentEnd(comments, next, lineEnd, text);
  }
  return { keep: (ended ? text.length : scan.kept) - cursor, stop: false };
}

class Scan {
  readonly #written: WrittenText;
  readonly #open = new OpenBrackets();
  /** Where the line ends up to which everything stays. */
  kept: number;
  #anchor: Token | null = null;

  constructor(written: WrittenText, code: readonly Token[]) {
    this.#written = written;
    this.kept = written.cursor;
    this.#anchor = code.findLast(({ start }) => start < written.cursor) ?? null;
  }

  /** Whether something opened since the cursor's line is open. */
  get inBrackets(): boolean {
    return this.#open.depth > 0;
  }

  /** Takes the next token; false where it closes what was open before the cursor's line, and ends the completion. */
  take(token: Token): boolean {
    const { text, cursor } = this.#written;
    const first = this.#anchor === null;
    this.#anchor ??= token;
    const fits = this.#open.take(token.type, text.slice(token.start, token.end));
    if (fits || token.start < cursor || first) return true;
    // With something before it on its line, or on the cursor's own, the line's end decides.
    const lineStart = text.lastIndexOf('\n', token.start - 1) + 1;
    return lineStart <= cursor || text.slice(lineStart, token.start).trim() !== '';
  }

  /** Whether the completion ends with `last`, the last token of its line, `next` being the one after it. */
  endsBefore(last: Token, next: Token | undefined): boolean {
    if (this.#open.depth > 0 || this.#anchor === null) return false;
    const { root, text } = this.#written;
    if (next === undefined) return endsForGood(root, text, this.#anchor, last);
    if (decorations.has(this.#kindOf(this.#anchor))) {
      this.#anchor = next;
      return false;
    }
    return (
      columnOf(text, next.start) < statementColumn(root, text, this.#anchor) ||
      isSeparate(root, text, this.#anchor, next)
    );
  }

  #kindOf(token: Token): string {
    let node = this.#written.root.descendantForIndex(token.start, token.end);
    while (node !== null && node.startIndex === token.start && !decorations.has(node.type))
      node = node.parent;
    return node?.startIndex === token.start ? node.type : '';
  }
}

function lineEndAfter(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found;
}

/** The end of those comments that stand deeper than `next`, and so belong to what ends; else `lineEnd`. */
function commentsBefore(
  comments: readonly Token[],
  next: Token | undefined,
  lineEnd: number,
  text: string,
): number {
  let end = lineEnd;
  for (const comment of comments) {
    if (next === undefined || comment.start > next.start) break;
    if (comment.start < lineEnd) continue;
    if (columnOf(text, comment.start) <= columnOf(text, next.start)) break;
    end = lineEndAfter(text, comment.end);
  }
  return end;
}

/** The end of the last whole comment line before `next`; `lineEnd` where there is none. */
function lastCommentEnd(
  comments: readonly Token[],
  next: Token | undefined,
  lineEnd: number,
  text: string,
): number {
  const last = comments.findLast(({ end }) => next === undefined || end <= next.start);
  const end = last === undefined ? lineEnd : lineEndAfter(text, last.end);
  return end === text.length || (next !== undefined && end > next.start) ? lineEnd : end;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
