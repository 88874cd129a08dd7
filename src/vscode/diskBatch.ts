import type { Timers } from './timers.ts';

/** Changes that come within this time are told together. */
const batchMs = 200;
/**
 * VS Code tells of changes in portions of 100 to 500 each 200 ms: where there is a full one, more is to come (a
 * checkout, a build), which is told as one when nothing has come for a while…
 */
const portion = 100;
const quietMs = 400;
/** …but not later than so long after its first change. */
const burstMs = 2_000;

/** Collects paths that changed on the disk, each once, and tells them in batches. */
export class DiskBatch {
  readonly #timers: Timers;
  readonly #tell: (paths: readonly string[]) => void;
  readonly #paths = new Set<string>();
  #first = 0;
  /** How many there were when the timer was set. */
  #seen = 0;
  #stop: (() => void) | null = null;

  constructor(timers: Timers, tell: (paths: readonly string[]) => void) {
    this.#timers = timers;
    this.#tell = tell;
  }

  add(path: string): void {
    this.#paths.add(path);
    if (this.#stop !== null) return;
    this.#first = this.#timers.now();
    this.#seen = 0;
    this.#stop = this.#timers.after(batchMs, () => this.#due());
  }

  /** Forgets what was not told yet. */
  clear(): void {
    this.#stop?.();
    this.#stop = null;
    this.#paths.clear();
  }

  #due(): void {
    const { size } = this.#paths;
    const left = burstMs - (this.#timers.now() - this.#first);
    if (size >= portion && size > this.#seen && left > 0) {
      this.#seen = size;
      this.#stop = this.#timers.after(Math.min(quietMs, left), () => this.#due());
      return;
    }
    const paths = [...this.#paths];
    this.clear();
    this.#tell(paths);
  }
}
