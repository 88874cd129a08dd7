import type { SyntaxMatch } from '../../src/core/syntax/node.ts';
import type { Definition } from '../../src/core/syntax/outline.ts';

/**
 * The lines (from 1) of the comments directly above a definition, or of its docstring; null where there are none, or
 * other code stands on their lines. The matches are those of the language's `documentation.scm`.
 */
export function documentationLines(
  text: string,
  matches: readonly SyntaxMatch[],
  definition: Definition,
): [startLine: number, endLine: number] | null {
  const captures = matches.flatMap((match) => match.captures);
  const placed = captures.map(({ name, node }) => {
    const end = node.startIndex + text.slice(node.startIndex, node.endIndex).trimEnd().length;
    return { name, start: node.startIndex, end };
  });
  const inside = placed
    .filter(
      ({ name, start, end }) => name === 'docstring' && start > definition.start && end <= definition.end,
    )
    .sort((a, b) => a.start - b.start)[0];
  if (inside !== undefined) return linesOf(text, inside.start, inside.end);
  const comments = new Map(
    placed.filter(({ name }) => name === 'documentation').map((one) => [one.end, one]),
  );
  let first = definition.start;
  let last: number | null = null;
  for (;;) {
    const above = comments.get(text.slice(0, first).trimEnd().length);
    if (above === undefined || text.slice(above.end, first).split('\n').length > 2) break;
    last ??= above.end;
    first = above.start;
  }
  return last === null ? null : linesOf(text, first, last);
}

function linesOf(text: string, start: number, end: number): [number, number] | null {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const lineEnd = text.indexOf('\n', end);
  const behind = text.slice(end, lineEnd === -1 ? text.length : lineEnd);
  if (before.trim() !== '' || behind.trim() !== '') return null;
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  return [lineAt(start), lineAt(end)];
}
