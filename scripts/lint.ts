/** `npm run lint`: types, rules, rings and formatting; prints one line each and every problem found. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const checks: [name: string, command: string, args: string[]][] = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the webview', 'tsc', ['--noEmit', '-p', 'src/webview']],
  ['rules', 'eslint', ['.', '--max-warnings', '0']],
  ['rings', 'depcruise', ['src', '--config', '.dependency-cruiser.cjs']],
  ['formatting', 'prettier', ['--check', '--log-level', 'warn', '.']],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const began = performance.now();
  const result = spawnSync(path.join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const ok = result.status === 0;
  if (!ok) failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`);
}
process.exitCode = failed === 0 ? 0 : 1;
