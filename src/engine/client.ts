import { Connection, type ConnectionOptions, type RequestOptions } from './connection.ts';
import { asEngineError, cancelled, stopped, type EngineError } from './errors.ts';
import type { ModelFacts } from './modelFacts.ts';
import type { CompleteParams, CompleteResult, EngineErrorCode, LoadedModel, Params } from './protocol.ts';
import { RestartPolicy } from './restartPolicy.ts';

/** What the engine is doing, as people see it. */
export type EngineState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly model: LoadedModel; readonly pid: number }
  /** `retryInMs` null: no new start until somebody asks for one. */
  | { readonly kind: 'failed'; readonly error: EngineError; readonly retryInMs: number | null };

export interface EngineClientOptions extends Omit<ConnectionOptions, 'graceMs'> {
  /** Read at every start, so that a restart takes new settings. */
  readonly settings: () => Omit<Params<'load'>, 'remembered' | 'verified'>;
  readonly facts: ModelFacts;
  readonly graceMs?: number;
  readonly restartDelays?: readonly number[];
  /** Quiet time after a completion before the self-test of the prompt order may run. */
  readonly idleMs?: number;
}

/** Failures of a process, which a new process may not have; all others stay until somebody changes something. */
const transient: ReadonlySet<EngineErrorCode> = new Set([
  'crashed',
  'hung',
  'deadline',
  'internal',
  // A process that ended by itself without being asked.
  'stopped',
]);
const loadDeadlineMs = 10 * 60_000;
const countDeadlineMs = 30_000;
const defaultGraceMs = 15_000;
const defaultIdleMs = 2_000;

/** One engine process from the wish for it to its end. */
interface Session {
  connection: Connection | null;
  readonly ready: Promise<LoadedModel>;
  selfTest: 'open' | 'asked';
}

/**
 * The engine as its users see it: starts when first needed, survives crashes and hangs of its process by starting a
 * new one with back-off, and replays nothing by itself. There is never more than one process: whoever asks last has
 * the say, and a new process waits for the end of the one before, whose memory it needs.
 */
export class EngineClient {
  readonly #options: EngineClientOptions;
  readonly #policy: RestartPolicy;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = { kind: 'stopped' };
  /** The only session that may change the state; others are on their way out. */
  #session: Session | null = null;
  #ending: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #selfTestWorks = true;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    this.#policy = new RestartPolicy(options.restartDelays);
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Calls `listener` on every change of state; returns how to stop that. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when a model is loaded; starts the process if there is none. Rejects with EngineError. */
  start(): Promise<LoadedModel> {
    return this.#ensure().then((session) => session.ready);
  }

  /** Ends the process, forgets its failures and starts anew. */
  restart(): Promise<LoadedModel> {
    void this.stop();
    this.#policy.reset();
    return this.start();
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    clearTimeout(this.#idle);
    const session = this.#session;
    this.#session = null;
    this.#setState({ kind: 'stopped' });
    if (session !== null) this.#end(session);
    await this.#ending;
  }

  /** Completes at a cursor, waiting for the engine's start if need be. Rejects with EngineError. */
  async complete(params: CompleteParams, options: RequestOptions): Promise<CompleteResult> {
    clearTimeout(this.#idle);
    const session = await abortable(
      this.#ensure().then(async (found) => {
        await found.ready;
        return found;
      }),
      options.signal,
    );
    if (session.connection === null) throw stopped();
    const stream = options.onText !== undefined;
    const result = await session.connection.request('complete', { ...params, stream }, options);
    this.#policy.reset();
    this.#scheduleSelfTest(session);
    return result;
  }

  /** How many tokens each text has for the loaded model (at most 4096 texts, of a million UTF-16 units together). Rejects with EngineError. */
  async countTokens(texts: readonly string[]): Promise<number[]> {
    const session = await this.#ensure();
    await session.ready;
    if (session.connection === null) throw stopped();
    const options = { priority: 'warm-up', deadlineMs: countDeadlineMs } as const;
    return (await session.connection.request('countTokens', { texts: [...texts] }, options)).counts;
  }

