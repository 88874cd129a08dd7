import type { Recognition, TestRecogniser } from '../testRunner.ts';
import type { FileChange } from '../types.ts';

/** How the tests of a refactor are to be told from other code. */
export interface TestsAsked {
  readonly recognise: TestRecogniser;
  /** Where the tests were asked for; null where that is not known. */
  readonly expected: string | null;
}

/** What came of that. */
export interface TestsFound {
  /** Why no changed file is run as a test; null where one is, or may be. */
  readonly problem: string | null;
  readonly fine: string;
  /** What could not be told, a sentence; null for nothing. */
  readonly note: string | null;
}

/** Looks whether the project's test runner runs one of the changed files; null where no runner is configured. */
export async function testsFound(
  changes: readonly FileChange[],
  { recognise, expected }: TestsAsked,
): Promise<TestsFound | null> {
  const found = await Promise.all(
    changes.map(({ path, after, before }) => recognise({ path, text: after, isNew: before === null })),
  );
  const run = found.find(({ kind }) => kind === 'run');
  if (run?.kind === 'run') return { problem: null, fine: run.detail, note: null };
  const unknown = found.find(({ kind }) => kind === 'unknown');
  if (unknown?.kind === 'unknown') return { problem: null, fine: unknown.detail, note: unknown.detail };
  // The file that is new, or was meant to have them, says more than another one that had to change too.
  const at = Math.max(
    0,
    changes.findIndex(({ path, before }) => path === expected || before === null),
  );
  const skipped = [found[at], ...found].find((one) => one?.kind === 'skipped');
  if (skipped?.kind !== 'skipped') return null;
  return {
    problem: `${skipped.detail} ${await advice(skipped, changes, { recognise, expected })}`,
    fine: '',
    note: null,
  };
}

async function advice(
  { patterns }: Extract<Recognition, { kind: 'skipped' }>,
  changes: readonly FileChange[],
  { recognise, expected }: TestsAsked,
): Promise<string> {
  const isElsewhere = expected !== null && changes.every(({ path }) => path !== expected);
  if (isElsewhere && (await recognise({ path: expected, text: '', isNew: true })).kind === 'run')
    return `Put the tests into ${expected}.`;
  const [first] = patterns;
  return first === undefined
    ? 'Put the tests where they are run.'
    : `Put the tests into a file that is run, such as \`${first}\`.`;
}
