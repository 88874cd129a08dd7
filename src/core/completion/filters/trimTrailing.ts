import { rightOfCursor } from '../multiline.ts';
import { trimEnd } from './pieces.ts';
import type { Filter } from './types.ts';

/** Takes blanks and line ends off the end. */
export const trimTrailing: Filter = {
  name: 'trim-trailing',
  apply(text, { cursor }) {
    // Between two words of one line the blank is part of the code.
    const joins = /^[^\s()[\]}>.;,:]/.test(rightOfCursor(cursor)) && !/\n[ \t]*$/.test(text);
    return joins ? text : trimEnd(text);
  },
};
