import type { FateKind } from './fate.ts';

/** What the user did with a suggestion, and when: milliseconds of any steady clock. */
export interface UserAction {
  readonly kind: FateKind;
  readonly at: number;
}

const BASE_MS = 100;
const MOST_MS = 2_000;
const MOST_ACTIONS = 10;
const LEAST_REJECTIONS = 3;
/** An action counts less and less, and not at all after this time. */
const MEMORY_MS = 600_000;
const AFTER_ACCEPTANCE = 0.8;
const AFTER_REJECTION = 1.5;

/**
 * How long to wait before a suggestion is computed for somebody who keeps refusing them, in milliseconds: 100 times
 * 0.8 for each acceptance and 1.5 for each rejection among the last ten, each factor fading to 1 within ten minutes;
 * 0 without three rejections that still count. (The rule of Copilot's next edits, `userInteractionMonitor`, made one
 * that only ever waits after refusals.) `recent` in the order of time; what was ignored, typed or partly accepted is
 * neither.
 */
export function backoffMs(recent: readonly UserAction[], now: number): number {
  const counted = recent
    .filter(({ kind }) => kind === 'accepted' || kind === 'rejected')
    .slice(-MOST_ACTIONS)
    .filter(({ at }) => now - at < MEMORY_MS);
  if (counted.filter(({ kind }) => kind === 'rejected').length < LEAST_REJECTIONS) return 0;
  let wait = BASE_MS;
  for (const { kind, at } of counted) {
    const weight = 1 - Math.max(0, now - at) / MEMORY_MS;
    wait *= 1 + ((kind === 'accepted' ? AFTER_ACCEPTANCE : AFTER_REJECTION) - 1) * weight;
  }
  return Math.min(Math.round(wait), MOST_MS);
}
