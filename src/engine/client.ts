import path from 'node:path';
import { abortable } from './abortable.ts';
import { Activity } from './activity.ts';
import { ChatClient } from './chatClient.ts';
import type { EngineClientOptions } from './clientOptions.ts';
import { Connection, type RequestOptions } from './connection.ts';
import { countInBatches } from './countBatches.ts';
import { cancelled, isTransient, startCancelled, stopped, type EngineError } from './errors.ts';
import { roomForBoth } from './holdBoth.ts';
import type { LoadProgress, LoadSettings } from './loadOptions.ts';
import type { CompleteParams, CompleteResult, LoadedModel, SelfTestReply, Speed } from './protocol.ts';
import { loadedAgain } from './residents.ts';
import { RestartPolicy } from './restartPolicy.ts';
import { SelfTests } from './selfTests.ts';
import type { Embeddings } from './servedProtocol.ts';
import { EngineSession } from './session.ts';
import { startedAgain } from './startedAgain.ts';
import type { EngineState } from './state.ts';
import { systemTimers, type Timers } from './timers.ts';

export type { EngineClientOptions } from './clientOptions.ts';
export type { EngineState, Switching } from './state.ts';

const defaults = { countDeadlineMs: 30_000, graceMs: 15_000, idleMs: 2_000, measureMs: 3_000 } as const;
const atStart: LoadProgress = { phase: 'starting', fraction: 0 };

/**
 * The engine as its users see it: starts when first needed, survives crashes and hangs of its process by starting a
 * new one with back-off, and replays nothing by itself. Whoever asks last has the say. A new process waits for the end
 * of the one before, whose memory it needs; only a switch of models, where memory has room for both, keeps the old one
 * until the new one answers.
 */
