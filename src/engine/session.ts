import type { ConnectionOptions, EngineConnection, RequestOptions } from './connection.ts';
import { asEngineError, stopped, type EngineError } from './errors.ts';
import type { LoadProgress, LoadSettings } from './loadOptions.ts';
import type { ModelFacts } from './modelFacts.ts';
import type { LoadedModel, Method, Params, Results } from './protocol.ts';
import type { Timers } from './timers.ts';

const loadDeadlineMs = 10 * 60_000;
/** What a model that was replaced gets to answer what it was asked before. */
const drainMs = 10_000;

export interface SessionOptions {
  readonly settings: LoadSettings;
  readonly facts: ModelFacts;
  /** Opens the connection to a new process. */
  readonly connect: (options: ConnectionOptions) => EngineConnection;
  readonly connection: ConnectionOptions;
  /** What is awaited before the process is started: the end of one whose memory it needs. */
  readonly before: Promise<unknown>;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** One engine process from the wish for it to its end. */
export class EngineSession {
  readonly settings: LoadSettings;
  /** Resolves when the model is loaded; rejects with EngineError. */
  readonly ready: Promise<LoadedModel>;
  readonly #options: SessionOptions;
  #connection: EngineConnection | null = null;
  /** Why nobody wants it any more. */
  #given: EngineError | null = null;
  /** Requests that are not answered yet. */
  #underWay = 0;
  #drained: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.settings = options.settings;
    this.#options = options;
    // In the next microtask: its owner must know it by then.
    this.ready = Promise.resolve().then(() => this.#open());
    // Whoever waits for it hears of a failure; the state tells everybody else.
    this.ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#connection?.pid ?? 0;
  }

  /** Resolves with the reason when the process of a loaded model is gone. */
  get ended(): Promise<EngineError> {
    return this.#connection?.ended ?? Promise.resolve(this.#given ?? stopped());
  }

  /** Asks the process, once it is there; rejects with EngineError. */
  async request<M extends Method>(
    method: M,
    params: Params<M>,
    options: RequestOptions,
  ): Promise<Results[M]> {
    if (this.#connection === null) throw this.#given ?? stopped();
    this.#underWay += 1;
    try {
      return await this.#connection.request(method, params, options);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#drained();
    }
  }

  hold(): void {
    this.#connection?.hold();
  }

  release(): void {
    this.#connection?.release();
  }

  /** Lets the process answer what it was asked, for a while, and end then: at once with `hurry`. */
  retire(timers: Timers): { readonly gone: Promise<void>; readonly hurry: () => void } {
    let hurry = (): void => undefined;
    const answered = new Promise<void>((resolve) => (hurry = resolve));
    const cancel = timers.after(drainMs, hurry);
    this.#drained = hurry;
    if (this.#underWay === 0) hurry();
    const gone = answered.then(() => {
      cancel();
      return this.close();
    });
    return { gone, hurry };
  }

  /** Ends the process now; `reason` is what everybody who waits for it is told. */
  kill(reason: EngineError): void {
    this.#given ??= reason;
    this.#connection?.kill(reason);
  }

  /** Lets the process end by itself, with time to save what it evaluated; resolves when it is gone. */
  async close(): Promise<void> {
    this.#given ??= stopped();
    await this.#connection?.close();
  }

  async #open(): Promise<LoadedModel> {
    try {
      const { settings, facts, before, onProgress } = this.#options;
      await before;
      const params = { ...settings, ...(await facts.forLoad()) };
      this.#check();
      const connection = this.#options.connect(this.#options.connection);
      this.#connection = connection;
      await connection.handshake();
      const model = await connection.request('load', params, {
        priority: 'keystroke',
        deadlineMs: loadDeadlineMs,
        onProgress: (progress) => {
          if (this.#given === null) onProgress(progress);
        },
      });
      this.#check();
      await remember(facts, model);
      this.#check();
      return model;
    } catch (error) {
      throw this.#given ?? asEngineError(error);
    }
  }

  #check(): void {
    if (this.#given !== null) throw this.#given;
  }
}

async function remember(
  facts: ModelFacts,
  { fingerprint, selfTest, verified, stamp }: LoadedModel,
): Promise<void> {
  if (selfTest !== null) await facts.remember(fingerprint, { selfTest });
  if (verified) await facts.remember(fingerprint, { verified: stamp });
}
