import { Worker } from 'node:worker_threads';
import type { Exclusion } from '../core/index/exclusions.ts';
import type { CompletionEnd } from '../core/syntax/completionEnd.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import {
  workspaceProtocolVersion,
  type AskQuestion,
  type AskReplies,
  type CheckRequest,
  type ContextReply,
  type ContextRequest,
  type EndRequest,
  type IndexedFolder,
  type IndexProgress,
  type OpenedDocument,
  type Target,
  type WindowReply,
  type WindowRequest,
  type WorkspaceReply,
  type WorkspaceRequest,
} from './protocol.ts';

type WithoutVersion<T> = T extends unknown ? Omit<T, 'version'> : never;
type Answered = Extract<WithoutVersion<WorkspaceRequest>, { id: number }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Pending {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** A worker that takes longer hangs, or is so far behind that nobody waits for its answer. */
const defaultDeadlineMs = 2_000;
/** What the chat asks may read many files. */
const chatDeadlineMs = 30_000;
/** What waits for the whole index takes as long as the repository is large. */
const indexDeadlineMs = 30 * 60_000;

export interface WorkspaceClientOptions {
  readonly log: (level: 'warn', message: string) => void;
  readonly deadlineMs?: number;
  /** Counts the tokens of texts by the loaded model's tokenizer; null where there is none now. */
  readonly countTokens?: (texts: readonly string[]) => Promise<readonly number[] | null>;
}

/** What the worker is to index. */
export interface IndexOptions {
  readonly folders: readonly IndexedFolder[];
  /** Folder for snapshots, or null to keep none. */
  readonly snapshots: string | null;
  /** Names the tokenizer that `countTokens` asks, or null. */
  readonly tokenizer: string | null;
}

/**
 * The workspace worker as its users see it. A worker that dies is replaced at the next message; documents it knew are
 * unknown to the new one until they are opened again.
 */
export class WorkspaceClient {
  readonly #workerPath: string;
  readonly #options: WorkspaceClientOptions;
  readonly #deadlineMs: number;
  readonly #progressListeners = new Set<(progress: IndexProgress) => void>();
  /** What a worker that is started later must be told. */
  #index: IndexOptions | null = null;
  readonly #pending = new Map<number, Pending>();
  readonly #open = new Set<string>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(workerPath: string, options: WorkspaceClientOptions) {
    this.#workerPath = workerPath;
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  }

  /** Indexes these folders from now on, and no others. */
  index(options: IndexOptions): void {
    this.#index = options;
    this.#send({ type: 'index', ...options, folders: [...options.folders] });
  }

  /** Tells of absolute paths at which something was made, changed or deleted. */
  disk(paths: readonly string[]): void {
    if (this.#index !== null) this.#send({ type: 'disk', paths: [...paths] });
  }

  /** Ends the first reading of the folders. */
  cancelIndexing(): void {
    if (this.#worker !== null) this.#send({ type: 'cancelIndexing' });
  }

  /** Tells where a language server says that names of a document are defined; used from the next epoch on. */
  targets(document: string, targets: readonly Target[]): void {
    if (this.isOpen(document)) this.#send({ type: 'targets', document, targets: [...targets] });
  }

  /** Calls `listener` when the index has got further; returns how to stop that. */
  onProgress(listener: (progress: IndexProgress) => void): () => void {
    this.#progressListeners.add(listener);
    return () => this.#progressListeners.delete(listener);
  }

  /** What the rest of the workspace gives for a place. Rejects when the worker dies, or takes too long. */
  async context(request: ContextRequest): Promise<ContextReply> {
    const deadlineMs = request.wait ? indexDeadlineMs : this.#deadlineMs;
    const reply = await this.#ask<ContextReply>({ type: 'context', ...request }, deadlineMs);
    if (reply === undefined) throw new Error(noAnswer(deadlineMs));
    return reply;
  }

  /** Why an absolute path is left out of every source; null: it is not. Rejects when the worker dies, or takes too long. */
  async excluded(path: string): Promise<Exclusion | null> {
    const reply = await this.#ask<Exclusion | null>({ type: 'excluded', path });
    if (reply === undefined) throw new Error(noAnswer(this.#deadlineMs));
    return reply;
  }

  /**
   * What the workspace knows for the chat, or the parser for a refactor; `wait`: of the complete index. Rejects when the
   * worker dies, or takes longer than 30 s; it stops then.
   */
  async ask<Question extends AskQuestion>(
    question: Question,
    wait = false,
  ): Promise<AskReplies[Question['kind']]> {
    const deadlineMs = wait ? indexDeadlineMs : chatDeadlineMs;
    const reply = await this.#ask<AskReplies[Question['kind']]>({ type: 'ask', question, wait }, deadlineMs);
    if (reply === undefined) throw new Error(noAnswer(deadlineMs));
    return reply;
  }

  /** Whether changes of this document must be reported with `change`. */
  isOpen(document: string): boolean {
    return this.#open.has(document);
  }

  open(document: string, documentVersion: number, opened: OpenedDocument): void {
    this.#send({ type: 'open', document, documentVersion, ...opened });
    this.#open.add(document);
  }

  change(document: string, documentVersion: number, changes: readonly TextChange[]): void {
    if (this.isOpen(document))
      this.#send({ type: 'change', document, documentVersion, changes: [...changes] });
  }

  close(document: string): void {
    if (this.#open.delete(document)) this.#send({ type: 'close', document });
  }

  /** The text around a cursor. Rejects when the worker dies, or takes too long. */
  async window(request: WindowRequest): Promise<WindowReply> {
    const deadlineMs = request.wait === true ? indexDeadlineMs : this.#deadlineMs;
    const reply = await this.#ask<WindowReply>({ type: 'window', ...request }, deadlineMs);
    if (reply === undefined) throw new Error(noAnswer(deadlineMs));
    return reply;
  }

  /**
   * Where a completion that is being written ends by syntax: how many units of the text stay, and whether writing may
   * stop. Null without a grammar, for another version of the document, or where the worker takes too long. Rejects
   * when the worker dies.
   */
  async end(request: EndRequest): Promise<CompletionEnd | null> {
    return (await this.#ask<CompletionEnd | null>({ type: 'end', ...request })) ?? null;
  }

  /**
   * The index of the first candidate that leaves no syntax error, else of the first that adds none, -1 for none; null without a grammar, or where the worker
   * takes too long. `unknown` for another version of the document. Rejects when the worker dies.
   */
  async check(request: CheckRequest): Promise<number | null | 'unknown'> {
    return (await this.#ask<number | null | 'unknown'>({ type: 'check', ...request })) ?? null;
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#fail(new Error('The workspace worker was stopped.'));
  }

  /** The reply of the request's own type, or undefined after the deadline. */
  async #ask<Reply>(
    request: WithoutId<Answered>,
    deadlineMs: number = this.#deadlineMs,
  ): Promise<Reply | undefined> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Reply | undefined>((resolve, reject) => {
        this.#pending.set(id, { resolve: (reply) => resolve(reply as Reply), reject });
        timer = setTimeout(() => {
          resolve(undefined);
          if (request.type === 'ask') this.#post({ type: 'cancelAsk', id });
        }, deadlineMs);
        this.#send({ ...request, id });
      });
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  #send(message: WithoutVersion<WorkspaceRequest>): void {
    if (this.#worker === null) {
      this.#worker = this.#start();
      if (this.#index !== null && message.type !== 'index') {
        this.#post({ type: 'index', ...this.#index, folders: [...this.#index.folders] });
      }
    }
    this.#post(message);
  }

  #post(message: WithoutVersion<WorkspaceRequest>): void {
    this.#worker?.postMessage({ version: workspaceProtocolVersion, ...message });
  }

  #start(): Worker {
    const worker = new Worker(this.#workerPath, { name: 'hearth-workspace' });
    worker.on('message', (reply: WorkspaceReply) => this.#receive(reply));
    worker.on('error', (error: Error) => this.#lost(worker, error));
    worker.on('exit', (code) =>
      this.#lost(worker, new Error(`The workspace worker ended (exit code ${code}).`)),
    );
    return worker;
  }

  #receive(reply: WorkspaceReply): void {
    if (reply.type === 'log') return this.#options.log('warn', reply.message);
    if (reply.type === 'count') return void this.#count(reply.id, reply.texts);
    if (reply.type === 'progress') return this.#progressed(reply.progress);
    const pending = reply.id === null ? undefined : this.#pending.get(reply.id);
    if (reply.type !== 'error') pending?.resolve(reply.reply);
    else if (pending !== undefined) pending.reject(new Error(reply.message));
    else this.#options.log('warn', reply.message);
  }

  /** Answers the worker's question, if it still is the one who asked. */
  async #count(id: number, texts: readonly string[]): Promise<void> {
    const worker = this.#worker;
    const counts = await this.#options.countTokens?.(texts).catch(() => null);
    if (this.#worker === worker)
      this.#post({ type: 'counted', id, counts: counts == null ? null : [...counts] });
  }

  #progressed(progress: IndexProgress): void {
    for (const listener of this.#progressListeners) listener(progress);
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#options.log('warn', error.message);
    this.#fail(error);
    // What it was reading is read by no one until the next message.
    this.#progressed({ state: 'cancelled', done: 0, total: 0 });
  }

  #fail(error: Error): void {
    this.#open.clear();
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

function noAnswer(deadlineMs: number): string {
  return `The workspace worker gave no answer within ${deadlineMs / 1000} s.`;
}