export class EngineClient {
  /** Asks for chat. */
  readonly chat: ChatClient;
  readonly #options: EngineClientOptions;
  readonly #policy: RestartPolicy;
  readonly #timers: Timers;
  readonly #selfTests: SelfTests;
  readonly #activity: Activity;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = { kind: 'stopped' };
  /** The only session that answers and may change the state; others are on their way in or out. */
  #session: EngineSession | null = null;
  /** The one that is to take its place. */
  #next: EngineSession | null = null;
  /** Settings that work, while those of a switch that failed don't. */
  #pinned: LoadSettings | null = null;
  #loadedSince = 0;
  /** Counts wishes, so that one which had to wait knows whether it is still the last. */
  #wish = 0;
  #ending: Promise<unknown> = Promise.resolve();
  /** Ends the wait for the last answers of models that were replaced. */
  #hurry: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    this.#policy = new RestartPolicy(options.restartDelays);
    this.#timers = options.timers ?? systemTimers;
    const { idleUnloadMs = () => 0 } = options;
    this.#activity = new Activity(this.#timers, idleUnloadMs, () => void this.unload('idle'));
    this.#selfTests = new SelfTests({
      timers: this.#timers,
      idleMs: options.idleMs ?? defaults.idleMs,
      may: options.mayWorkUnasked ?? (() => true),
      log: options.log,
      found: (session, reply) => this.#tested(session, reply),
    });
    this.chat = new ChatClient({
      usable: () => startedAgain(this).then(() => this.#usable()),
      during: (action) => {
        this.#selfTests.cancel();
        return this.#activity.during(action);
      },
      answered: () => this.#policy.reset(),
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The settings of the model that answers, or will once it is loaded; null where there is no process. */
  get settings(): LoadSettings | null {
    return this.#session?.settings ?? null;
  }

  /** The settings of the model that a switch is bringing; null where there is none. */
  get nextSettings(): LoadSettings | null {
    return this.#next?.settings ?? null;
  }

  /** Milliseconds since the last request was answered; 0 while one is under way. */
  get idleMs(): number {
    return this.#activity.idleMs;
  }

  /** When a model was loaded last, in milliseconds since 1970; 0 before the first. */
  get loadedSince(): number {
    return this.#loadedSince;
  }

  /** Calls `listener` on every change of state; returns how to stop that. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when a model is loaded; starts the process if there is none. Rejects with EngineError. */
  async start(): Promise<LoadedModel> {
    if (this.#state.kind === 'stopped') this.#setState({ kind: 'stopped' });
    return this.#ensure().ready;
  }

  /** Ends the process, forgets its failures and starts anew. */
  restart(): Promise<LoadedModel> {
    return this.#restart(null);
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#wish += 1;
    this.#pinned = null;
    this.#endSession();
    this.#setState({ kind: 'stopped' });
    await this.#ending;
  }

  /** Ends a start that is under way; whoever waits for it is told `cancelled`. Does nothing at any other time. */
  cancelStart(): void {
    if (this.#state.kind !== 'starting') return;
    this.#wish += 1;
    this.#session?.kill(cancelled());
    this.#endSession();
    this.#setState({ kind: 'stopped', cancelled: true });
  }

  /**
   * Loads the model of the present settings in a process of its own, which takes over when it is ready; until then, and
   * where it fails, the loaded model stays in use. Where memory has no room for both, and where no model is loaded, it
   * is a restart. Rejects with EngineError: `cancelled` by cancelSwitch, `stopped` by a later wish.
   */
  async switchModel(): Promise<LoadedModel> {
    const wish = (this.#wish += 1);
    const { canHoldBoth = (next: LoadSettings) => roomForBoth(next) } = this.#options;
    const settings = this.#options.settings();
    this.#dropNext(stopped());
    this.#activity.pause();
    if (this.#state.kind !== 'ready') return this.restart();
    const { name } = this.#state.model;
    const room = await canHoldBoth(settings, this.#state.model);
    if (wish !== this.#wish) throw stopped();
    if (room && this.#session !== null) return this.#open(settings);
    const note = `There is too little memory for ${name} beside ${path.basename(settings.modelPath)}: it was unloaded first.`;
    if (!room) this.#options.log('info', note);
    return this.#restart(room ? null : note);
  }

  /** Ends a switch that is under way, as if it had never been asked for. Does nothing at any other time. */
  cancelSwitch(): void {
    this.#dropNext(cancelled());
  }

  /** Ends the process of an idle model to free its memory; the next request starts it again. False where it is in use. */
  async unload(reason: 'idle' | 'memory'): Promise<boolean> {
    if (this.#state.kind !== 'ready' || this.#next !== null || this.#activity.busy) return false;
    const { model } = this.#state;
    this.#options.log('info', `${model.name} is unloaded (${reason}).`);
    this.#pinned = this.settings;
    this.#endSession();
    this.#setState({ kind: 'unloaded', model, reason });
    await this.#ending;
    return true;
  }

  /** Lets nothing in the engine run past its next step, until `release` or for ten seconds. */
  hold(): void {
    this.#session?.hold();
  }

  release(): void {
    this.#session?.release();
  }

  /** Completes at a cursor, waiting for the engine's start if need be. Rejects with EngineError. */
  async complete(params: CompleteParams, options: RequestOptions): Promise<CompleteResult> {
    this.#selfTests.cancel();
    return this.#activity.during(async () => {
      const session = await abortable(this.#usable(), options.signal);
      const stream = options.onText !== undefined;
      const result = await session.request('complete', { ...params, stream }, options);
      this.#policy.reset();
      if (this.#session === session && this.#state.kind === 'ready')
        this.#selfTests.schedule(session, this.#state.model);
      return result;
    });
  }

  /** How many tokens each text has for the loaded model. Rejects with EngineError. */
  async countTokens(texts: readonly string[]): Promise<number[]> {
    const session = await this.#usable();
    const options = { priority: 'warm-up', deadlineMs: defaults.countDeadlineMs } as const;
    const count = (some: string[]) => session.request('countTokens', { texts: some }, options);
    return countInBatches(texts, async (some) => (await count(some)).counts);
  }

  /** Makes vectors of texts, for another program. Rejects with EngineError, `bad-request` where the model can't. */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Embeddings> {
    this.#selfTests.cancel();
    return this.#activity.during(async () => {
      const session = await abortable(this.#usable(), signal);
      const options = {
        priority: 'server',
        deadlineMs: 0,
        ...(signal === undefined ? {} : { signal }),
      } as const;
      return session.request('embed', { texts: [...texts] }, options);
    });
  }

  /**
   * Measures how fast the loaded model is here (about three seconds of evaluation, more where other requests go first),
   * and remembers it. Rejects with EngineError.
   */
  async measure({
    milliseconds = defaults.measureMs,
    signal,
  }: { milliseconds?: number; signal?: AbortSignal } = {}): Promise<Speed> {
    return this.#activity.during(async () => {
      const session = await abortable(this.#usable(), signal);
      const model = await session.ready;
      const speed = await session.request(
        'measure',
        { milliseconds },
        { priority: 'speculation', deadlineMs: 0, ...(signal === undefined ? {} : { signal }) },
      );
      const { backend, threads } = model;
      await this.#options.facts.remember(model.fingerprint, { speeds: [{ ...speed, backend, threads }] });
      return speed;
    });
  }

  /** A session whose model is loaded. */
  async #usable(): Promise<EngineSession> {
    if (this.#state.kind === 'stopped' && this.#state.cancelled === true) throw startCancelled();
    const session = this.#ensure();
    await session.ready;
    return session;
  }

  #restart(note: string | null): Promise<LoadedModel> {
    void this.stop();
    this.#policy.reset();
    return this.#ensure(note).ready;
  }

  #ensure(note: string | null = null): EngineSession {
    if (this.#session !== null) return this.#session;
    if (this.#state.kind === 'failed') throw this.#state.error;
    const settings = this.#pinned ?? this.#options.settings();
    const session = this.#create(settings, this.#ending);
    this.#session = session;
    this.#setState({ kind: 'starting', modelPath: settings.modelPath, progress: atStart, note });
    if (note === null) void this.#noteOthers(session);
    return session;
  }

  async #noteOthers(session: EngineSession): Promise<void> {
    const note = await loadedAgain(session.settings.modelPath, this.#options.residents);
    if (note === null || session !== this.#session) return;
    this.#options.log('info', note);
    if (this.#state.kind === 'starting') this.#setState({ ...this.#state, note });
  }

  /** Starts a process beside the one that answers. */
  #open(settings: LoadSettings): Promise<LoadedModel> {
    const next = this.#create(settings, Promise.resolve());
    this.#next = next;
    this.#showSwitch({ modelPath: settings.modelPath, progress: atStart }, null);
    return next.ready;
  }

  #create(settings: LoadSettings, before: Promise<unknown>): EngineSession {
    const {
      graceMs = defaults.graceMs,
      facts,
      connect = (options) => new Connection(options),
    } = this.#options;
    const session = new EngineSession({
      settings,
      facts,
      connect,
      before,
      connection: { ...this.#options, graceMs },
      onProgress: (progress) => this.#progressed(session, progress),
    });
    session.ready.then(
      (model) => this.#loaded(session, model),
      (error: EngineError) => this.#lost(session, error),
    );
    return session;
  }

  #progressed(session: EngineSession, progress: LoadProgress): void {
    const { modelPath } = session.settings;
    if (session === this.#next) this.#showSwitch({ modelPath, progress }, null);
    else if (session === this.#session && this.#state.kind === 'starting')
      this.#setState({ ...this.#state, progress });
  }

  /** What is wanted now is what answers: why a switch failed that was wanted before is of no interest any more. */
  dismissSwitchError(): void {
    if (this.#state.kind === 'ready' && this.#state.switchError !== null)
      this.#showSwitch(this.#state.switching, null);
  }

  #showSwitch(
    switching: { modelPath: string; progress: LoadProgress } | null,
    error: EngineError | null,
  ): void {
    if (this.#state.kind === 'ready') this.#setState({ ...this.#state, switching, switchError: error });
  }

  #loaded(session: EngineSession, model: LoadedModel): void {
    if (session === this.#next) this.#takeOver(session);
    if (session !== this.#session) return;
    const { pid } = session;
    this.#loadedSince = Date.now();
    this.#setState({ kind: 'ready', model, pid, switching: null, switchError: null });
    this.#activity.wait();
    void this.#options.residents?.add(session.settings.modelPath, model, pid);
    void session.ended.then((error) => {
      void this.#options.residents?.remove(pid);
      this.#lost(session, error);
    });
  }

  /** The new model answers from now on; the old one finishes what it was asked. */
  #takeOver(next: EngineSession): void {
    const old = this.#session;
    this.#session = next;
    this.#next = null;
    this.#pinned = null;
    this.#selfTests.cancel();
    this.#policy.reset();
    if (old === null) return;
    const { gone, hurry } = old.retire(this.#timers);
    // An earlier one may be at it still.
    const before = this.#hurry;
    this.#hurry = () => {
      before();
      hurry();
    };
    this.#ending = Promise.all([this.#ending, gone]);
  }

  /** A process is gone or useless: say so, and start another after a while if that may help. */
  #lost(session: EngineSession, error: EngineError): void {
    session.kill(error);
    if (session === this.#next) return this.#switchFailed(session, error);
    if (session !== this.#session) return;
    this.#options.log('error', error.message);
    this.#session = null;
    this.#end(session);
    if (this.#next !== null) return this.#promote(this.#next);
    this.#selfTests.cancel();
    this.#activity.pause();
    const retryInMs = isTransient(error) ? this.#policy.afterFailure() : null;
    this.#setState({ kind: 'failed', error, retryInMs });
    if (retryInMs === null) return;
    this.#cancelRetry = this.#timers.after(retryInMs, () => {
      this.#setState({ kind: 'stopped' });
      this.start().catch(() => undefined);
    });
  }

  #switchFailed(next: EngineSession, error: EngineError): void {
    this.#next = null;
    this.#end(next);
    // A new process for this role, after a crash or a rest, has to work.
    this.#pinned = this.settings;
    this.#options.log('error', `The model in use stays: ${error.message}`);
    this.#showSwitch(null, error);
    this.#activity.wait();
  }

  /** The old model died while the new one was being loaded: all wait for the new one. */
  #promote(next: EngineSession): void {
    const switching = this.#state.kind === 'ready' ? this.#state.switching : null;
    this.#next = null;
    this.#session = next;
    const { modelPath } = next.settings;
    this.#setState({ kind: 'starting', modelPath, progress: switching?.progress ?? atStart, note: null });
  }

  #dropNext(reason: EngineError): void {
    const next = this.#next;
    if (next === null) return;
    this.#next = null;
    next.kill(reason);
    this.#end(next);
    this.#showSwitch(null, null);
    this.#activity.wait();
  }

  #endSession(): void {
    this.#cancelRetry();
    this.#activity.pause();
    this.#selfTests.cancel();
    this.#dropNext(stopped());
    this.#hurry();
    const session = this.#session;
    this.#session = null;
    if (session !== null) this.#end(session);
  }

  #end(session: EngineSession): void {
    this.#ending = Promise.all([this.#ending, session.close()]);
  }

  async #tested(session: EngineSession, { fingerprint, result, format }: SelfTestReply): Promise<void> {
    await this.#options.facts.remember(fingerprint, { selfTest: result });
    if (this.#session !== session || this.#state.kind !== 'ready') return;
    this.#setState({ ...this.#state, model: { ...this.#state.model, format } });
  }

  #setState(state: EngineState): void {
    if (state.kind === 'stopped' && this.#state.kind === 'stopped') {
      if (state.cancelled === this.#state.cancelled) return;
    }
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
