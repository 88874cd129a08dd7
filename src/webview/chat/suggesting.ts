import { wordAt } from '../../core/chat/question.ts';
import type { Suggestion } from '../../core/chat/view.ts';

/** The word that is being typed, from its `@` or `/` on, and where it stands. */
export interface TypedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** The mention or command before the cursor; null where there is none, or where something is selected. */
export function typedWord(text: string, selectionStart: number, selectionEnd: number): TypedWord | null {
  if (selectionStart !== selectionEnd) return null;
  return wordAt(text, selectionStart);
}

/** A piece of a text is replaced, and the cursor goes somewhere. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly cursor: number;
}

/** Puts a suggestion in the place of what was typed; a blank follows unless typing goes on in it, or there is one. */
export function takeSuggestion(text: string, { start, end }: TypedWord, { insert, open }: Suggestion): Edit {
  if (open) return { start, end, text: insert, cursor: start + insert.length };
  const blank = /^\s/.test(text.slice(end, end + 1)) ? '' : ' ';
  return { start, end, text: insert + blank, cursor: start + insert.length + 1 };
}

/**
 * The offers to show for a word. Until those for the newest request come, of the older ones those that still fit, so
 * that the list does not vanish between two keys.
 */
export function offersFor(
  { word, first, request }: { readonly word: string; readonly first: number; readonly request: number },
  answered: number,
  offers: readonly Suggestion[],
): readonly Suggestion[] {
  if (answered === request) return offers;
  if (answered < first || answered > request) return [];
  const typed = word.slice(1).toLowerCase();
  return offers.filter(({ insert }) => insert.toLowerCase().includes(typed));
}

/** Pixels that a list of suggestions needs at most. */
const popupHeight = 240;

/** Whether a list stands above or below its box, whose top is this far below the page's. */
export function popupSide(top: number, pageHeight: number): 'above' | 'below' {
  return top >= popupHeight || top >= pageHeight / 2 ? 'above' : 'below';
}
