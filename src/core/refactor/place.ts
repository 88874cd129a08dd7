import {
  applyEdits,
  fileLines,
  isBlank,
  lineEndOf,
  withoutBlankEnds,
  withPlainLineEnds,
} from './fileText.ts';
import { indentOf } from './indentation.ts';
import { smallestEdits } from './lineDiff.ts';
import { withOwnBlanks, withOwnLines } from './ownLines.ts';
import { placeReplacement, type Placed } from './replacement.ts';
import { likeTarget, targetLines } from './targetIndent.ts';
import type { FileChange, ProposedEdit, RefactorFile, RefactorProblem, RefactorTarget } from './types.ts';

/** Which files a change may touch beside the target's. */
export interface FileAccess {
  /** Another file's text and language; null where there is none. `forbidden`: it may not be read or written. */
  readonly other: (path: string) => RefactorFile | null | 'forbidden';
  /** Whether files may be made. */
  readonly mayCreate: boolean;
}

/** Finds the place of every edit and makes the files' new texts; nothing is changed where one edit has no place. */
export function placeEdits(
  edits: readonly ProposedEdit[],
  target: RefactorTarget,
  access: FileAccess,
): FileChange[] | RefactorProblem {
  const byPath = new Map<string, ProposedEdit[]>();
  for (const edit of edits) {
    const path = edit.kind === 'target' ? target.file.path : pathOf(edit.path, target, access);
    byPath.set(path, [...(byPath.get(path) ?? []), edit]);
  }
  const changes: FileChange[] = [];
  for (const [path, all] of byPath) {
    // Models repeat themselves.
    const own = all.filter((edit, at) => all.findIndex((other) => isSameEdit(edit, other)) === at);
    const change =
      path === target.file.path ? changeOf(target.file, own, target) : otherFile(path, own, access);
    if ('code' in change) return change;
    if (change.before !== change.after) changes.push(change);
  }
  return changes.length > 0 ? changes : { code: 'no-change', message: 'The answer changes nothing.' };
}

function isSameEdit(a: ProposedEdit, b: ProposedEdit): boolean {
  if (a === b) return true;
  if (a.kind === 'replace') return b.kind === 'replace' && a.search === b.search && a.replace === b.replace;
  return a.kind === b.kind && a.text === b.text;
}

/** The path that is meant: the target's own where a model shortened it or left it out, and no other file has it. */
function pathOf(named: string | null, { file }: RefactorTarget, { other }: FileAccess): string {
  if (named === null) return file.path;
  const path = named.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (file.path === path) return path;
  const isShorter = file.path.endsWith(`/${path}`) || path.endsWith(`/${file.path}`);
  return isShorter && other(path) === null ? file.path : path;
}

function otherFile(
  path: string,
  edits: readonly ProposedEdit[],
  { other, mayCreate }: FileAccess,
): FileChange | RefactorProblem {
  const forbidden = {
    code: 'wrong-file',
    message: `The answer wants to change ${path}, which it may not.`,
  } as const;
  if (path === '' || /(?:^|\/)\.\.(?:\/|$)|^(?:\/|[A-Za-z]:)/.test(path)) return forbidden;
  const file = other(path);
  if (file === 'forbidden') return forbidden;
  if (file !== null) return changeOf(file, edits, null);
  const [only] = edits;
  const text =
    only?.kind === 'file'
      ? only.text
      : only?.kind === 'replace' && isBlank(only.search)
        ? only.replace
        : null;
  if (!mayCreate || edits.length !== 1 || text === null)
    return { code: 'wrong-file', message: `The answer wants to change ${path}, but there is no such file.` };
  const after = `${withoutBlankEnds(withPlainLineEnds(text).split('\n')).join('\n')}\n`;
  const language = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return {
    path,
    language,
    before: null,
    after,
    edits: [{ start: 0, end: 0, text: after }],
    matches: ['exact'],
  };
}

function changeOf(
  file: RefactorFile,
  edits: readonly ProposedEdit[],
  target: RefactorTarget | null,
): FileChange | RefactorProblem {
  const placed: Placed[] = [];
  for (const edit of edits) {
    const one = placeOne(file, edit, target);
    if ('code' in one) return one;
    placed.push(one);
  }
  placed.sort((a, b) => a.start - b.start || a.end - b.end);
  const overlaps = placed.some((one, at) => at > 0 && one.start < (placed[at - 1]?.end ?? 0));
  if (overlaps)
    return { code: 'overlap', message: 'Two changes of the answer overlap: give each place one change.' };
  return {
    path: file.path,
    language: file.language,
    before: file.text,
    after: applyEdits(file.text, placed),
    edits: smallestEdits(file.text, placed),
    matches: placed.map(({ kind }) => kind),
  };
}

function placeOne(
  file: RefactorFile,
  edit: ProposedEdit,
  target: RefactorTarget | null,
): Placed | RefactorProblem {
  if (edit.kind === 'file') return wholeFile(file, edit.text, target);
  if (edit.kind === 'replace')
    return placeReplacement(file, edit, target === null ? null : { start: target.start, end: target.end });
  return target === null
    ? { code: 'wrong-file', message: 'The answer has code without a place.' }
    : inTarget(target, edit.text);
}

/** A whole file keeps its line ends, its byte order mark, how it begins and ends, and its blanks outside of the target. */
function wholeFile({ text: was }: RefactorFile, text: string, target: RefactorTarget | null): Placed {
  const mark = was.startsWith('\uFEFF') ? 1 : 0;
  const held = was.trim() === '' ? '' : was.slice(mark);
  const leading = /^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(held)?.[0].length ?? 0;
  const start = Math.min(mark + leading, was.length);
  const end = Math.max(start, was.trimEnd().length);
  const now = withoutBlankEnds(
    withPlainLineEnds(text)
      .replace(/^\uFEFF/, '')
      .split('\n'),
  );
  const last = now.pop()?.trimEnd() ?? '';
  const lineOf = (offset: number): number => fileLines(was.slice(start, Math.max(start, offset))).length - 1;
  const place = target === null ? null : targetLines(target);
  const [first, final] = place === null ? [0, Infinity] : [lineOf(place.start), lineOf(place.end)];
  const old = was.slice(start, end);
  const solid = withOwnBlanks(
    fileLines(old).map((line) => line.text),
    [...now, last],
    (line) => line < first || line > final,
  );
  const lines = withOwnLines(old, solid, lineEndOf(was));
  return { start, end, text: lines, kind: 'exact' };
}

/** Code in the target's place, indented as the target is; blank lines around it stay. */
function inTarget(target: RefactorTarget, code: string): Placed {
  const { text } = target.file;
  const place = targetLines(target);
  const { start, end, before } = place;
  const lines = likeTarget(withoutBlankEnds(withPlainLineEnds(code).split('\n')), place);
  const [first = '', ...rest] = lines;
  const last = rest.pop()?.trimEnd();
  // What stands before the target in its first line stays where it is.
  const head = isBlank(before)
    ? first.slice(Math.min(before.length, indentOf(first).length))
    : first.trimStart();
  const now = [last === undefined ? head.trimEnd() : head, ...rest, ...(last === undefined ? [] : [last])];
  return { start, end, text: withOwnLines(text.slice(start, end), now, lineEndOf(text)), kind: 'exact' };
}
