import { TextDocument, type TextChange } from '../core/text/textDocument.ts';
import { cutWindow } from '../core/text/window.ts';
import type { OpenedDocument, WindowReply, WindowRequest } from './protocol.ts';

/** What is known of an open document: its text, and what it was opened with. */
export interface KnownDocument extends OpenedDocument {
  readonly document: string;
  readonly version: number;
}

interface Entry {
  readonly mirror: TextDocument;
  readonly opened: Omit<OpenedDocument, 'text'>;
}

/** The open documents, by URI, as the worker knows them. */
export class Documents {
  readonly #documents = new Map<string, Entry>();

  open(document: string, version: number, { text, ...opened }: OpenedDocument): void {
    this.#documents.set(document, { mirror: new TextDocument(text, version), opened });
  }

  /**
   * Applies an edit, and gives the text before it; null for a document that is not open, or a change that does not
   * fit, which makes it unknown again.
   */
  change(document: string, version: number, changes: readonly TextChange[]): string | null {
    const known = this.#documents.get(document);
    if (known === undefined) return null;
    const before = known.mirror.text;
    try {
      known.mirror.apply(changes, version);
      return before;
    } catch {
      this.#documents.delete(document);
      return null;
    }
  }

  close(document: string): void {
    this.#documents.delete(document);
  }

  /** The text around a cursor, for exactly the asked version. */
  window(request: WindowRequest): WindowReply {
    const document = this.#documents.get(request.document)?.mirror;
    if (document?.version !== request.documentVersion) return { kind: 'unknown' };
    const offset = Math.min(request.offset, document.text.length);
    const problem = document.problemAt(offset);
    if (problem !== null) return { kind: 'problem', problem };
    return { kind: 'window', window: cutWindow(document.text, offset, request.limits, request.overlay) };
  }

  /** A document as it is now; null where it is unknown. */
  present(document: string): KnownDocument | null {
    const entry = this.#documents.get(document);
    if (entry === undefined) return null;
    const { text, version } = entry.mirror;
    return { document, version, text, ...entry.opened };
  }

  /** The text of the document at a path of a folder; null where none is open there. Asked for every file that is read. */
  textAt(folder: string, path: string): string | null {
    for (const { mirror, opened } of this.#documents.values()) {
      if (opened.path === path && opened.folder === folder) return mirror.text;
    }
    return null;
  }

  /** A document in exactly the asked version; null where it is unknown, or nothing is to be done at `offset`. */
  known(document: string, version: number, offset: number): KnownDocument | null {
    const entry = this.#documents.get(document);
    if (entry?.mirror.version !== version) return null;
    const { text } = entry.mirror;
    if (offset > text.length || entry.mirror.problemAt(offset) !== null) return null;
    return { document, version, text, ...entry.opened };
  }
}
