import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContextReport } from '../../src/core/context/report.ts';
import { windowLimits } from '../../src/core/text/window.ts';
import { WorkspaceClient } from '../../src/workspace/client.ts';
import type { ContextReply } from '../../src/workspace/protocol.ts';
import { parseCursor } from './cursor.ts';
import { repository, temporaryFolder } from './engine.ts';

const clients: WorkspaceClient[] = [];

/** For `after`: ends the workers. */
export async function disposeWorkspaces(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
}

export interface WorkspaceOptions {
  readonly countTokens?: (texts: readonly string[]) => Promise<readonly number[] | null>;
  readonly exclude?: Readonly<Record<string, boolean>>;
  readonly snapshots?: string | null;
  /** An existing folder. */
  readonly folder?: string;
}

interface Asked {
  readonly budget?: number | null;
  readonly estimate?: boolean;
  readonly wait?: boolean;
  readonly tokens?: number;
}

/** A folder with these files, and the built worker that indexes it and knows some documents as open. */
export class ContextWorkspace {
  readonly folder: string;
  readonly client: WorkspaceClient;
  readonly #texts = new Map<string, { text: string; version: number; offset: number }>();

  constructor(files: Readonly<Record<string, string>>, options: WorkspaceOptions = {}) {
    this.folder = options.folder ?? temporaryFolder();
    for (const [file, text] of Object.entries(files)) this.write(file, text);
    const { countTokens, exclude = {}, snapshots = null } = options;
    this.client = new WorkspaceClient(path.join(repository, 'dist/worker.cjs'), {
      log: (_, message) => {
        throw new Error(message);
      },
      deadlineMs: 60_000,
      ...(countTokens === undefined ? {} : { countTokens }),
    });
    clients.push(this.client);
    const tokenizer = countTokens === undefined ? null : 'made up';
    this.client.index({ folders: [{ path: this.folder, exclude }], snapshots, tokenizer });
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
    // The first index starts by itself.
    this.tell(file);
  }

  delete(file: string): void {
    rmSync(path.join(this.folder, file), { recursive: true });
    this.tell(file);
  }

  /** Tells the worker that something happened to a file. */
  tell(file: string): void {
    // Undefined while the constructor writes the first files.
    const client = this.client as WorkspaceClient | undefined;
    client?.disk([path.join(this.folder, file)]);
  }

  uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  /** Opens a document with the text of a picture, whatever is on the disk; null: in no folder. */
  open(file: string, picture: string, folder: string | null = this.folder): void {
    const { prefix, suffix } = parseCursor(picture);
    const text = prefix + suffix;
    const version = (this.#texts.get(file)?.version ?? 0) + 1;
    this.#texts.set(file, { text, version, offset: prefix.length });
    const languageId = path.extname(file).slice(1);
    this.client.open(this.uri(file), version, { text, languageId, path: file, folder });
  }

  close(file: string): void {
    this.#texts.delete(file);
    this.client.close(this.uri(file));
  }

  /** Puts `typed` in the place of `removed` units before the cursor. */
  type(file: string, typed: string, removed = 0): void {
    const { text, version, offset } = this.#known(file);
    const start = offset - removed;
    this.client.change(this.uri(file), version + 1, [{ offset: start, length: removed, text: typed }]);
    const changed = text.slice(0, start) + typed + text.slice(offset);
    this.#texts.set(file, { text: changed, version: version + 1, offset: start + typed.length });
  }

  /** Moves the cursor to the end of the first `after`. */
  move(file: string, after: string): void {
    const known = this.#known(file);
    const at = known.text.indexOf(after);
    assert.notEqual(at, -1);
    this.#texts.set(file, { ...known, offset: at + after.length });
  }

  async reply(file: string, asked: Asked = {}): Promise<ContextReply> {
    const { budget = 1024, estimate = true, wait = true, tokens = 4096 } = asked;
    const { version, offset } = this.#known(file);
    const limits = windowLimits(tokens);
    const document = this.uri(file);
    return this.client.context({
      document,
      documentVersion: version,
      offset,
      limits,
      budget,
      estimate,
      wait,
    });
  }

  async report(file: string, asked: Asked = {}): Promise<ContextReport> {
    const reply = await this.reply(file, asked);
    assert.ok(reply.kind === 'context', JSON.stringify(reply));
    return reply.report;
  }

  /** The text of the context. */
  async text(file: string, asked: Asked = {}): Promise<string> {
    return (await this.report(file, asked)).text;
  }

  /** Segments as a completion gets them, each as `kind path:from-to` and its lines. */
  async segments(file: string, { tokens = 4096, wait = true } = {}): Promise<string[]> {
    const { version, offset } = this.#known(file);
    const limits = windowLimits(tokens);
    const request = { document: this.uri(file), documentVersion: version, offset, limits, wait };
    const reply = await this.client.window(request);
    assert.ok(reply.kind === 'window');
    return reply.window.segments.map(
      ({ kind, path, startLine, endLine, text }) => `${kind} ${path}:${startLine}-${endLine}\n${text}`,
    );
  }

  #known(file: string) {
    const known = this.#texts.get(file);
    assert.ok(known !== undefined, `${file} is not open.`);
    return known;
  }
}
