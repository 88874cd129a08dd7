/** A line, or some lines, of another place that may help, as a source found it. */
export interface ContextItem {
  /** `signatures` (definitions elsewhere), `file` (the file's own), `usage` (an example) or `edits`. */
  readonly kind: ContextKind;
  /** Path in the workspace folder, with `/`, and lines from 1. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The definition's name and that of its type; null for what is no definition. */
  readonly name: string | null;
  readonly container: string | null;
  /** Its text where it stands by itself, and where it stands below its type's name. */
  readonly text: string;
  readonly member: string;
  /** How likely it is that the next lines need it, 0 to 1. */
  readonly score: number;
  /** One short phrase for people: why it was found. */
  readonly why: string;
}

export type ContextKind = 'signatures' | 'file' | 'usage' | 'edits';

/** Tokens of a text, by a tokenizer or an estimate; may be a fraction. */
export type TokenCount = (text: string) => number;

/** UTF-16 units of code per token where no tokenizer is asked (measured over four repositories: 3.6). */
export const unitsPerToken = 3.6;

/** The estimate that needs no model. */
export const countByUnits: TokenCount = (text) => text.length / unitsPerToken;
