import type { Mention } from '../../core/chat/context.ts';
import type { Chip } from '../../core/chat/view.ts';

/** What people call a mention: `counter.ts:3-9`. */
export function mentionLabel(mention: Mention): string {
  const { kind, value } = mention;
  switch (kind) {
    case 'file':
    case 'selection':
      return value === '' ? 'Selection' : `${nameOf(value)}${linesOf(mention, ':')}`;
    case 'folder':
      return `${nameOf(value.replace(/\/$/, ''))}/`;
    case 'symbol':
    case 'instructions':
      return value;
    case 'problems':
      return value === '' ? 'Problems' : `Problems in ${nameOf(value)}${linesOf(mention, ':')}`;
    case 'diff':
      return value === 'staged' ? 'Staged changes' : 'Changes';
    case 'terminal':
      return 'Terminal selection';
    case 'workspace':
      return 'Workspace';
  }
}

/** What goes with the question, in a sentence for tooltips and screen readers. */
export function mentionDescription(mention: Mention): string {
  const { kind, value } = mention;
  switch (kind) {
    case 'file':
      return mention.startLine === undefined
        ? `The file ${value}.`
        : `${capital(linesText(mention))} of ${value}.`;
    case 'selection':
      return value === ''
        ? 'What is selected in the editor.'
        : `The selection in ${value}: ${linesText(mention)}.`;
    case 'folder':
      return `The folder ${value.replace(/\/$/, '')}: a list of its files, and the beginnings of some.`;
    case 'symbol':
      return `The definition of ${value}.`;
    case 'instructions':
      return `Instructions from ${value}.`;
    case 'problems':
      return value === '' ? 'All problems that the editor shows.' : `The problems in ${value}.`;
    case 'diff':
      return value === 'staged'
        ? 'The changes that are staged for a commit.'
        : 'What was changed and is not committed.';
    case 'terminal':
      return 'What is selected in the terminal.';
    case 'workspace':
      return 'What is found for the question in the whole workspace.';
  }
}

/** Where a click on it leads, or null. */
export function mentionPlace({ kind, value, startLine, endLine }: Mention): Chip['place'] {
  if ((kind !== 'file' && kind !== 'selection' && kind !== 'problems') || value === '') return null;
  return { path: value, startLine: startLine ?? 1, endLine: endLine ?? startLine ?? 1 };
}

/** Whether both stand for the same. */
export function sameMention(a: Mention, b: Mention): boolean {
  return a.kind === b.kind && a.value === b.value && a.startLine === b.startLine && a.endLine === b.endLine;
}

/** Whether the first is a part of the second, so that it adds nothing to it. */
export function isWithin(part: Mention, whole: Mention): boolean {
  const code = (mention: Mention): boolean => mention.kind === 'file' || mention.kind === 'selection';
  if (!code(part) || !code(whole) || part.value !== whole.value) return false;
  if (whole.startLine === undefined) return true;
  if (part.startLine === undefined) return false;
  return (
    part.startLine >= whole.startLine &&
    (part.endLine ?? part.startLine) <= (whole.endLine ?? whole.startLine)
  );
}

/** The last part of a path or of the address of a document that is no file. */
export function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
}

function linesOf({ startLine, endLine }: Mention, before: string): string {
  if (startLine === undefined) return '';
  return endLine === undefined || endLine === startLine
    ? `${before}${startLine}`
    : `${before}${startLine}-${endLine}`;
}

function linesText({ startLine, endLine }: Mention): string {
  if (startLine === undefined) return 'all of it';
  return endLine === undefined || endLine === startLine
    ? `line ${startLine}`
    : `lines ${startLine} to ${endLine}`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
