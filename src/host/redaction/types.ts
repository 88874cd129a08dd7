/** What sort of secret was found; `label` says it in more detail. */
export type SecretKind = 'key' | 'token' | 'password' | 'private-key' | 'e-mail' | 'file';

/** A secret in a text, in UTF-16 units from its beginning. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: SecretKind;
  /** For people, and the placeholder's name: letters, digits and blanks, ending with a letter: `GitHub token`. */
  readonly label: string;
}

/** Looks for secrets of some kinds. `find` is synchronous, linear in the text's length, and looks at nothing else. */
export interface SecretRule {
  /** Names it in an error. */
  readonly id: string;
  find(text: string): readonly Finding[];
}

/** One secret that was replaced in a text. */
export interface Redaction {
  readonly kind: SecretKind;
  readonly label: string;
  /** What stands in its place. */
  readonly placeholder: string;
  /** Lines of its first occurrence, from 1. */
  readonly startLine: number;
  readonly endLine: number;
  /** How often it stands in the text. */
  readonly count: number;
}

/** A text without its secrets. */
export interface Redacted {
  readonly text: string;
  /** In the order of their first occurrences. */
  readonly found: readonly Redaction[];
}

/** The texts before and after a cursor without their secrets. */
export interface RedactedAround {
  readonly prefix: string;
  readonly suffix: string;
  /** In both. */
  readonly found: readonly Redaction[];
}

/** Puts secrets back into a text that comes in pieces. */
export interface Restorer {
  /** Takes the next piece; returns what is certain, and keeps what may be the beginning of a placeholder. */
  push(piece: string): string;
  /** What was kept; nothing may be pushed after it. */
  end(): string;
}
