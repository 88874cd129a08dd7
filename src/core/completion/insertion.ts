import {
  closes,
  isOnlyClosers,
  leftOfCursor,
  maskStrings,
  rightOfCursor,
  scanBrackets,
  type Bracket,
} from './multiline.ts';
import type { CursorText, Insertion } from './types.ts';

/**
 * Makes the completion `text` (line ends `\n`) an insertion at `cursor` in a document whose line ends are
 * `eol`. Where `text` repeats what stands right of the cursor, the insertion replaces that. VS Code shows a
 * replacing completion as ghost text only if the replaced text is a subsequence of the inserted one, which
 * holds here by construction. Returns null where nothing visible would be added.
 */
export function toInsertion(text: string, cursor: CursorText, eol: '\n' | '\r\n'): Insertion | null {
  const rest = rightOfCursor(cursor).trimEnd();
  const left = leftOfCursor(cursor);
  // Further lines would carry the visible text right of the cursor away from its own line.
  const kept = isOnlyClosers(rest) ? text : (text.split('\n')[0] ?? '');
  const replaceRight = repeatedClosers(kept, rest, left) || repeatedTail(kept, rest, left);
  if (visibleLength(kept) <= visibleLength(rest.slice(0, replaceRight))) return null;
  return { text: kept.replaceAll('\n', eol), replaceRight };
}

/** The document `documentText` after `insertion` at `offset` (UTF-16 units). */
export function applyInsertion(documentText: string, offset: number, insertion: Insertion): string {
  return documentText.slice(0, offset) + insertion.text + documentText.slice(offset + insertion.replaceRight);
}

function visibleLength(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/**
 * The length of the longest beginning of `rest` that `text` ends with, leaving out an end whose closing
 * bracket belongs to `text` itself: in `f(█)`, the bracket that ends `g()` is not the one that stands there.
 */
function repeatedTail(text: string, rest: string, left: string): number {
  const masked = maskStrings(left + text).slice(left.length);
  const angles = rest.includes('>');
  const unclosed = scanBrackets(masked, angles).unclosed;
  for (let length = Math.min(rest.length, text.length); length > 0; length--) {
    const start = text.length - length;
    if (!text.endsWith(rest.slice(0, length))) continue;
    if (splitsPair(rest, length)) continue;
    const openAtStart = scanBrackets(masked.slice(0, start), angles).unclosed.length;
    if (openAtStart === unclosed.filter((bracket) => bracket.at < start).length) return length;
  }
  return 0;
}

function splitsPair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1));
}

/**
 * The length of the beginning of `rest` whose closers (which the editor puts there by itself) `text` has
 * somewhere inside, as in `f(█)` and `a) + b`. Only where they are exactly the brackets that `text` closes
 * without having opened them, in the same order, and where the text behind them can follow a closer; else 0.
 */
function repeatedClosers(text: string, rest: string, left: string): number {
  const closers = /^[)\]}>"'`]+/.exec(rest)?.[0] ?? '';
  if (closers === '' || !isOnlyClosers(rest)) return 0;
  const quote = /^["'`]/.test(closers) ? closers.slice(0, 1) : '';
  const quoteEnd = quote === '' ? 0 : endOfString(text, quote, left);
  if (quoteEnd < 0) return 0;
  const brackets = closers.slice(quote.length);

  // Behind a string's end the text stands for itself; else strings may have begun left of the cursor.
  const masked =
    quote === '' ? maskStrings(left + text).slice(left.length) : maskStrings(text.slice(quoteEnd));
  const { unclosed, unopened } = scanBrackets(masked, brackets.includes('>'));
  const own = closersOf(text.slice(quoteEnd), unopened, brackets);
  const closed = own.map((bracket) => bracket.char).join('');
  if (!brackets.startsWith(closed) || quote.length + closed.length === 0) return 0;
  // What `text` leaves open, a closer that stays right of it would close.
  const open = (closer: string) => unclosed.some((bracket) => closes(bracket.char, closer));
  if ([...brackets].some(open)) return 0;

  const behind = text.slice(quoteEnd + (own.at(-1)?.at ?? -1) + 1);
  if (/^[\p{L}\p{N}_$"'`]/u.test(behind)) return 0;
  const covered = quote.length + closed.length;
  // `;` and the like are replaced only if the completion ends with them as well.
  return covered < closers.length ? covered : covered + sharedEnd(behind, rest.slice(covered));
}

/**
 * Those of the closers without opener in `text` that may be the `brackets` right of the cursor: all of them, or, where
 * it goes on to close on later lines what lines above opened, as many as there are.
 */
function closersOf(text: string, unopened: readonly Bracket[], brackets: string): readonly Bracket[] {
  const next = unopened[brackets.length];
  const lineEnd = text.indexOf('\n');
  return next !== undefined && lineEnd >= 0 && next.at > lineEnd
    ? unopened.slice(0, brackets.length)
    : unopened;
}

/** Where, in `text`, the string with `quote` that `left` began has ended; -1 where there is no such string. */
function endOfString(text: string, quote: string, left: string): number {
  if (!maskStrings(left).includes(quote)) return -1;
  const end = new RegExp(`^(?:\\\\.|[^${quote}\\\\\\n])*${quote}`).exec(text);
  return end === null ? -1 : end[0].length;
}

/** The length of the longest beginning of `next` that `text` ends with. */
function sharedEnd(text: string, next: string): number {
  let length = Math.min(text.length, next.length);
  while (!text.endsWith(next.slice(0, length))) length--;
  return length;
}
