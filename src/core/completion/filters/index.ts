import type { CursorText, Dropped } from '../types.ts';
import { closesTwice } from './closesTwice.ts';
import { control } from './control.ts';
import { empty } from './empty.ts';
import { indentation } from './indentation.ts';
import { repeatsItself } from './repeatsItself.ts';
import { repeatsPrefix } from './repeatsPrefix.ts';
import { repeatsSuffix } from './repeatsSuffix.ts';
import { secret } from './secret.ts';
import { trimTrailing } from './trimTrailing.ts';
import type { Filter, FilterContext, FilterReason } from './types.ts';

export type { Filter, FilterContext, FilterReason } from './types.ts';

/**
 * All filters that need no parser, in the order in which they apply; `syntaxError.ts` comes after them. Columns are
 * put right before anything is compared by them. What the user turned down is kept back at the very end, in
 * `../answers.ts`, since it must stay known for who asks by hand.
 */
export const FILTERS: readonly Filter[] = [
  trimTrailing,
  empty,
  indentation,
  repeatsSuffix,
  closesTwice,
  repeatsPrefix,
  repeatsItself,
  control,
  secret,
];

/** What `applyFilters` needs to know besides the text. */
export interface FilterOptions {
  /** False where the completion is meant to end with its first visible line. */
  readonly multiline: boolean;
}

/**
 * Sends the completion `text` (line ends `\n`) through all filters, until none has anything to do. What comes out is a
 * beginning of `text` in which only the blanks at the start of lines may differ, or '' with the reason for which it
 * was refused; `dropped` has what each filter took away, or, where it mended, the text as it was before.
 */
export function applyFilters(
  text: string,
  cursor: CursorText,
  options: FilterOptions,
): { text: string; dropped: Dropped[]; reason: FilterReason | null } {
  const context: FilterContext = { cursor, multiline: options.multiline };
  const dropped: Dropped[] = [];
  let current = text;
  // What one filter cut off may be what kept another from acting. It ends, since each further round cuts something.
  let before: string;
  do {
    before = current;
    for (const filter of FILTERS) {
      const result = filter.apply(current, context);
      if (typeof result !== 'string') {
        dropped.push({ filter: filter.name, text: current });
        return { text: '', dropped, reason: result.reason };
      }
      if (result !== current) dropped.push({ filter: filter.name, text: difference(current, result) });
      current = result;
    }
  } while (current !== before);
  return { text: current, dropped, reason: null };
}

function difference(before: string, after: string): string {
  return before.startsWith(after) ? before.slice(after.length) : before;
}
