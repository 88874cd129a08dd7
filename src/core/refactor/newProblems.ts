/** A problem that a language server or a linter reports, as far as it can be told from others. */
export interface ReportedProblem {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** Who reports it, such as `ts`; null where it is not said. */
  readonly source: string | null;
  /** Its kind, as its source names it; null for none. */
  readonly code: string | null;
  readonly message: string;
  /** The line that it begins in, as it is. */
  readonly lineText: string;
}

/**
 * The errors and warnings that were not reported before, in their order. Where they stand does not count, in which file
 * and with which indentation neither: code that moved takes its problems along. Of several that are alike, as many are
 * new as there are more than before, the last ones.
 */
export function newProblems<T extends ReportedProblem>(
  before: readonly ReportedProblem[],
  after: readonly T[],
): T[] {
  const known = new Map<string, number>();
  for (const problem of before) known.set(keyOf(problem), (known.get(keyOf(problem)) ?? 0) + 1);
  return after.filter((problem) => {
    if (problem.severity !== 'error' && problem.severity !== 'warning') return false;
    const left = known.get(keyOf(problem)) ?? 0;
    known.set(keyOf(problem), left - 1);
    return left <= 0;
  });
}

function keyOf({ severity, source, code, message, lineText }: ReportedProblem): string {
  return JSON.stringify([severity, source, code, message, lineText.trim().replace(/\s+/g, ' ')]);
}
