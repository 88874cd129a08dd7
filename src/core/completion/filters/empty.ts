import { isBlank } from '../indent.ts';
import type { Filter } from './types.ts';

/** Refuses what shows nothing. */
export const empty: Filter = {
  name: 'empty',
  apply: (text) => (isBlank(text) ? { reason: 'empty' } : text),
};