  #ensure(): Promise<Session> {
    if (this.#session !== null) return Promise.resolve(this.#session);
    if (this.#state.kind === 'failed') return Promise.reject(this.#state.error);
    const session: Session = {
      connection: null,
      // In the next microtask: this session must be the current one by then.
      ready: Promise.resolve().then(() => this.#open(session)),
      selfTest: 'open',
    };
    // Whoever waits for it hears of a failure; the state tells everybody else.
    session.ready.catch(() => undefined);
    this.#session = session;
    this.#setState({ kind: 'starting' });
    return Promise.resolve(session);
  }

  async #open(session: Session): Promise<LoadedModel> {
    try {
      await this.#ending;
      const params = { ...this.#options.settings(), ...(await this.#options.facts.forLoad()) };
      if (this.#session !== session) throw stopped();
      const { graceMs = defaultGraceMs } = this.#options;
      const connection = new Connection({ ...this.#options, graceMs });
      session.connection = connection;
      await connection.handshake();
      const model = await connection.request('load', params, {
        priority: 'keystroke',
        deadlineMs: loadDeadlineMs,
      });
      await this.#rememberLoad(model);
      if (this.#session !== session) throw stopped();
      this.#setState({ kind: 'ready', model, pid: connection.pid ?? 0 });
      void connection.ended.then((error) => this.#lost(session, error));
      return model;
    } catch (thrown) {
      const error = asEngineError(thrown);
      this.#lost(session, error);
      throw error;
    }
  }

  async #rememberLoad({ fingerprint, selfTest, verified, stamp }: LoadedModel): Promise<void> {
    if (selfTest !== null) await this.#options.facts.remember(fingerprint, { selfTest });
    if (verified) await this.#options.facts.remember(fingerprint, { verified: stamp });
  }

  /** The process is gone or useless: say so, and start another after a while if that may help. */
  #lost(session: Session, error: EngineError): void {
    session.connection?.kill(error);
    if (this.#session !== session) return;
    this.#session = null;
    clearTimeout(this.#idle);
    this.#end(session);
    const retryInMs = transient.has(error.code) ? this.#policy.afterFailure() : null;
    this.#options.log('error', error.message);
    this.#setState({ kind: 'failed', error, retryInMs });
    if (retryInMs === null) return;
    this.#retry = setTimeout(() => {
      this.#setState({ kind: 'stopped' });
      this.start().catch(() => undefined);
    }, retryInMs);
    this.#retry.unref();
  }

  #end({ connection }: Session): void {
    if (connection !== null) this.#ending = Promise.all([this.#ending, connection.close()]);
  }

  /** Once nobody types for a while: find out the model's prompt order, if that is only guessed so far. */
  #scheduleSelfTest(session: Session): void {
    const { connection } = session;
    if (connection === null || session.selfTest === 'asked' || !this.#selfTestWorks) return;
    if (this.#state.kind !== 'ready' || this.#state.model.format.orderFrom !== 'family') return;
    if (this.#state.model.format.markers === 'none') return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      session.selfTest = 'asked';
      this.#selfTest(session, connection).catch((error: unknown) => {
        const { code, message } = asEngineError(error);
        // A test that takes the process down would do so again, after every completion.
        if (code !== 'stopped') this.#selfTestWorks = false;
        this.#options.log('debug', `No self-test: ${message}`);
      });
    }, this.#options.idleMs ?? defaultIdleMs);
    this.#idle.unref();
  }

  async #selfTest(session: Session, connection: Connection): Promise<void> {
    const reply = await connection.request('selfTest', {}, { priority: 'warm-up', deadlineMs: 0 });
    await this.#options.facts.remember(reply.fingerprint, { selfTest: reply.result });
    if (this.#session !== session || this.#state.kind !== 'ready') return;
    this.#setState({ ...this.#state, model: { ...this.#state.model, format: reply.format } });
  }

  #setState(state: EngineState): void {
    if (state.kind === 'stopped' && this.#state.kind === 'stopped') return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** `promise`, unless `signal` aborts first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
