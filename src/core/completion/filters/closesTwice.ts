import { indentColumns, isBlank } from '../indent.ts';
import {
  closes,
  isOnlyClosers,
  leftOfCursor,
  rightOfCursor,
  scanBrackets,
  type Bracket,
} from '../multiline.ts';
import type { CursorText } from '../types.ts';
import { endsInText, maskLiterals } from './literals.ts';
import { trimEnd } from './pieces.ts';
import type { Filter } from './types.ts';

/**
 * Cuts the text before the first bracket that it closes although the text behind the cursor closes it. Closers right
 * of the cursor on its line are not meant: the insertion replaces those that the text repeats, but no more of them
 * than are there.
 */
export const closesTwice: Filter = {
  name: 'closes-twice',
  apply(text, { cursor }) {
    const at = closedTwice(text, cursor);
    if (at < 0) return text;
    const kept = trimEnd(text.slice(0, at));
    return isBlank(kept) ? { reason: 'closes-twice' } : kept;
  },
};

/** Offset in `text` of the first closer that is one too many; -1 for none. */
function closedTwice(text: string, cursor: CursorText): number {
  const rest = rightOfCursor(cursor);
  if (!isOnlyClosers(rest) || endsInText(cursor.prefix)) return -1;
  const left = leftOfCursor(cursor);
  const { unopened, unclosed } = scanBrackets(maskLiterals(left + text).slice(left.length));
  if (unopened.length === 0) return -1;
  // Innermost first; kinds mixed, as they have to be closed.
  const openers = scanBrackets(maskLiterals(cursor.prefix)).unclosed.reverse();
  const standing = scanBrackets(maskLiterals(cursor.suffix)).unopened;
  const onLine = standing.filter((bracket) => bracket.at < rest.length).length;
  for (const [index, closer] of unopened.entries()) {
    if (index < onLine) continue;
    // `} else {` gives back what it takes.
    if (unclosed.some((bracket) => bracket.at > closer.at)) return -1;
    const opener = openers[index];
    const below = standing[index];
    if (opener === undefined || !closes(opener.char, closer.char)) {
      // The line's own closers say that its brackets were in order before.
      if (onLine > 0) return closer.at;
      return -1;
    }
    if (below !== undefined && arePartners(cursor, opener, below)) return closer.at;
  }
  return -1;
}

/** True where `closer`, in the suffix, begins a line at the column of the line on which `opener` stands. */
function arePartners(cursor: CursorText, opener: Bracket, closer: Bracket): boolean {
  if (!closes(opener.char, closer.char)) return false;
  const line = cursor.suffix.slice(cursor.suffix.lastIndexOf('\n', closer.at) + 1, closer.at + 1);
  const opening = cursor.prefix.slice(cursor.prefix.lastIndexOf('\n', opener.at) + 1, opener.at + 1);
  return /^[\s)\]}]+$/.test(line) && indentColumns(line) === indentColumns(opening);
}
