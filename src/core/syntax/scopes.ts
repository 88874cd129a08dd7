import type { SyntaxMatch } from './node.ts';

/** A function, class, module or the like. UTF-16 offsets into the parsed text; `end` is exclusive. */
export interface Scope {
  readonly start: number;
  readonly end: number;
}

/**
 * The scopes around a cursor, the innermost last, from the matches of the language's `scopes.scm`. A cursor directly
 * behind a scope counts as in it: that is where the next line of a function without braces is written.
 */
export function enclosingScopes(matches: readonly SyntaxMatch[], offset: number): Scope[] {
  const scopes: Scope[] = [];
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      if (name !== 'scope' || node.startIndex > offset) continue;
      const { startIndex: start, endIndex: end } = node;
      if (end >= offset) scopes.push({ start, end });
    }
  }
  return scopes.sort((a, b) => a.start - b.start || b.end - a.end);
}
