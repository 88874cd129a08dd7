import { priorities, type Priority } from '../protocol.ts';

/** The two KV caches of a model: completions have one, chat and refactoring the other. */
export type Lane = 'completion' | 'chat';

/** Which KV cache a request of this priority works in. */
export function laneOf(priority: Priority): Lane {
  return priority === 'chat' || priority === 'refactor' ? 'chat' : 'completion';
}

/** Smaller is more urgent. */
export function rank(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** Whether somebody is waiting at the cursor for it: all else stands back while such a request is there. */
export function isCompletion(priority: Priority): boolean {
  return priority === 'keystroke' || priority === 'manual';
}
