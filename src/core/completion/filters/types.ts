import type { CursorText } from '../types.ts';

/** Why a completion is refused as a whole. */
export type FilterReason =
  | 'empty'
  | 'indentation'
  | 'repeats-suffix'
  | 'closes-twice'
  | 'repeats-prefix'
  | 'repeats-itself'
  | 'unreadable'
  | 'secret'
  | 'adds-error';

/** What the filters may ask about the request. */
export interface FilterContext {
  readonly cursor: CursorText;
  /** False where the completion is meant to end with its first visible line. */
  readonly multiline: boolean;
}

/**
 * One step: a beginning of the text (perhaps all of it), which may have other blanks at the start of its lines,
 * or the reason for having none. Given its own answer it changes nothing more.
 */
export interface Filter {
  readonly name: string;
  apply(text: string, context: FilterContext): string | { readonly reason: FilterReason };
}
