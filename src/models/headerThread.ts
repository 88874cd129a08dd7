import { Worker } from 'node:worker_threads';
import { ModelFileError, type ModelFileErrorCode } from './errors.ts';
import type { LookedAt } from './headerCache.ts';
import type { HeaderReader } from './headerReader.ts';
import type { Inspection } from './inspect.ts';

/** What the thread is asked, by the reader's method. */
export interface HeaderQuestion {
  readonly id: number;
  readonly method: keyof HeaderReader;
  readonly file: string;
}

/** What it answers. */
export type HeaderReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: ModelFileErrorCode | null;
      readonly message: string;
    };

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that nobody asks for so long is ended. */
const idleMs = 30_000;

/** Reads headers in a thread of its own, which lives while it is asked. */
export class HeaderThread implements HeaderReader {
  readonly #script: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;

  /** `script` is the bundle of `headerWorker.ts`. */
  constructor(script: string) {
    this.#script = script;
  }

  look(file: string): Promise<LookedAt> {
    return this.#ask('look', file);
  }

  inspect(file: string): Promise<Inspection> {
    return this.#ask('inspect', file);
  }

  problem(file: string): Promise<string | null> {
    return this.#ask('problem', file);
  }

  /** Ends the thread; what is asked for meanwhile is rejected. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#lost(worker, new Error('Reading the model files was ended.'));
    await worker.terminate();
  }

  #ask<T>(method: keyof HeaderReader, file: string): Promise<T> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ id, method, file } satisfies HeaderQuestion);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { name: 'hearth-models' });
    worker.unref();
    worker.on('message', (reply: HeaderReply) => this.#receive(reply));
    worker.on('error', (error: Error) => this.#lost(worker, error));
    worker.on('exit', (code) => this.#lost(worker, new Error(`The thread ended (exit code ${code}).`)));
    return worker;
  }

  #receive(reply: HeaderReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.value as never);
    else
      pending?.reject(
        reply.code === null ? new Error(reply.message) : new ModelFileError(reply.code, reply.message),
      );
    if (this.#pending.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.dispose(), idleMs);
    this.#idle.unref();
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    clearTimeout(this.#idle);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
