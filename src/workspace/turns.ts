import { setImmediate as nextTurn } from 'node:timers/promises';
import { finished } from '../core/index/finished.ts';
import type { RepositoryIndex } from '../core/index/repositoryIndex.ts';

/** Longest stretch of work, in milliseconds, for which a key may have to wait. */
const longestTurn = 10;
/** Times that work is begun anew because the index changed under it. */
const mostRounds = 3;

/** Takes steps to their end, with a turn of the event loop now and then; rejects after a turn in which it was aborted. */
export async function inTurns<T>(steps: Generator<void, T, void>, signal?: AbortSignal): Promise<T> {
  for (let began = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < longestTurn) continue;
    await nextTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}

/**
 * The same for steps that need an index as it is: they begin anew where it changed in a pause, and the last time they go
 * without pauses, since an index that is being read changes at every turn.
 */
export async function onSteadyIndex<T>(
  index: RepositoryIndex,
  steps: () => Generator<void, T, void>,
  signal?: AbortSignal,
): Promise<T> {
  for (let round = 0; round < mostRounds; round += 1) {
    const { generation } = index;
    const work = steps();
    for (let began = performance.now(); index.generation === generation;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (performance.now() - began < longestTurn) continue;
      await nextTurn();
      signal?.throwIfAborted();
      began = performance.now();
    }
  }
  return finished(steps());
}
