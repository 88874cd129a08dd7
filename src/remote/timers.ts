/** Timers as the code that waits for the network asks for them, so that tests have a clock of their own. */
export interface Timers {
  /** Milliseconds since some moment; only differences mean something. */
  now(): number;
  /** Runs `run` once after so many milliseconds; returns how to prevent that. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The machine's clock. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
