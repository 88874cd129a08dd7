import { sentenceOf } from '../../core/text/sentence.ts';

/** What is wanted of the server; null: none. */
export interface ServerWish {
  readonly port: number;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** What becomes of the server in this window. */
export type ServingState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly port: number }
  /** Another window served at this port when it was asked last. */
  | { readonly kind: 'elsewhere'; readonly port: number }
  /** `sentence`: what is wrong and what to do. */
  | { readonly kind: 'failed'; readonly sentence: string };

export interface ServingPorts {
  /** By the settings as they are. */
  readonly wish: () => ServerWish | null;
  /** Begins to listen; rejects with an error, whose `systemCode` is `EADDRINUSE` where the port is taken. */
  readonly start: (wish: ServerWish) => Promise<RunningServer>;
  /** Asks whether it is another window that has a port. */
  readonly isHearthAt: (port: number) => Promise<boolean>;
  readonly changed: (state: ServingState) => void;
}

/**
 * Keeps a server as the settings want it: one change after the other, one try for each. A port that another window has
 * is asked for again only by `retry` and `takeOver`.
 */
export class Serving {
  readonly #ports: ServingPorts;
  #state: ServingState = { kind: 'off' };
  #running: { readonly server: RunningServer; readonly wish: ServerWish } | null = null;
  /** What was tried last, so that it is not tried again while nothing has changed; undefined: try whatever is wanted. */
  #tried: ServerWish | null | undefined = null;
  #queue: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(ports: ServingPorts) {
    this.#ports = ports;
  }

  get state(): ServingState {
    return this.#state;
  }

  /** To be called when the settings may have changed; resolves when the server is as they want it, or can't be. */
  refresh(): Promise<void> {
    return this.#next(() => this.#apply());
  }

  /** Tries once more where it does not run, and asks anew who has the port, where it is taken still. */
  retry(): Promise<void> {
    return this.#next(() => {
      if (this.#running === null && this.#state.kind !== 'off') this.#tried = undefined;
      return this.#apply();
    });
  }

  /** Takes the port over from another window that has let go of it. Where it is taken still, nobody is asked by whom. */
  takeOver(): Promise<void> {
    return this.#next(async () => {
      const { state } = this;
      if (state.kind !== 'elsewhere') return;
      const wish = this.#wish;
      if (wish?.port !== state.port) return this.#apply();
      try {
        await this.#listen(wish);
      } catch (error) {
        if (!isTaken(error)) this.#become({ kind: 'failed', sentence: sentenceOf(error) });
      }
    });
  }

  /** Ends the server for good. */
  dispose(): Promise<void> {
    this.#disposed = true;
    return this.refresh();
  }

  #next(action: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(action);
    return this.#queue;
  }

  get #wish(): ServerWish | null {
    return this.#disposed ? null : this.#ports.wish();
  }

  async #apply(): Promise<void> {
    const wish = this.#wish;
    if (same(wish, this.#running?.wish ?? this.#tried)) return;
    this.#tried = wish;
    await this.#stop();
    if (wish === null) return this.#become({ kind: 'off' });
    this.#become({ kind: 'starting' });
    try {
      await this.#listen(wish);
    } catch (error) {
      this.#become(await this.#failure(error, wish));
    }
  }

  async #listen(wish: ServerWish): Promise<void> {
    const server = await this.#ports.start(wish);
    this.#running = { server, wish };
    void server.ended.then(() => this.#gone(server));
    this.#become({ kind: 'on', port: server.port });
  }

  async #failure(error: unknown, { port }: ServerWish): Promise<ServingState> {
    if (isTaken(error) && (await this.#ports.isHearthAt(port))) return { kind: 'elsewhere', port };
    return { kind: 'failed', sentence: sentenceOf(error) };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.server.stop();
  }

  /** Somebody else ended it, as when Hearth goes offline; the settings say whether it is to come back. */
  #gone(server: RunningServer): void {
    if (this.#running?.server !== server) return;
    this.#running = null;
    this.#tried = null;
    this.#become({ kind: 'off' });
    void this.refresh();
  }

  #become(state: ServingState): void {
    this.#state = state;
    this.#ports.changed(state);
  }
}

function isTaken(error: unknown): boolean {
  return (error as { readonly systemCode?: unknown }).systemCode === 'EADDRINUSE';
}

function same(one: ServerWish | null, other: ServerWish | null | undefined): boolean {
  return one === other || (one !== null && other != null && one.port === other.port);
}
