import type { Mention } from '../../core/chat/context.ts';

/** What an editor shows; lines count from 0 as VS Code has them, ends included. */
export interface EditorSight {
  /** Path in the workspace, or the address of a document that is no file. */
  readonly value: string;
  readonly lineCount: number;
  /** What is selected: positions of its ends, the first before the second; equal ones select nothing. */
  readonly selection: { readonly start: EditorPosition; readonly end: EditorPosition };
  readonly visible: { readonly startLine: number; readonly endLine: number };
}

export interface EditorPosition {
  readonly line: number;
  readonly character: number;
}

/** Larger files are offered with the part of them that is in view. */
const wholeFileLines = 200;

/** What goes with a question by itself: the selection, else the file, or as much of it as is looked at. */
export function implicitMention({ value, lineCount, selection, visible }: EditorSight): Mention {
  const lines = selectedLines(selection);
  if (lines !== null) return { kind: 'selection', value, ...lines };
  if (lineCount <= wholeFileLines) return { kind: 'file', value };
  return {
    kind: 'file',
    value,
    startLine: visible.startLine + 1,
    endLine: Math.min(visible.endLine + 1, lineCount),
  };
}

/** Lines from 1 that a selection touches, or null for an empty one. A line of which only the beginning is touched is none. */
export function selectedLines({
  start,
  end,
}: EditorSight['selection']): { readonly startLine: number; readonly endLine: number } | null {
  if (start.line === end.line && start.character === end.character) return null;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { startLine: start.line + 1, endLine: last + 1 };
}
