import type { ChatModel, ChatSurroundings, ChatWorkspace } from '../chat/ports.ts';
import type { Fallback } from '../endpoints/fallback.ts';
import type { Definition } from '../syntax/outline.ts';
import type { ParsedFacts, RefactorFile, SyntaxFactsPort } from './types.ts';

/** What a parser says of a whole file: its definitions with their offsets, and where its imports stand. */
export interface FileOutline extends ParsedFacts {
  readonly definitions: readonly Definition[];
  /** UTF-16 offsets of the statements, ascending. */
  readonly imports: readonly { readonly start: number; readonly end: number }[];
}

/** Asks a parser, which lives in another thread. */
export interface SyntaxPort extends SyntaxFactsPort {
  facts(language: string, path: string, text: string): Promise<FileOutline | null>;
}

/** The workspace's files as the editor has them, unsaved changes included. */
export interface RefactorFiles {
  /** A file by its path in the workspace; null where there is none; `forbidden`: it may not be read or written. */
  read(path: string): Promise<RefactorFile | null | 'forbidden'>;
}

/** What the user set. */
export interface RefactorSettings {
  /** Tokens of prompt and answer together, where that is to be less than the model's window. */
  readonly contextTokens?: number;
  /** Most tokens of an answer, however long the code is that it is about. */
  readonly maxTokens: number;
  readonly temperature: number;
}

/** What a refactor is made with. */
export interface RefactorPorts {
  readonly model: ChatModel;
  /** How the local model works in the place of an endpoint; left out where it does not. */
  readonly fallback?: Fallback<RefactorPorts>;
  readonly workspace: Pick<ChatWorkspace, 'findSymbols' | 'findPaths' | 'references' | 'read'>;
  readonly surroundings: Pick<ChatSurroundings, 'instructions'>;
  readonly syntax: SyntaxPort;
  readonly files: RefactorFiles;
  readonly settings: RefactorSettings;
}
