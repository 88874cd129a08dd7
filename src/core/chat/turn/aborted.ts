/** What a wait rejects with when the user stopped it. */
export const stopped = Object.assign(new Error('This answer was stopped.'), { code: 'cancelled' });

/** What `work` gives; rejects with `stopped` as soon as the signal says so, whatever `work` does then. */
export function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(stopped);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(stopped);
    signal.addEventListener('abort', abort, { once: true });
    // A port that throws at once is no different from one that rejects.
    Promise.resolve()
      .then(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
