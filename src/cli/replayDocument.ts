import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompletionQuery } from '../core/completion/ports.ts';
import { changeOf, checkPlace, type TraceEvent } from '../core/replay/trace.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import type { WorkspaceClient } from '../workspace/client.ts';

export interface ReplayDocumentOptions {
  readonly workspace: string;
  readonly maxTokens: number;
  readonly deadlineMs: number;
}

/** The document that a trace edits, and its mirror in the worker. */
export class ReplayDocument {
  readonly #client: WorkspaceClient;
  readonly #options: ReplayDocumentOptions;
  #path: string | null = null;
  #text = '';
  #version = 0;
  #cursor = 0;

  constructor(client: WorkspaceClient, options: ReplayDocumentOptions) {
    this.#client = client;
    this.#options = options;
  }

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Opens a document; the one that is open already gets the text as an edit of what differs. */
  open({ path: name, text }: Extract<TraceEvent, { kind: 'open' }>): void {
    if (name === this.#path) {
      const change = difference(this.#text, text);
      if (change !== null) this.change(change);
      return;
    }
    this.close();
    this.#path = name;
    this.#text = text;
    this.#cursor = 0;
    this.#version += 1;
    const { document, version, languageId, path: relative } = this.query(false);
    const folder = this.#options.workspace;
    this.#client.open(document, version, { text, languageId, path: relative, folder });
  }

  /** Follows an edit or a move; throws TraceError for a place outside the text. */
  apply(event: Extract<TraceEvent, { kind: 'type' | 'delete' | 'move' }>): void {
    checkPlace(event, this.#text.length);
    if (event.kind === 'type') {
      this.change(changeOf(event));
      this.#cursor = event.offset + event.text.length;
    } else if (event.kind === 'delete') this.change({ offset: event.offset, length: event.length, text: '' });
    else this.#cursor = event.offset;
  }

  /** Makes an edit and puts the cursor behind it. */
  change(change: TextChange): void {
    const { offset, length, text } = change;
    this.#text = this.#text.slice(0, offset) + text + this.#text.slice(offset + length);
    this.#cursor = offset + text.length;
    this.#version += 1;
    this.#client.change(this.#uri, this.#version, [change]);
  }

  /** A request at the cursor. */
  query(manual: boolean): CompletionQuery {
    const { workspace, maxTokens, deadlineMs } = this.#options;
    return {
      document: this.#uri,
      version: this.#version,
      offset: this.#cursor,
      languageId: path.extname(this.#path ?? '').slice(1),
      path: (this.#path ?? '').replaceAll('\\', '/'),
      repository: path.basename(workspace),
      manual,
      multiline: 'auto',
      maxTokens,
      deadlineMs,
    };
  }

  /** The rest of the cursor's line. */
  lineSuffix(): string {
    return /^[^\r\n]*/.exec(this.#text.slice(this.#cursor))?.[0] ?? '';
  }

  close(): void {
    if (this.#path !== null) this.#client.close(this.#uri);
    this.#path = null;
  }

  get #uri(): string {
    return pathToFileURL(path.resolve(this.#options.workspace, this.#path ?? '')).href;
  }
}

/** The one stretch in which two texts differ, or null where they do not; no surrogate pair is halved. */
export function difference(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (isHigh(before.charCodeAt(start - 1)) || isHigh(after.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end -= 1;
  return {
    offset: start,
    length: before.length - end - start,
    text: after.slice(start, after.length - end),
  };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
