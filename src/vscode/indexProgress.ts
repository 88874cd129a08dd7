import type { IndexProgress } from '../workspace/protocol.ts';
import type { Timers } from './timers.ts';

/** Reading that is done sooner is not shown. */
const visibleMs = 1_000;
/** Numbers that change faster can't be read. */
const refreshMs = 250;

/** Says when and with which words the reading of the workspace is shown. */
export class IndexProgressView {
  readonly #timers: Timers;
  readonly #changed: () => void;
  #progress: IndexProgress | null = null;
  #visible = false;
  #stop: (() => void) | null = null;

  /** `changed` is called when `sentence` is to be shown anew. */
  constructor(timers: Timers, changed: () => void) {
    this.#timers = timers;
    this.#changed = changed;
  }

  /** "Indexing 1,234 of 5,000 files", while that goes on and lasts; else null. */
  get sentence(): string | null {
    if (!this.#visible || this.#progress === null) return null;
    const { done, total } = this.#progress;
    return total === 0 ? 'Indexing files' : `Indexing ${number(done)} of ${number(total)} files`;
  }

  /** Whether the reading was ended before it was done. */
  get cancelled(): boolean {
    return this.#progress?.state === 'cancelled';
  }

  /** Takes what the worker says; null: nothing is indexed any more. */
  update(progress: IndexProgress | null): void {
    const wasCancelled = this.cancelled;
    this.#progress = progress;
    if (progress?.state === 'reading') {
      this.#stop ??= this.#timers.after(this.#visible ? refreshMs : visibleMs, () => {
        this.#stop = null;
        this.#visible = true;
        this.#changed();
      });
      return;
    }
    this.#stop?.();
    this.#stop = null;
    if (!this.#visible && wasCancelled === this.cancelled) return;
    this.#visible = false;
    this.#changed();
  }

  dispose(): void {
    this.#stop?.();
  }
}

function number(count: number): string {
  return count.toLocaleString('en');
}
