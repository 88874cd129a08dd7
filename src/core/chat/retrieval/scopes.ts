import type { Place } from '../context.ts';

/** Whether a path is one of the scopes (files or folders, with or without a `/` at their end) or lies in one; no scopes hold all. */
export function isInScopes(path: string, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true;
  return scopes.some((scope) => {
    const plain = scope.replace(/^\.\/|\/+$/g, '');
    return plain === '' || plain === '.' || path === plain || path.startsWith(`${plain}/`);
  });
}

/** The longest stretch of lines of a place that no other place of its file holds; null where nothing is left. */
export function withoutKnown(place: Place, known: readonly Place[]): Place | null {
  let left = [{ startLine: place.startLine, endLine: place.endLine }];
  for (const { path, startLine, endLine } of known) {
    if (path !== place.path) continue;
    left = left.flatMap((run) => {
      if (endLine < run.startLine || startLine > run.endLine) return [run];
      return [
        { startLine: run.startLine, endLine: startLine - 1 },
        { startLine: endLine + 1, endLine: run.endLine },
      ].filter((rest) => rest.startLine <= rest.endLine);
    });
  }
  const length = (run: { startLine: number; endLine: number }): number => run.endLine - run.startLine;
  const longest = left.toSorted((a, b) => length(b) - length(a) || a.startLine - b.startLine)[0];
  return longest === undefined ? null : { path: place.path, ...longest };
}
