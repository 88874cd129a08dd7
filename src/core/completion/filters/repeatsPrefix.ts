import { isBlank } from '../indent.ts';
import { leftOfCursor } from '../multiline.ts';
import { canonical, visibleLines } from './pieces.ts';
import type { Filter } from './types.ts';

/** Most lines above the cursor that a completion is compared with. */
const LINES_ABOVE = 3;

/** Refuses what is nothing but the lines above the cursor. */
export const repeatsPrefix: Filter = {
  name: 'repeats-prefix',
  apply(text, { cursor }) {
    const left = leftOfCursor(cursor);
    const lines = visibleLines(text, left).map((line) => canonical(line.whole));
    // Where the completion begins with a line end, the cursor's own line is the one directly above it.
    const below = !isBlank(left) && isBlank(text.split('\n')[0] ?? '');
    if (below) lines.shift();
    else if (!isBlank(left)) return text;
    if (lines.length > LINES_ABOVE) return text;
    const above = cursor.prefix.slice(0, below ? undefined : cursor.prefix.length - left.length);
    const last = above.split('\n').filter((line) => !isBlank(line));
    const same = last.slice(-lines.length).map(canonical).join('\n') === lines.join('\n');
    return same ? { reason: 'repeats-prefix' } : text;
  },
};
