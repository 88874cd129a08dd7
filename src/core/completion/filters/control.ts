import type { Filter } from './types.ts';

/** Refuses what is no text. */
export const control: Filter = {
  name: 'control',
  // Control characters, halves of surrogate pairs, and what stands for bytes that are no UTF-8.
  apply: (text) => (/[^\P{Cc}\n\t]|\p{Cs}|\ufffd/u.test(text) ? { reason: 'unreadable' } : text),
};
