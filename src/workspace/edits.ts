import type { Point, Tree } from 'web-tree-sitter';
import type { TextChange } from '../core/text/textDocument.ts';
import type { Grammar, Parsers } from './parsers.ts';

/** Tells a tree of `text` of the changes of one edit, whose offsets all count in `text`. */
export function editTree(tree: Tree, text: string, changes: readonly TextChange[]): void {
  // From the end to the beginning, as TextDocument applies them.
  for (const change of [...changes].sort((a, b) => b.offset - a.offset || b.length - a.length)) {
    const { offset, length, text: inserted } = change;
    const startPosition = pointAt(text, offset, { row: 0, column: 0 }, 0);
    const oldEndPosition = pointAt(text, offset + length, startPosition, offset);
    const newEndPosition = pointAt(inserted, inserted.length, startPosition, 0);
    tree.edit({
      startIndex: offset,
      oldEndIndex: offset + length,
      newEndIndex: offset + inserted.length,
      startPosition,
      oldEndPosition,
      newEndPosition,
    } as Parameters<Tree['edit']>[0]);
  }
}

/** The tree of `text` with `change` applied, parsed from `tree`, the one of `text`, which stays as it is. */
export function parseChanged(
  parsers: Parsers,
  grammar: Grammar,
  tree: Tree,
  text: string,
  change: TextChange,
): { tree: Tree; text: string } | null {
  const copy = tree.copy();
  try {
    editTree(copy, text, [change]);
    const changed = text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
    const parsed = parsers.parseWith(grammar, changed, copy);
    return parsed === null ? null : { tree: parsed, text: changed };
  } finally {
    copy.delete();
  }
}

/** The point of `offset`, counted on from `point`, which is that of `from`. */
function pointAt(text: string, offset: number, point: Point, from: number): Point {
  let { row } = point;
  let lineStart = from - point.column;
  for (let at = text.indexOf('\n', from); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    row += 1;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}
