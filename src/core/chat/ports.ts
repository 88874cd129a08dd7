import type {
  Attachment,
  AttachmentProblem,
  FilePart,
  FilesText,
  FoundLine,
  FoundSymbol,
  MapQuery,
  Mention,
  Place,
  RepositoryMap,
  RetrievalQuery,
  Snippet,
} from './context.ts';
import type {
  ChatAnswer,
  ChatEvent,
  ChatMessage,
  ChatModelDescription,
  ChatQuery,
  ToolDefinition,
} from './types.ts';

/** Why there is no model that could answer. */
export interface NoChatModel {
  /** `no-chat-model`: none is chosen; `engine`: it can't be loaded. */
  readonly code: 'no-chat-model' | 'engine';
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
}

/** Who hears of an answer as it comes, and may stop it. */
export interface ChatCall {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ChatEvent) => void;
  /** What it is asked for: questions go before refactors. Left out: a question. */
  readonly priority?: 'chat' | 'refactor';
  /** Files and lines of the workspace whose text is in the query: for whoever has to agree before it is sent away. */
  readonly places?: readonly Place[];
}

/**
 * A model that chats. Its methods reject with an error that has a `code` (`cancelled`, `deadline`, `crashed`, …) and
 * one sentence.
 */
export interface ChatModel {
  /** `local`, or an endpoint's name. */
  readonly route: string;
  /** What it is, loading it if need be; or why there is none. */
  describe(signal: AbortSignal): Promise<ChatModelDescription | NoChatModel>;
  /** Tokens that the whole prompt of a query has, as its template lays it out. */
  countPrompt(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): Promise<number>;
  /** Tokens of each text by itself. */
  countTexts(texts: readonly string[]): Promise<readonly number[]>;
  /** Answers; `onEvent` gets what comes in, in order. */
  answer(query: ChatQuery, call: ChatCall): Promise<ChatAnswer>;
}

/**
 * What the workspace knows, through its index; nothing that is excluded from it is ever given. Paths as in `Place`.
 * Methods reject when the workspace's thread dies or takes too long.
 */
export interface ChatWorkspace {
  retrieve(query: RetrievalQuery): Promise<readonly Snippet[]>;
  map(query: MapQuery): Promise<RepositoryMap>;
  /** Definitions whose names match, exact ones first. */
  findSymbols(name: string, limit: number): Promise<readonly FoundSymbol[]>;
  /** Files and folders (these end in `/`) whose paths match, best first. */
  findPaths(query: string, limit: number): Promise<readonly string[]>;
  /** Lines that hold a name as a whole word. */
  references(name: string, limit: number): Promise<readonly FoundLine[]>;
  /** Lines that hold a text, whatever the case. */
  search(text: string, scope: string | null, limit: number): Promise<readonly FoundLine[]>;
  /** Lines of a file, as the editor has it; null for a file that does not exist or is excluded. */
  read(path: string, startLine: number, endLine: number): Promise<FilePart | null>;
  /** For each place: whether it exists. */
  check(places: readonly Place[]): Promise<readonly ('ok' | 'no-file' | 'no-lines')[]>;
}

/** What stands around the workspace: the editor's, or a command line's. */
export interface ChatSurroundings {
  /** Reads what mentions stand for. */
  attach(mention: Mention, signal: AbortSignal): Promise<readonly Attachment[] | AttachmentProblem>;
  /** What the project says about itself to assistants; none in a workspace that is not trusted. */
  instructions(): Promise<readonly Attachment[]>;
  /** Problems that the editor shows, as text: of a file, or of all. */
  problems(path: string | null): Promise<FilesText>;
  /** What was changed and not committed, as a unified diff. */
  diff(staged: boolean): Promise<FilesText>;
}
