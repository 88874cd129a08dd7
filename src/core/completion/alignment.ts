import type { TextWindow } from '../text/window.ts';
import { autoCloserOf } from './autoClose.ts';

/** What of a window two requests are compared by. */
export type Aligned = Pick<TextWindow, 'prefix' | 'suffix' | 'startLine'>;

/** What of a place it takes to tell what was typed since. */
export interface AlignedPlace {
  readonly query: { readonly document: string };
  readonly window: Aligned;
}

/**
 * What was typed between two windows of one document, or null where anything else happened. The later window may start
 * at another line than the earlier one, and the editor may have closed brackets and quotes that were typed.
 */
export function typedSince(earlier: Aligned, later: Aligned): string | null {
  const before = dropLines(earlier.prefix, later.startLine - earlier.startLine);
  const now = dropLines(later.prefix, earlier.startLine - later.startLine);
  if (before === null || now === null || !now.startsWith(before)) return null;
  const typed = now.slice(before.length);
  return sameSuffix(earlier.suffix, later.suffix, typed) ? typed : null;
}

/** The same for two places, which may be in different documents. */
export function typedBetween(earlier: AlignedPlace, later: AlignedPlace): string | null {
  if (earlier.query.document !== later.query.document) return null;
  return typedSince(earlier.window, later.window);
}

/** `text` without its first `count` lines; null where it has fewer. */
function dropLines(text: string, count: number): string | null {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0) return null;
  }
  return text.slice(at);
}

/**
 * True where `later` is `earlier` but for what an editor that closes brackets makes of `typed`: closers of what was
 * opened stand before it, and closers that stood there were typed over. Where a line end was typed, the editor may have
 * moved closers down to lines of their own. The windows may end at different lines.
 */
export function sameSuffix(earlier: string, later: string, typed: string): boolean {
  if (suffixStands(earlier, later)) return true;
  const { open, over } = bracketsOf(typed, earlier);
  const kept = earlier.startsWith(over) ? [earlier, earlier.slice(over.length)] : [earlier];
  const broken = typed.includes('\n');
  for (let from = 0; from <= open.length; from += 1) {
    const rest = behindClosers(open.slice(from), later, broken);
    if (rest === null) continue;
    for (const standing of kept) {
      if (suffixStands(standing, rest)) return true;
      if (broken && isCloser(standing.charAt(0)) && suffixStands(standing, rest.replace(ownLine, '')))
        return true;
    }
  }
  return false;
}

/** A line end that the editor put before a closer, with the indentation. */
const ownLine = /^\n[ \t]*/;

/** What follows `closers` at the start of `text`, where line ends may stand before them if `broken`; null without them. */
function behindClosers(closers: string, text: string, broken: boolean): string | null {
  let rest = text;
  for (const closer of closers) {
    if (broken) rest = rest.replace(ownLine, '');
    if (!rest.startsWith(closer)) return null;
    rest = rest.slice(closer.length);
  }
  return rest;
}

/** The closers of what `typed` leaves open, innermost first, and those in it that close what stood open before `suffix`. */
function bracketsOf(typed: string, suffix: string): { readonly open: string; readonly over: string } {
  const open: string[] = [];
  let over = '';
  for (const char of typed) {
    if (open[0] === char) open.shift();
    else if (open.length === 0 && isCloser(char) && suffix.startsWith(over + char)) over += char;
    else if (autoCloserOf[char] !== undefined) open.unshift(autoCloserOf[char]);
  }
  return { open: open.join(''), over };
}

function isCloser(char: string): boolean {
  return Object.values(autoCloserOf).includes(char);
}

/** A window's end is cut at a line: the shorter text may lack a few lines of the longer. */
const endSlack = 2_000;

/** True for the same text behind two cursors, as far as their windows show it. */
export function suffixStands(one: string, other: string): boolean {
  if (one.length === other.length) return one === other;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length > endSlack && long.length - short.length < endSlack && long.startsWith(short);
}
