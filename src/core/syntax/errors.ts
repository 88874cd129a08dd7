import type { SyntaxNode } from './node.ts';

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
