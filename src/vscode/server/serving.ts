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
  /** Another window serves at this port. */
  | { readonly kind: 'elsewhere'; readonly port: number }
  /** `sentence`: what is wrong and what to do. */
  | { readonly kind: 'failed'; readonly sentence: string };

export interface ServingPorts {
  /** By the settings as they are. */
  readonly wish: () => ServerWish | null;
  /** Begins to listen; rejects with an error, whose `systemCode` is `EADDRINUSE` where the port is taken. */
  readonly start: (wish: ServerWish) => Promise<RunningServer>;
  /** Whether it is another window that has a port. */
  readonly isHearthAt: (port: number) => Promise<boolean>;
  readonly changed: (state: ServingState) => void;
}

/**
 * Keeps a server as the settings want it: one change after the other, one try for each. A port that another window has
 * is asked for again only by `retry`.
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

  /** Tries once more where it does not run: another window, or another program, may have let go of the port. */
  retry(): Promise<void> {
    return this.#next(() => {
      if (this.#running === null && this.#state.kind !== 'off') this.#tried = undefined;
      return this.#apply();
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

  async #apply(): Promise<void> {
    const wish = this.#disposed ? null : this.#ports.wish();
    if (same(wish, this.#running?.wish ?? this.#tried)) return;
    this.#tried = wish;
    await this.#stop();
    if (wish === null) return this.#become({ kind: 'off' });
    this.#become({ kind: 'starting' });
    try {
      const server = await this.#ports.start(wish);
      this.#running = { server, wish };
      void server.ended.then(() => this.#gone(server));
      this.#become({ kind: 'on', port: server.port });
    } catch (error) {
      this.#become(await this.#failure(error, wish));
    }
  }

  async #failure(error: unknown, { port }: ServerWish): Promise<ServingState> {
    const taken = (error as { readonly systemCode?: unknown }).systemCode === 'EADDRINUSE';
    if (taken && (await this.#ports.isHearthAt(port))) return { kind: 'elsewhere', port };
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

function same(one: ServerWish | null, other: ServerWish | null | undefined): boolean {
  return one === other || (one !== null && other != null && one.port === other.port);
}
