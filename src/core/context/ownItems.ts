import type { Definition } from '../syntax/outline.ts';
import type { ContextItem } from './items.ts';
import { visibleNames, type ContextPlace } from './place.ts';
import { definitionItem } from './signature.ts';

/** How likely a definition of the file itself is needed: around the cursor, beside it in its type, named, else. */
const scores = { around: 0.05, beside: 0.03, named: 0.15, other: 0.006 } as const;

/** Definitions of the current file that the prompt doesn't show. */
export function ownItems(place: ContextPlace, definitions: readonly Definition[]): ContextItem[] {
  const first = place.startLine;
  const last = first + place.lines.length - 1;
  const cursorLine = first + place.cursor;
  const visible = visibleNames(place);
  const around = outer(definitions).filter(
    ({ startLine, endLine }) => startLine <= cursorLine && endLine >= cursorLine,
  );
  const types = new Set(around.map(({ name }) => name));
  return outer(definitions)
    .filter(({ startLine }) => startLine < first || startLine > last)
    .map((one) => {
      const { name, container, startLine, endLine, signature } = one;
      const near = visible.get(name);
      const [score, why] = around.includes(one)
        ? ([scores.around, 'around the cursor'] as const)
        : near !== undefined
          ? ([scores.named / (1 + near.distance / 24), 'named nearby, elsewhere in this file'] as const)
          : container !== null && types.has(container)
            ? ([scores.beside, 'in the type around the cursor'] as const)
            : ([scores.other, 'elsewhere in this file'] as const);
      const parts = { name, container, signature };
      return definitionItem('file', one, parts, { path: place.path, startLine, endLine }, { score, why });
    });
}

/** Definitions of a file and members of its types, but not what functions define inside. In order of their start. */
function outer(definitions: readonly Definition[]): Definition[] {
  let bodyEnd = -1;
  return definitions.filter(({ name, kind, end }) => {
    // The parser makes up names that are missing.
    if (kind === 'heading' || name === '') return false;
    if (end <= bodyEnd) return kind === 'property';
    if (kind === 'function' || kind === 'method') bodyEnd = end;
    return true;
  });
}
