import { isMemberKind } from './definitionText.ts';
import type { SyntaxMatch } from './node.ts';

/** What may stand on lines of its own before a definition and belongs to it: decorators and attributes. */
const decoration = /^\s*(?:@|#!?\[)/;

/**
 * Offsets into `prefix` at which definitions start, ascending, each at a line's start. `startLine` is the document's line
 * (from 1) at which `prefix` starts; `matches` are those of the language's `definitions.scm` there. Only rows are asked
 * of the parser's nodes: everything else takes longer the more siblings they have, and this is done for every key.
 */
export function anchorsIn(prefix: string, startLine: number, matches: readonly SyntaxMatch[]): number[] {
  const rows = new Set<number>();
  for (const { captures } of matches) {
    const definition = captures.find(({ name }) => isAnchor(name));
    if (definition !== undefined) rows.add(definition.node.startPosition.row);
  }
  const starts = lineStarts(prefix);
  const anchors = new Set<number>();
  for (const row of rows) {
    let index = row + 1 - startLine;
    while (index > 0 && decoration.test(lineAt(prefix, starts, index - 1))) index -= 1;
    const start = starts[index];
    // A window that starts inside the document may start inside a line.
    if (start !== undefined && (index > 0 || startLine === 1)) anchors.add(start);
  }
  return [...anchors].sort((a, b) => a - b);
}

/** Whether a window may start at what is captured so: a member without a body is too little to start with. */
function isAnchor(capture: string): boolean {
  return capture.startsWith('definition.') && !isMemberKind(capture.slice('definition.'.length));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(text: string, starts: readonly number[], index: number): string {
  const start = starts[index] ?? 0;
  // As far as a decorator can be told.
  return text.slice(start, Math.min(starts[index + 1] ?? text.length, start + 400));
}
