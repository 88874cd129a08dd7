import { priorities, type Priority } from '../protocol.ts';

/** The KV caches of a model: completions have one, chat and refactoring another, other programs the third. */
export const lanes = ['completion', 'chat', 'server'] as const;
export type Lane = (typeof lanes)[number];

/** Which KV cache a request of this priority works in. */
export function laneOf(priority: Priority): Lane {
  if (priority === 'server') return 'server';
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
