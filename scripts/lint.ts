/** `npm run lint`: types, rules, rings and formatting; prints one line each and every problem found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
type Check = [name: string, command: string, args: string[]];
/** The longest first. */
const checks: readonly Check[] = [
  ['rules', 'eslint', ['.', '--max-warnings', '0']],
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the webview', 'tsc', ['--noEmit', '-p', 'src/webview']],
  ['rings', 'depcruise', ['src', '--config', '.dependency-cruiser.cjs']],
  ['formatting', 'prettier', ['--check', '--log-level', 'warn', '.']],
];
/** Each uses one core, more or less. */
const atOnce = 2;

/** Runs a check, prints what came of it, and tells whether it passed. */
async function passes([name, command, args]: Check): Promise<boolean> {
  const began = performance.now();
  const shell = process.platform === 'win32';
  const child = spawn(path.join(root, 'node_modules/.bin', command), args, { cwd: root, shell });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const status = await once(child, 'close').then(
    ([code]) => code as number | null,
    (error: Error) => ((output += error.message), null),
  );
  console.log(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) console.log(output);
  return status === 0;
}

const waiting = [...checks];
let failed = false;
async function lane(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
    if (!(await passes(check))) failed = true;
}
await Promise.all(Array.from({ length: atOnce }, lane));
process.exitCode = failed ? 1 : 0;
