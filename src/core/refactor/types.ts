/** What can be asked of a refactor, as the command line names it. */
export const refactorKinds = [
  'rewrite',
  'fix',
  'extract',
  'rename',
  'add-docs',
  'add-types',
  'tests',
  'simplify',
  'convert',
] as const;
export type RefactorKind = (typeof refactorKinds)[number];

/** A file as a refactor sees it: the editor's text, unsaved changes included. */
export interface RefactorFile {
  /** Path in the workspace with `/`, or a name for what is in no folder. */
  readonly path: string;
  /**
   * The paths by which it is judged and shown before it is sent, where that is not `path` alone: an absolute one outside
   * of the workspace, and what a link leads to.
   */
  readonly places?: readonly string[];
  /** With the file's own line ends. */
  readonly text: string;
  /** VS Code's language identifier, or the file's extension without its dot. */
  readonly language: string;
}

/** What a refactor acts on: a selection made whole, or the definition around the cursor. */
export interface RefactorTarget {
  readonly file: RefactorFile;
  /** UTF-16 offsets into the file's text; whole lines but for what other code stands beside them. */
  readonly start: number;
  readonly end: number;
  /** The definition that it is or lies in; null where there is none. */
  readonly definition: { readonly name: string; readonly kind: string } | null;
}

/** The forms in which models give changed code. */
export const answerStyles = [
  /** Nothing but code. */
  'code',
  /** Code in one fence. */
  'fenced',
  /** Prose with one or more fences in it. */
  'prose',
  /** The whole file again. */
  'file',
  /** Blocks that say what is to be replaced by what. */
  'search-replace',
  /** A unified diff, its line numbers often wrong. */
  'diff',
  /** JSON that carries one of the others. */
  'json',
  /** Code in which comments stand for what stays. */
  'elided',
] as const;
export type AnswerStyle = (typeof answerStyles)[number];

/** One change that an answer asks for, before its place is known. Texts have `\n` line ends. */
export type ProposedEdit =
  /** In the place of the target. */
  | { readonly kind: 'target'; readonly text: string }
  /** A whole file; null: the target's. */
  | { readonly kind: 'file'; readonly path: string | null; readonly text: string }
  /** `search` stands once in the file and is replaced. An empty search asks for a new file. */
  | {
      readonly kind: 'replace';
      readonly path: string | null;
      readonly search: string;
      readonly replace: string;
      /** The search may be a part of a line; else it is whole lines. */
      readonly inLine?: boolean;
    };

/** What an answer asks for. */
export interface ParsedAnswer {
  readonly style: AnswerStyle;
  readonly edits: readonly ProposedEdit[];
}

/** Why something could not be done: one sentence for people that a model can act on too. */
export interface RefactorProblem {
  readonly code: RefactorProblemCode;
  readonly message: string;
}

export type RefactorProblemCode =
  /** The answer is empty, or has prose only. */
  | 'no-code'
  /** It breaks off before its end. */
  | 'unfinished'
  /** It changes nothing. */
  | 'no-change'
  /** What it wants to replace is not in the file, or is there more than once. */
  | 'no-match'
  | 'ambiguous'
  /** Its changes overlap. */
  | 'overlap'
  /** It names a file that does not exist, or may not be written. */
  | 'wrong-file'
  | 'too-large'
  /** There is nothing at this place that a refactor could act on. */
  | 'no-target'
  /** A merge conflict is in the way, or the document was changed where the change is. */
  | 'conflict'
  /** A check failed. */
  | 'check'
  /** The parser, or we ourselves, failed. */
  | 'failed';

/** How a text was found again in a file, best first. */
export type MatchKind = 'exact' | 'indentation' | 'whitespace' | 'similar';

/** Where a text was found: UTF-16 offsets, the end exclusive. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly kind: MatchKind;
  /** 1 but for `similar`. */
  readonly similarity: number;
  /** Whether it is whole lines, their indentation included; else a part of one line, or of some. */
  readonly wholeLines: boolean;
}

/** A replacement in a file; offsets count in its text before all changes. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What becomes of one file. */
export interface FileChange {
  readonly path: string;
  readonly language: string;
  /** Null for a file that does not exist yet. */
  readonly before: string | null;
  readonly after: string;
  /** Ascending, disjoint, as small as whole lines allow, none outside of what is replaced; they make `after` of `before`. */
  readonly edits: readonly TextEdit[];
  /** How each proposed edit of this file was found. */
  readonly matches: readonly MatchKind[];
}

/** One check of a change before it is shown. */
export interface CheckResult {
  readonly name:
    'syntax' | 'definitions' | 'outside' | 'balance' | 'size' | 'code' | 'characters' | 'markers' | 'tests';
  readonly ok: boolean;
  /** One sentence. */
  readonly detail: string;
}

/** What a parser says about a text; null without a grammar, or where it takes too long. */
export interface ParsedFacts {
  /** Error and missing nodes. */
  readonly errors: number;
  /** Line of the first, from 1; null for none. */
  readonly firstErrorLine: number | null;
  readonly definitions: readonly {
    readonly name: string;
    readonly kind: string;
    readonly container: string | null;
    readonly startLine: number;
    readonly endLine: number;
  }[];
}

/** Asks a parser, which lives in another thread. */
export interface SyntaxFactsPort {
  facts(language: string, path: string, text: string): Promise<ParsedFacts | null>;
}
