import type { SyntaxNode } from './node.ts';

/** The offset of the first ERROR or MISSING node of a tree, of the innermost of those that lie in one another; null for none. */
export function firstErrorOffset(root: SyntaxNode): number | null {
  let found: SyntaxNode | null = null;
  for (
    let at = root.hasError ? root : undefined;
    at !== undefined;
    at = at.children.find((child) => child.hasError)
  )
    if (at.isError || at.isMissing) found = at;
  return found?.startIndex ?? null;
}

/** The number of ERROR and MISSING nodes of a tree. Looks only into those subtrees that have any. */
export function countErrors(root: SyntaxNode): number {
  if (!root.hasError) return 0;
  let errors = 0;
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.isError || node.isMissing) errors += 1;
    for (const child of node.children) if (child.hasError) pending.push(child);
  }
  return errors;
}
