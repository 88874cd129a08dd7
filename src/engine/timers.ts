/** Timers as the client asks for them, so that tests have a clock of their own. */
export interface Timers {
  /** Milliseconds of a clock that is never set back. */
  now(): number;
  /** Runs `run` once after so many milliseconds; returns how to prevent that. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The machine's clock. Its timers keep no process alive. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
