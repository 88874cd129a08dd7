import type { ModelService, PullRequest, PullRow } from '../../host/models/modelRows.ts';

/** A model that was fetched: its file, and the row that it was before. */
export interface Pulled {
  readonly path: string;
  readonly key: string | null;
}

interface Running {
  readonly controller: AbortController;
  /** Null until the service says which row it is. */
  key: string | null;
  /** Null until there is something to say. */
  pull: PullRow | null;
  /** Null where it was paused. */
  readonly done: Promise<Pulled | null>;
}

/** The downloads that this window has under way. */
export class Pulls {
  readonly #service: Pick<ModelService, 'pull' | 'discard'>;
  readonly #changed: (key: string) => void;
  readonly #running = new Map<string, Running>();

  /** `changed` is called with the key of each download that has come further or ended. */
  constructor(service: Pick<ModelService, 'pull' | 'discard'>, changed: (key: string) => void) {
    this.#service = service;
    this.#changed = changed;
  }

  /** How far each is, by key. */
  get progress(): Map<string, PullRow> {
    const known = [...this.#running.values()].flatMap(({ key, pull }) =>
      key === null || pull === null ? [] : [[key, pull] as const],
    );
    return new Map(known);
  }

  /** Whether one is under way here. */
  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  /**
   * Fetches, or joins the same fetch that is under way. Resolves with null where it was paused or cancelled here;
   * rejects with one clear sentence.
   */
  pull(request: PullRequest): Promise<Pulled | null> {
    const id = 'key' in request ? request.key : `address ${request.address}`;
    const known = this.#running.get(id) ?? ('key' in request ? this.#find(request.key) : undefined);
    if (known !== undefined) return known.done;
    const controller = new AbortController();
    const running: Running = {
      controller,
      key: 'key' in request ? request.key : null,
      pull: null,
      done: Promise.resolve().then(() => this.#run(id, request, controller)),
    };
    this.#running.set(id, running);
    return running.done;
  }

  /** Pauses a fetch; false where it is not this window's. */
  pause(key: string): boolean {
    const running = this.#find(key);
    running?.controller.abort();
    return running !== undefined;
  }

  /** Ends a fetch and removes what was fetched of it; what has become whole in the meantime stays. Rejects with one clear sentence. */
  async cancel(key: string): Promise<void> {
    const running = this.#find(key);
    running?.controller.abort();
    const pulled = await running?.done.catch(() => null);
    if (pulled == null) await this.#service.discard(key);
  }

  /** Pauses all of them. */
  dispose(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  async #run(id: string, request: PullRequest, { signal }: AbortController): Promise<Pulled | null> {
    try {
      const path = await this.#service.pull(request, signal, (pull, key) => this.#progressed(id, key, pull));
      return { path, key: this.#running.get(id)?.key ?? null };
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      const { key } = this.#running.get(id) ?? { key: null };
      this.#running.delete(id);
      if (key !== null) this.#changed(key);
    }
  }

  #progressed(id: string, key: string, pull: PullRow): void {
    const running = this.#running.get(id);
    // What is said of one that is being paused comes too late.
    if (running === undefined || running.controller.signal.aborted) return;
    running.key = key;
    running.pull = pull;
    this.#changed(key);
  }

  #find(key: string): Running | undefined {
    return [...this.#running.values()].find((running) => running.key === key);
  }
}
