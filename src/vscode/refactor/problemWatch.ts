import { newProblems, type ReportedProblem } from '../../core/refactor/newProblems.ts';
import type { Timers } from '../timers.ts';

/** Where problems are reported. */
export interface ProblemSource<T extends ReportedProblem> {
  /** Those of the changed files as they are now. */
  problems(): readonly T[];
  /** Calls `listener` when they may be others; gives what ends that. */
  onChange(listener: () => void): () => void;
}

/** What is heard of a watch. */
export interface WatchListener<T> {
  /** There are new ones, and for a while they have been the same. */
  readonly problems: (fresh: readonly T[]) => void;
  /** There are none when the time is over, or no more after there were some. The watch is over then. */
  readonly quiet: () => void;
}

/** How long it is waited for problems, and for how long new ones must be the same: servers report in several steps. */
export const watchMs = 5_000;
export const settledMs = 500;

/** Compares the problems after a change with those before it. */
export class ProblemWatch<T extends ReportedProblem> {
  readonly #before: readonly ReportedProblem[];
  readonly #source: ProblemSource<T>;
  readonly #timers: Timers;
  readonly #listener: WatchListener<T>;
  readonly #unheard: () => void;
  #endOfTime: () => void;
  #endOfPause: () => void = () => undefined;
  #warned = false;
  #over = false;

  constructor(
    before: readonly ReportedProblem[],
    source: ProblemSource<T>,
    timers: Timers,
    listener: WatchListener<T>,
  ) {
    this.#before = before;
    this.#source = source;
    this.#timers = timers;
    this.#listener = listener;
    this.#unheard = source.onChange(() => this.#changed());
    this.#endOfTime = timers.after(watchMs, () => this.#decide(true));
    // A fast server may have been there already.
    if (this.#fresh().length > 0) this.#changed();
  }

  /** Ends it; nothing is heard of it any more. */
  stop(): void {
    this.#over = true;
    this.#unheard();
    this.#endOfTime();
    this.#endOfPause();
  }

  #fresh(): readonly T[] {
    return newProblems(this.#before, this.#source.problems());
  }

  #changed(): void {
    if (this.#over) return;
    this.#endOfPause();
    this.#endOfPause = this.#timers.after(settledMs, () => this.#decide(false));
  }

  #decide(last: boolean): void {
    if (this.#over) return;
    const fresh = this.#fresh();
    if (fresh.length > 0) {
      this.#warned = true;
      this.#endOfTime();
      this.#listener.problems(fresh);
    } else if (last || this.#warned) {
      this.stop();
      this.#listener.quiet();
    }
  }
}
