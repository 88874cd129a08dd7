/** What the completion pipeline knows about the place where text is to be inserted. */
export interface CursorText {
  /** Text before the cursor, line ends normalised to `\n`; starts at a line start. */
  readonly prefix: string;
  /** Text after the cursor, line ends normalised to `\n`. */
  readonly suffix: string;
}

/** When a completion may span lines: by the place of the cursor, always, or never. */
export type MultilineMode = 'auto' | 'always' | 'never';

/** What ends a generation; computed before it starts, evaluated by the engine on every token. */
export interface StopSpec {
  /** False: the completion ends at the first line end that follows something visible. */
  readonly multiline: boolean;
  /** With `multiline` false: the completion goes on over several lines all the same where its first line opens a block. */
  readonly mayOpen: boolean;
  /** Most lines a multi-line completion may have. */
  readonly maxLines: number;
  /** The line left of the cursor. */
  readonly linePrefix: string;
  /** The first line below the cursor's that is not blank, or '' where there is none. */
  readonly nextLine: string;
}

/** Why a generation ended; `unsure`: the model lost its way, and the line where it did is left out. */
export type StopReason = 'end-of-text' | 'stop-rule' | 'max-tokens' | 'unsure';

/** A completion that a filter refused or changed, kept so that "why" can be answered. */
export interface Dropped {
  readonly filter: string;
  readonly text: string;
}

/** A completion as it is to be inserted: always within the cursor's line. */
export interface Insertion {
  /** Text to insert at the cursor, in the document's own line ends. */
  readonly text: string;
  /** UTF-16 units right of the cursor, on the cursor's line, that `text` repeats and therefore replaces. */
  readonly replaceRight: number;
}
