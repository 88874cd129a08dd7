import type { RefactorProgress } from '../../core/refactor/result.ts';
import type { ShownRefactor } from './shown.ts';

/** What is being done, as its notification says it; '' where nothing is. */
export function progressText({
  state,
  progress,
  message,
}: Pick<ShownRefactor, 'state' | 'progress' | 'message'>): string {
  if (state === 'gathering') return 'Looking through the code';
  if (state === 'waiting') return waitingText(progress);
  if (state === 'writing') return 'Writing';
  if (state === 'checking') return 'Checking';
  if (state === 'repairing') return message === null ? 'Trying once more' : `Trying once more: ${message}`;
  return '';
}

function waitingText(progress: RefactorProgress | null): string {
  if (progress?.kind !== 'prefill' || progress.total <= 0) return 'Waiting for the model';
  return `Reading ${Math.min(100, Math.floor((100 * progress.done) / progress.total))} %`;
}
