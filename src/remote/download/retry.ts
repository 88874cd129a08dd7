import { abortedRequest, EgressError, type EgressErrorCode } from '../egressError.ts';
import type { Timers } from '../timers.ts';
import type { DownloadTuning } from './types.ts';

export interface RetryContext {
  readonly timers: Timers;
  readonly tuning: DownloadTuning;
  readonly signal: AbortSignal;
  /** Before a wait. */
  readonly onWait: (trouble: string) => Promise<void>;
}

/**
 * Does `work`, and does it again after failures that may pass, with growing waits. Gives up, by the last failure,
 * after `attempts` in a row without real progress between them; `work` tells its progress in bytes.
 */
export async function persist<T>(
  work: (progressed: (bytes: number) => void) => Promise<T>,
  context: RetryContext,
): Promise<T> {
  const { tuning, signal } = context;
  let progress = 0;
  for (let failures = 0; ;) {
    try {
      return await work((bytes) => (progress += bytes));
    } catch (error) {
      if (!mayPass(error, tuning)) throw error;
      failures = progress >= tuning.progressBytes ? 1 : failures + 1;
      progress = 0;
      if (failures >= tuning.attempts) throw error;
      await context.onWait(error.message);
      const usual = Math.min(tuning.firstWaitMs * 2 ** (failures - 1), tuning.longestWaitMs);
      await wait(Math.max(usual, error.retryAfterMs ?? 0), context.timers, signal);
    }
  }
}

const passing: ReadonlySet<EgressErrorCode> = new Set([
  'dns',
  'refused',
  'unreachable',
  'tls',
  'timeout',
  'broken',
]);

/** Whether a failure is one that the next attempt may not have. */
export function mayPass(error: unknown, tuning: DownloadTuning): error is EgressError {
  if (!(error instanceof EgressError)) return false;
  if ((error.retryAfterMs ?? 0) > tuning.longestRetryAfterMs) return false;
  if (error.code === 'proxy') return error.status === null || error.status >= 500;
  if (error.code !== 'status' || error.status === null) return passing.has(error.code);
  return error.status >= 500 || error.status === 408 || error.status === 425 || error.status === 429;
}

/** Rejects with EgressError (`aborted`) when it is. */
function wait(milliseconds: number, timers: Timers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortedRequest());
      return;
    }
    const aborted = (): void => {
      cancel();
      reject(abortedRequest());
    };
    const cancel = timers.after(milliseconds, () => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
    signal.addEventListener('abort', aborted, { once: true });
  });
}
