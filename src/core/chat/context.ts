/** A piece of the workspace: lines from 1, both ends included. */
export interface Place {
  /** Path in the workspace with `/`; with several folders the folder's name comes first. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** A piece of a file that was found for a question. */
export interface Snippet extends Place {
  readonly text: string;
  /** Of the ranking; larger is better, comparable within one answer only. */
  readonly score: number;
  /** Why it was found, in a few words for people. */
  readonly why: string;
}

/** What a chip or a mention stands for. */
export const attachmentKinds = [
  'file',
  'folder',
  'symbol',
  'selection',
  'problems',
  'diff',
  'terminal',
  'workspace',
  'instructions',
] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

/** Something that the user puts beside a question, before it is read. */
export interface Mention {
  readonly kind: AttachmentKind;
  /** Path of a file or folder, name of a symbol; '' where the kind says all (`@selection`, `@diff`). */
  readonly value: string;
  /** Lines of a file, where only these are meant. */
  readonly startLine?: number;
  readonly endLine?: number;
}

/** A mention that was read. What it holds is part of the question from then on. */
export interface Attachment {
  readonly kind: AttachmentKind;
  /** What people see: `counter.ts:3-9`. */
  readonly label: string;
  /** Where it comes from; null for what is no piece of one file. */
  readonly place: Place | null;
  /** Markdown's name of its language; '' for none. */
  readonly language: string;
  readonly text: string;
  /** True where it was shortened to fit. */
  readonly cut: boolean;
  /**
   * Files whose text is in it beside `place`: those of changes and problems, what a link leads to, a file outside of the
   * workspace (by its absolute path). Of an old chat's changes, problems and files without `place` nobody knows them.
   */
  readonly files?: readonly string[];
}

/** Changes or problems as a text, and the files that they are of, by their paths in the workspace. */
export interface FilesText {
  readonly text: string;
  /** Of changes, one for each name in their headers, in that order. */
  readonly files: readonly string[];
}

/** Why a mention could not be read, in a sentence. */
export interface AttachmentProblem {
  readonly mention: Mention;
  readonly problem: string;
}

/** A place that an answer was written from. */
export interface Source extends Place {
  readonly score: number;
}

/** A place that an answer names. */
export interface Citation extends Place {
  /** Whether the place exists and was among what the model was given. */
  readonly verified: boolean;
  /** What is wrong with it: there is no such file, or no such line in it, or the model was not given it. */
  readonly problem: 'no-file' | 'no-lines' | 'not-read' | null;
}

/** What is asked of the repository for a question. */
export interface RetrievalQuery {
  readonly question: string;
  /** Folders or files to which the answer is limited; none: the whole workspace. */
  readonly scopes: readonly string[];
  /** Places that the question carries already. */
  readonly known: readonly Place[];
  /** The file that is being looked at, or null: what is near it is a little likelier. */
  readonly near: string | null;
  /** Most snippets. */
  readonly limit: number;
}

/** Parameters of the ranked map of the repository. */
export interface MapQuery {
  /** Files that matter more: open ones, mentioned ones. */
  readonly focus: readonly string[];
  /** The question's text: files and definitions whose names it has matter more. */
  readonly question: string;
  /** Most tokens. */
  readonly budget: number;
}

/** Definitions of the files that matter most, by path. */
export interface RepositoryMap {
  readonly text: string;
  readonly files: readonly string[];
  readonly tokens: number;
}

/** A definition that was found by name. */
export interface FoundSymbol extends Place {
  readonly name: string;
  readonly container: string | null;
  readonly kind: string;
  readonly signature: string;
}

/** A line that was found by its text, or by a name in it. */
export interface FoundLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** A part of a file. */
export interface FilePart extends Place {
  readonly text: string;
  /** Lines that the whole file has. */
  readonly lines: number;
  /** The path of the file that a link leads to; left out for no link. */
  readonly real?: string;
}
