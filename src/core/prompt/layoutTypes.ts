/** A piece of another place of the repository, to stand before the current file's text. */
export interface PromptSegment {
  readonly kind: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
}

/** What a completion prompt is made of. Texts have `\n` line ends. */
export interface PromptInput {
  readonly repository: string | null;
  /** Path of the current file relative to its workspace folder, or null for an untitled one. */
  readonly path: string | null;
  readonly segments: readonly PromptSegment[];
  readonly prefix: string;
  readonly suffix: string;
  /** Offsets into `prefix`, ascending, of lines at which definitions start; a cut prefix starts at one of them. */
  readonly anchors?: readonly number[];
}

/** Tokens that one part of a prompt takes. The lines of `prefix` and `suffix` count from the cursor's, which is 0. */
export interface PromptPart {
  readonly kind: string;
  readonly path: string | null;
  readonly startLine: number;
  readonly endLine: number;
  readonly tokens: number;
}

export interface PromptLayout {
  readonly tokens: number[];
  readonly parts: readonly PromptPart[];
  /**
   * How many tokens at the end are text before the cursor; the last of them may be healed. With a middle marker none at
   * a line's start, where no token was begun.
   */
  readonly typed: number;
}

/** A text and its tokens. */
export interface Piece {
  readonly text: string;
  readonly tokens: readonly number[];
}
