import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { runInHost } from '../scripts/editor/inHost.ts';
import { repositoryRoot } from '../scripts/editor/paths.ts';
import { editorModel } from '../test/support/editorModel.ts';
import { temporaryFolder } from '../test/support/engine.ts';
import type { Delays, OwnTime } from './inHost/typing.ts';
import type { Figure } from './figure.ts';
import { round } from './statistics.ts';

const lines = 10_000;

/**
 * How long the extension host's event loop is kept busy while one types in 10,000 lines, in the real editor, with
 * Hearth and with Hearth turned off: what else runs in that process (the language servers' extensions) delays it too.
 */
export async function extensionHost(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const line = 'export const rate = compute(income, country);\n';
  writeFileSync(path.join(folder, 'long.ts'), line.repeat(lines));
  const delays = path.join(folder, 'delays.json');
  await runInHost({
    extensionPath: repositoryRoot,
    testsEntry: await bundle(),
    folder,
    env: {
      HEARTH_TEST_MODEL: await editorModel(),
      HEARTH_BENCH_FILE: path.join(folder, 'long.ts'),
      HEARTH_BENCH_DELAYS: delays,
    },
    timeoutMs: 300_000,
  });
  const { on, off } = JSON.parse(readFileSync(delays, 'utf8')) as { on: Delays & OwnTime; off: Delays };
  const what = `extension host blocked while typing in ${lines.toLocaleString('en')} lines`;
  return [
    figure(`${what}, p99`, on.p99, '<= 5 ms'),
    figure(`${what}, p99 with Hearth off`, off.p99, ''),
    figure(`${what}, longest`, on.max, ''),
    figure(`${what}, longest with Hearth off`, off.max, ''),
    figure('extension host, stretches in Hearth’s own code, p99', on.ownP99, '<= 5 ms'),
    figure('extension host, stretches in Hearth’s own code, longest', on.ownMax, ''),
    figure('extension host, time in Hearth’s own code for each key', on.ownPerKey, ''),
  ];
}

function figure(name: string, value: number, goal: string): Figure {
  return { name, value: round(value, 2), unit: 'ms', goal };
}

/** The bundle lies in the checkout, so that its packages are found from there. */
async function bundle(): Promise<string> {
  const outfile = path.join(repositoryRoot, '.vscode-test/bench/typing.cjs');
  mkdirSync(path.dirname(outfile), { recursive: true });
  await esbuild.build({
    absWorkingDir: repositoryRoot,
    entryPoints: ['bench/inHost/typing.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return outfile;
}
