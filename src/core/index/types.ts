import type { ImportedModule } from '../syntax/imports.ts';
import type { Definition } from '../syntax/outline.ts';

/** What is known of one file of a workspace folder before it is in the index. */
export interface FileFacts {
  /** Path in its workspace folder, with `/`. */
  readonly path: string;
  /** Bytes on the disk and time of change, by which a later start tells whether the file is still the same. */
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly text: string;
  /** Whether code of other files can name what it defines, unlike the keys of data and the headings of prose. */
  readonly code: boolean;
  /** Empty without a grammar. */
  readonly definitions: readonly Definition[];
  readonly imports: readonly ImportedModule[];
}

/** A definition as the index keeps it. */
export interface IndexedSymbol {
  readonly name: number;
  readonly kind: string;
  /** Name of the definition around it, or -1. */
  readonly container: number;
  readonly signature: string;
  /** Lines from 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly exported: boolean;
  /** Whether no other file can name it: it stands inside a function's body, or in no code. */
  readonly local: boolean;
}
