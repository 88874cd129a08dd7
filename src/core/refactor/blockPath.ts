import { findReferences } from '../chat/citations.ts';
import { fencesOf, pathOfFence } from './answer/fences.ts';
import { hasSearchReplace, searchReplaceBlocks } from './answer/searchReplace.ts';
import { diffEdits, isUnifiedDiff } from './answer/unifiedDiff.ts';
import { isBlank, withPlainLineEnds } from './fileText.ts';

/** A block of code of an answer in the chat. */
export interface AnswerBlock {
  readonly text: string;
  /** What stands behind the marks that open it: `ts`, `ts:src/a.ts`. */
  readonly info: string;
  /** What the answer says before it, the end of that at least. */
  readonly before: string;
}

/** Which file a block may be for, as the answer says; a path may be shortened to its end. */
export interface BlockPaths {
  /** The path that it is given itself; null for none. */
  readonly named: string | null;
  /** The last one that is mentioned before it; null for none. */
  readonly near: string | null;
}

/** Looks for the paths that a block's fence, its first line, the line above it, or the text before it has. */
export function blockPaths({ text, info, before }: AnswerBlock): BlockPaths {
  const plain = withPlainLineEnds(text);
  const lines = outsideOfCode(withPlainLineEnds(before)).split('\n');
  const above = lines.findLast((line) => !isBlank(line))?.trim() ?? '';
  const named = pathOfFence({ info, above: '' }) ?? pathInside(plain) ?? pathOfFence({ info: '', above });
  return { named, near: findReferences(lines.join('\n')).at(-1)?.path ?? null };
}

/** The block's text, without a first line that does nothing but name its file. */
export function codeOf({ text, info }: Pick<AnswerBlock, 'text' | 'info'>): string {
  const plain = withPlainLineEnds(text);
  if (pathInFirstLine(plain) === null || isEdits(plain, info)) return plain;
  return plain.slice(plain.indexOf('\n') + 1).replace(/^\n+/, '');
}

/** Whether a block says what is to be replaced by what, or is a diff: it has its places itself. */
export function isEdits(text: string, info: string): boolean {
  return hasSearchReplace(text) || isUnifiedDiff(text) || /^(?:diff|patch)\b/.test(info);
}

function pathInside(text: string): string | null {
  if (!isEdits(text, '')) return pathInFirstLine(text);
  const edits = hasSearchReplace(text) ? searchReplaceBlocks(text) : diffEdits(text);
  if ('code' in edits) return null;
  return edits.flatMap((edit) => (edit.kind === 'target' ? [] : (edit.path ?? [])))[0] ?? null;
}

function pathInFirstLine(text: string): string | null {
  const end = text.indexOf('\n');
  if (end === -1) return null;
  return findReferences(`~~~~\n${text.slice(0, end)}\n~~~~\n`)[0]?.path ?? null;
}

/** What stands in other blocks names no file of this one. */
function outsideOfCode(before: string): string {
  const { fences } = fencesOf(before);
  return fences.reduce((text, { code }) => (code === '' ? text : text.replace(code, () => '')), before);
}
