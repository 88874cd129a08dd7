import { compare } from '../../core/index/compare.ts';
import { nameOf } from './mentionText.ts';

/** A problem as the editor shows it. */
export interface ShownProblem {
  readonly path: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** Who found it, and how they call it: `ts`, `2322`; '' for neither. */
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

/** The gravest first. */
export const severities = ['error', 'warning', 'information', 'hint'] as const;
const mostProblems = 100;

/**
 * Problems as a text, a line each, the worst first, of a file (its path) or of all; or a sentence that says that there
 * are none. `leftOut`: files with problems that are not given.
 */
export function problemsText(
  problems: readonly ShownProblem[],
  path: string | null,
  leftOut: number,
): string {
  const files = leftOut === 1 ? 'one excluded file' : `${leftOut} excluded files`;
  const note = leftOut === 0 ? [] : [`(The problems in ${files} are left out.)`];
  if (problems.length === 0) {
    const none =
      path === null ? 'The editor shows no problems.' : `The editor shows no problems in ${nameOf(path)}.`;
    return [leftOut === 0 ? none : 'The editor shows no other problems.', ...note].join('\n');
  }
  const sorted = [...problems].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column,
  );
  const lines = sorted.slice(0, mostProblems).map(problemLine);
  const more = sorted.length - lines.length;
  return [...lines, ...(more > 0 ? [`(${more} more)`] : []), ...note].join('\n');
}

function problemLine({ path, line, column, severity, source, code, message }: ShownProblem): string {
  const from = [source, code].filter((part) => part !== '').join(' ');
  const who = from === '' ? '' : ` (${from})`;
  return `${path}:${line}:${column} ${severity}${who}: ${message.trim().replace(/\s*\n\s*/g, ' ')}`;
}
