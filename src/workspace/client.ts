import { Worker } from 'node:worker_threads';
import type { CompletionEnd } from '../core/syntax/completionEnd.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import {
  workspaceProtocolVersion,
  type CheckRequest,
  type EndRequest,
  type OpenedDocument,
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

/**
 * The workspace worker as its users see it. A worker that dies is replaced at the next message; documents it knew are
 * unknown to the new one until they are opened again.
 */
export class WorkspaceClient {
  readonly #workerPath: string;
  readonly #log: (level: 'warn', message: string) => void;
  readonly #deadlineMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #open = new Set<string>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(
    workerPath: string,
    log: (level: 'warn', message: string) => void,
    deadlineMs: number = defaultDeadlineMs,
  ) {
    this.#workerPath = workerPath;
    this.#log = log;
    this.#deadlineMs = deadlineMs;
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
    const reply = await this.#ask<WindowReply>({ type: 'window', ...request });
    if (reply === undefined) {
      throw new Error(`The workspace worker gave no answer within ${this.#deadlineMs / 1000} s.`);
    }
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
  async #ask<Reply>(request: WithoutId<Answered>): Promise<Reply | undefined> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Reply | undefined>((resolve, reject) => {
        this.#pending.set(id, { resolve: (reply) => resolve(reply as Reply), reject });
        timer = setTimeout(() => resolve(undefined), this.#deadlineMs);
        this.#send({ ...request, id });
      });
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  #send(message: WithoutVersion<WorkspaceRequest>): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage({ version: workspaceProtocolVersion, ...message });
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
    if (reply.type === 'log') return this.#log('warn', reply.message);
    const pending = reply.id === null ? undefined : this.#pending.get(reply.id);
    if (reply.type !== 'error') pending?.resolve(reply.reply);
    else if (pending !== undefined) pending.reject(new Error(reply.message));
    else this.#log('warn', reply.message);
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#log('warn', error.message);
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#open.clear();
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
