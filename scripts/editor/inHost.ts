import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { format } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { startCodeServer, type RunningServer, type Settings } from './codeServer.ts';
import { editorUrl, remoteUri } from './editor.ts';

/** One test's outcome, as the bundle writes it. */
export interface InHostTest {
  title: string;
  ok: boolean;
  ms: number;
  error?: string;
}

/** What to run inside the extension host. */
export interface InHostOptions {
  /** The unpacked extension. */
  extensionPath: string;
  /** The bundle made by `bundleTests`. */
  testsEntry: string;
  /** The folder that is open meanwhile. */
  folder: string;
  settings?: Settings;
  env?: NodeJS.ProcessEnv;
  /** VS Code's own extensions that run code; all if not given. */
  builtins?: readonly string[];
  timeoutMs?: number;
}

/** What came out. */
export interface InHostRun {
  /** 0 if the bundle's `run` resolved, 1 if it rejected. */
  exitCode: number;
  tests: InHostTest[];
  /** What was written to the console, the extension host's included. */
  logs: string[];
}

/** Runs a bundle of suites in the real extension host, and throws if that brought no results. */
export async function runInHost(options: InHostOptions): Promise<InHostRun> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-in-host-'));
  const results = path.join(root, 'results.json');
  const logs: string[] = [];
  let server: RunningServer | undefined;
  let browser: Browser | undefined;
  try {
    server = await startCodeServer({
      userDataDir: path.join(root, 'user-data'),
      extensionsDir: path.join(root, 'extensions'),
      settings: options.settings,
      env: { ...options.env, HEARTH_TEST_RESULTS: results },
      builtins: options.builtins,
      // Without it the editor ignores the extension and the tests that its address names.
      smokeTest: true,
      idleTimeoutSeconds: 300,
    });
    browser = await launchChromium();
    const payload: [string, string][] = [
      ['extensionDevelopmentPath', remoteUri(server.port, path.resolve(options.extensionPath))],
      ['extensionTestsPath', remoteUri(server.port, path.resolve(options.testsEntry))],
    ];
    const url = editorUrl(server, path.resolve(options.folder), payload);
    const exitCode = await runPage(await browser.newPage(), url, options.timeoutMs ?? 180_000, logs);
    return { exitCode, tests: readResults(results, logs), logs };
  } finally {
    await browser?.close();
    await server?.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Waits for the end: the workbench calls these two functions of the page, if they are there, in a test run. */
async function runPage(page: Page, url: string, timeoutMs: number, logs: string[]): Promise<number> {
  let end: (exitCode: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
    logs.push(format(...args)),
  );
  await page.exposeFunction('codeAutomationExit', (exitCode: number) => end(exitCode));
  await page.goto(url);
  // Without a reference, so that the timer does not keep this process when the tests end earlier.
  const exitCode = await Promise.race([ended, setTimeout(timeoutMs, undefined, { ref: false })]);
  if (exitCode === undefined) throw new Error(explain(`the tests took more than ${timeoutMs} ms`, logs));
  return exitCode;
}

/** Reads what the bundle wrote; a run without results proves nothing, whatever its exit code says. */
export function readResults(file: string, logs: string[]): InHostTest[] {
  if (!existsSync(file)) throw new Error(explain('the tests wrote no results', logs));
  const tests = JSON.parse(readFileSync(file, 'utf8')) as InHostTest[];
  if (tests.length === 0) throw new Error(explain('there was no test', logs));
  return tests;
}

/** Says what went wrong with the console's last lines, less the stacks and what the workbench always says. */
function explain(what: string, logs: string[]): string {
  const noise = /^\s+at |^Ignoring fetching|^\s*$/;
  const lines = logs.flatMap((entry) => entry.split('\n')).filter((line) => !noise.test(line));
  const end = lines.length > 0 ? ['Last lines of its console:', ...lines.slice(-12)] : [];
  return [`In the extension host ${what}.`, ...end].join('\n  ');
}
