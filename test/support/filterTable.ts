import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Filter, FilterContext } from '../../src/core/completion/filters/index.ts';
import { parseCursor } from './cursor.ts';

/** A title, the place, the completion, and what comes out: `kept│removed`, the mended text, or the reason. */
export type FilterRow = readonly [title: string, picture: string, text: string, expected: string];

/** What one filter alone makes of a completion. */
export function filtered(
  filter: Filter,
  picture: string,
  text: string,
  context: Partial<FilterContext> = {},
): string {
  const result = filter.apply(text, {
    cursor: parseCursor(picture),
    multiline: true,
    ...context,
  });
  if (typeof result !== 'string') return result.reason;
  if (result === text || !text.startsWith(result)) return result;
  return `${result}│${text.slice(result.length)}`;
}

/** One test a row, and that the filter finds nothing to do in its own answers. */
export function filterTable(filter: Filter, rows: readonly FilterRow[]): void {
  describe(filter.name, () => {
    for (const [title, picture, text, expected] of rows) {
      it(title, () => assert.equal(filtered(filter, picture, text), expected));
    }

    it('changes nothing the second time', () => {
      const pictures = fc.constantFrom(...rows.map(([, picture]) => picture));
      const pieces = rows.map(([, , text]) => text);
      const text = fc.oneof(
        fc.constantFrom(...pieces),
        fc
          .array(fc.constantFrom('a', ' ', '    ', '\t', '\n', '}', ')', '{', '(', ':', 'if x:', '\0'), {
            maxLength: 20,
          })
          .map((parts) => parts.join('')),
      );
      fc.assert(
        fc.property(pictures, text, (picture, completion) => {
          const context: FilterContext = {
            cursor: parseCursor(picture),
            multiline: true,
          };
          const once = filter.apply(completion, context);
          if (typeof once === 'string') assert.equal(filter.apply(once, context), once);
        }),
        { numRuns: 1000 },
      );
    });
  });
}
