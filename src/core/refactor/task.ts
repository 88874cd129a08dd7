import { isEnd, nextState, type RefactorEvent, type RefactorState } from './lifecycle.ts';

/** One change of a refactor's state. */
export interface RefactorStep {
  readonly from: RefactorState;
  readonly event: RefactorEvent;
  readonly to: RefactorState;
}

/** A refactor's life: the one place that knows in which state it is. Events that mean nothing there change nothing. */
export class RefactorTask {
  readonly #listeners = new Set<(step: RefactorStep) => void>();
  /** Steps that listeners are still to be told of, in order: a listener may send an event itself. */
  readonly #untold: RefactorStep[] = [];
  #state: RefactorState;

  constructor(state: RefactorState = 'asking') {
    this.#state = state;
  }

  get state(): RefactorState {
    return this.#state;
  }

  /** Whether nothing can happen to it any more. */
  get ended(): boolean {
    return isEnd(this.#state);
  }

  /** Tells what happened; true where that changed its state. Listeners are called once it is changed. */
  send(event: RefactorEvent): boolean {
    const from = this.#state;
    const to = nextState(from, event);
    if (to === from) return false;
    this.#state = to;
    this.#untold.push({ from, event, to });
    if (this.#untold.length === 1) this.#tell();
    return true;
  }

  /** Calls `listener` at every change of state; gives what ends that. */
  onStep(listener: (step: RefactorStep) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (let step = this.#untold[0]; step !== undefined; step = this.#untold[0]) {
      for (const listener of [...this.#listeners]) listener(step);
      this.#untold.shift();
    }
  }
}
