import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Timers } from '../timers.ts';

/** Waits so many milliseconds; rejects with EndpointError (`cancelled`) as soon as the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal, timers: Timers): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(new EndpointError('cancelled', 'The request was stopped.'));
    };
    const cancel = timers.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
