import { fork, type ChildProcess } from 'node:child_process';
import type { ChatEvent } from '../core/chat/types.ts';
import { cancelled, EngineError, stopped } from './errors.ts';
import type { LoadProgress } from './loadOptions.ts';
import {
  parseEngineMessage,
  protocolVersion,
  type EngineMessage,
  type LogLevel,
  type Method,
  type Params,
  type Priority,
  type Results,
} from './protocol.ts';

/** How to reach the engine's program and how patient to be with it. */
export interface ConnectionOptions {
  /** Path of the engine's bundle. */
  readonly enginePath: string;
  readonly log: (level: LogLevel, message: string) => void;
  /** Milliseconds beyond a deadline, or after a cancellation, until the process counts as hung. */
  readonly graceMs: number;
  /** Environment added to the child's, for tests. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RequestOptions {
  readonly priority: Priority;
  /** Milliseconds from now; 0: none. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** When it aborts, a completion ends with what it has so far. */
  readonly enough?: AbortSignal;
  /** When it aborts, the request becomes as urgent as a keystroke. */
  readonly urgent?: AbortSignal;
  /** All text that is certain so far. */
  readonly onText?: (text: string) => void;
  /** How far a load is. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** What comes in of an answer of chat. */
  readonly onEvent?: (event: ChatEvent) => void;
}

/** One engine process as its client sees it. */
export interface EngineConnection {
  readonly pid: number | undefined;
  /** Resolves with the reason when the process is gone, however it ended. */
  readonly ended: Promise<EngineError>;
  /** Waits for the engine's greeting; throws when it ends or speaks another protocol. */
  handshake(): Promise<void>;
  /** Sends a request; rejects with EngineError. An aborted `signal` answers the caller at once. */
  request<M extends Method>(method: M, params: Params<M>, options: RequestOptions): Promise<Results[M]>;
  /** Lets nothing but a load run past its next step, until `release` or for ten seconds. */
  hold(): void;
  release(): void;
  /** Ends the process now; `reason` is what pending requests are told. */
  kill(reason: EngineError): void;
  /** Asks the engine to end by itself, and ends it if it doesn't. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: EngineError) => void;
  readonly onText: ((text: string) => void) | undefined;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly onEvent: ((event: ChatEvent) => void) | undefined;
  watch: NodeJS.Timeout | undefined;
  /** The caller was answered already; only the engine's own end of it is awaited. */
  settled: boolean;
}

const helloMs = 30_000;
const stderrKept = 4096;

