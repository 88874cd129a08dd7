import { emptyState, reduce, type PageEvent, type PageState } from './state.ts';

/** Runs a function once, soon: with the next frame, or as soon as what runs now is done. */
export interface Clock {
  readonly frame: (run: () => void) => void;
  readonly soon: (run: () => void) => void;
}

/**
 * Holds the state and says when it changed. Text that streams in changes the state at once and is shown once a frame;
 * everything else is shown right away.
 */
export class Store {
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();
  #state: PageState = emptyState;
  #told: PageState = emptyState;
  #frameAsked = false;
  #soonAsked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): PageState {
    return this.#state;
  }

  dispatch(event: PageEvent): void {
    this.#state = reduce(this.#state, event);
    if (event.type === 'wrote' || event.type === 'prefill') {
      if (this.#frameAsked) return;
      this.#frameAsked = true;
      this.#clock.frame(() => {
        this.#frameAsked = false;
        this.#tell();
      });
    } else if (!this.#soonAsked) {
      this.#soonAsked = true;
      this.#clock.soon(() => {
        this.#soonAsked = false;
        this.#tell();
      });
    }
  }

  /** Calls back after changes, until the function that it returns is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(): void {
    if (this.#told === this.#state) return;
    this.#told = this.#state;
    for (const watcher of this.#watchers) watcher();
  }
}
