import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { InHostTest } from '../../../scripts/editor/inHost.ts';

/** The names of the suites beside this file; the bundler fills them in (scripts/editor/bundleTests.ts). */
declare const HEARTH_SUITES: readonly string[];

/**
 * What VS Code calls in its extension host: runs all suites and writes the results to the file that the
 * environment's HEARTH_TEST_RESULTS names. A rejected promise makes VS Code end with a failure.
 */
export async function run(): Promise<void> {
  const file = process.env['HEARTH_TEST_RESULTS'];
  if (file === undefined) throw new Error('HEARTH_TEST_RESULTS does not say where the results belong.');
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 60_000 });
  // Mocha's functions must be there before a suite's file is evaluated, so the files are imported only now.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const name of HEARTH_SUITES.filter(isWanted)) await import(`./${name}.suite.ts`);
  const tests: InHostTest[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => tests.push({ title: test.fullTitle(), ok: true, ms: test.duration ?? 0 }));
    // A hook that fails comes here as well, so it counts as a failed test.
    runner.on('fail', (test, error: unknown) => {
      tests.push({ title: test.fullTitle(), ok: false, ms: test.duration ?? 0, error: describe(error) });
    });
  });
  writeFileSync(file, JSON.stringify(tests, undefined, 2));
  if (failures > 0) throw new Error(`${failures} of ${tests.length} tests failed.`);
}

/** Whether the environment's HEARTH_TEST_SUITES takes a suite: those that it names `only`, or all but those. */
function isWanted(name: string): boolean {
  const { names, only } = JSON.parse(process.env['HEARTH_TEST_SUITES'] ?? '{"names":[],"only":false}') as {
    names: string[];
    only: boolean;
  };
  return names.includes(name) === only;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