/** One engine process from its start to its end; never restarted, that is its client's job. */
export class Connection implements EngineConnection {
  readonly #child: ChildProcess;
  readonly #options: ConnectionOptions;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #stderr = '';
  #ended: EngineError | null = null;
  #hello: { resolve: () => void; reject: (error: EngineError) => void } | null = null;
  readonly ended: Promise<EngineError>;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#child = fork(options.enginePath, [], {
      execPath: process.execPath,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...childEnvironment(), ...options.env },
      windowsHide: true,
    });
    this.#child.on('message', (value) => this.#receive(value));
    this.#child.stdout?.on('data', (chunk: Buffer) => options.log('debug', chunk.toString().trim()));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-stderrKept);
      options.log('debug', chunk.toString().trim());
    });
    this.ended = new Promise((resolve) => {
      const end = (error: EngineError): void => {
        this.#end(error);
        resolve(this.#ended ?? error);
      };
      this.#child.once('error', (error) =>
        end(new EngineError('crashed', `The engine can't start: ${error.message}`)),
      );
      this.#child.once('exit', (code, signal) => end(this.#describeExit(code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async handshake(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#hello = { resolve, reject };
        if (this.#ended !== null) reject(this.#ended);
        timer = setTimeout(() => {
          this.kill(
            new EngineError('hung', `The engine did not answer within ${helloMs / 1000} s after its start.`),
          );
        }, helloMs);
      });
    } finally {
      clearTimeout(timer);
      this.#hello = null;
    }
  }

  request<M extends Method>(method: M, params: Params<M>, options: RequestOptions): Promise<Results[M]> {
    const { signal, enough, urgent, deadlineMs, priority } = options;
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const id = this.#nextId++;
    return new Promise<Results[M]>((resolve, reject) => {
      const onAbort = (): void => this.#cancel(id);
      const onEnough = (): void => this.#send({ type: 'enough', version: protocolVersion, id });
      const onUrgent = (): void => this.#send({ type: 'raise', version: protocolVersion, id });
      const finish = (): void => {
        signal?.removeEventListener('abort', onAbort);
        enough?.removeEventListener('abort', onEnough);
        urgent?.removeEventListener('abort', onUrgent);
      };
      const entry: Pending = {
        resolve: (value) => {
          finish();
          resolve(value);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
        onText: options.onText,
        onProgress: options.onProgress,
        onEvent: options.onEvent,
        watch: undefined,
        settled: false,
      };
      this.#pending.set(id, entry);
      if (deadlineMs > 0) this.#watch(entry, deadlineMs, method);
      signal?.addEventListener('abort', onAbort, { once: true });
      enough?.addEventListener('abort', onEnough, { once: true });
      urgent?.addEventListener('abort', onUrgent, { once: true });
      this.#send({ type: 'request', version: protocolVersion, id, method, priority, deadlineMs, params });
      // What was said while the engine was still starting.
      if (enough?.aborted === true) onEnough();
      if (urgent?.aborted === true) onUrgent();
    });
  }

  hold(): void {
    this.#send({ type: 'hold', version: protocolVersion });
  }

  release(): void {
    this.#send({ type: 'release', version: protocolVersion });
  }

  kill(reason: EngineError): void {
    this.#end(reason);
    this.#child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    const asked = this.request('shutdown', {}, { priority: 'keystroke', deadlineMs: 0 }).catch(
      () => undefined,
    );
    const timer = setTimeout(() => this.kill(stopped()), 3000);
    await Promise.race([asked, this.ended]);
    await this.ended;
    clearTimeout(timer);
  }

  #send(message: object): void {
    this.#child.send(message, (error) => {
      if (error !== null) this.#options.log('debug', `The engine could not be reached: ${error.message}`);
    });
  }

  #cancel(id: number): void {
    const entry = this.#pending.get(id);
    if (entry === undefined || entry.settled) return;
    entry.settled = true;
    entry.reject(cancelled());
    this.#send({ type: 'cancel', version: protocolVersion, id });
    this.#watch(entry, 0, 'a cancelled request');
  }

  #watch(entry: Pending, afterMs: number, what: string): void {
    clearTimeout(entry.watch);
    entry.watch = setTimeout(() => {
      this.kill(new EngineError('hung', `The engine hung in ${what} and was ended.`));
    }, afterMs + this.#options.graceMs);
    entry.watch.unref();
  }

  #receive(value: unknown): void {
    const message = parseEngineMessage(value);
    if (message === null)
      return this.#options.log('warn', 'The engine sent something that is not a message.');
    switch (message.type) {
      case 'hello':
        if (message.version === protocolVersion) this.#hello?.resolve();
        else
          this.kill(
            new EngineError(
              'protocol-mismatch',
              'The engine is of another version of Hearth: reload the window.',
            ),
          );
        return;
      case 'log':
        return this.#options.log(message.level, message.message);
      case 'text':
        return this.#textArrived(message);
      case 'progress':
        return this.#progressed(message);
      case 'chat':
        return this.#chatted(message);
      case 'result':
      case 'error':
        return this.#settle(message);
    }
  }

  #textArrived(message: Extract<EngineMessage, { type: 'text' }>): void {
    const entry = this.#pending.get(message.id);
    if (entry !== undefined && !entry.settled) entry.onText?.(message.text);
  }

  #progressed({ id, phase, fraction }: Extract<EngineMessage, { type: 'progress' }>): void {
    const entry = this.#pending.get(id);
    if (entry !== undefined && !entry.settled) entry.onProgress?.({ phase, fraction });
  }

  #chatted({ id, events }: Extract<EngineMessage, { type: 'chat' }>): void {
    for (const event of events) {
      // Whoever listens may cancel the rest.
      const entry = this.#pending.get(id);
      if (entry !== undefined && !entry.settled) entry.onEvent?.(event);
    }
  }

  #settle(message: Extract<EngineMessage, { type: 'result' | 'error' }>): void {
    if (message.id === null)
      return this.#options.log('warn', message.type === 'error' ? message.message : 'Lost result.');
    const entry = this.#pending.get(message.id);
    if (entry === undefined) return;
    this.#pending.delete(message.id);
    clearTimeout(entry.watch);
    if (entry.settled) return;
    if (message.type === 'result') entry.resolve(message.result as never);
    else entry.reject(new EngineError(message.code, message.message));
  }

  #end(reason: EngineError): void {
    this.#ended ??= reason;
    this.#hello?.reject(this.#ended);
    for (const entry of this.#pending.values()) {
      clearTimeout(entry.watch);
      if (!entry.settled) entry.reject(this.#ended);
    }
    this.#pending.clear();
  }

  #describeExit(code: number | null, signal: NodeJS.Signals | null): EngineError {
    if (code === 0) return new EngineError('stopped', 'The engine has ended.');
    const assertion = /GGML_ASSERT.*|.*error.*/i.exec(this.#stderr)?.[0].slice(0, 200);
    const how = [signal ?? `exit code ${code}`, assertion].filter(Boolean).join(', ');
    return new EngineError(
      'crashed',
      `The engine ended unexpectedly (${how}). If it does so again, try another model, or the CPU (hearth.engine.device).`,
    );
  }
}

/** The parent's environment without what belongs to VS Code or would change how Node runs. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL_)/.test(name),
  );
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1', NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' };
}
