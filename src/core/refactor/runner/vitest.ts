import { argumentsOf } from './commandLine.ts';
import { fitsGlobs } from './glob.ts';
import type { RunnerCall } from './runnerCall.ts';
import { quoted, within, type Recognition } from './recognition.ts';
import { readScriptConfig } from './scriptConfig.ts';

/** Vitest's own (https://vitest.dev/config/#include); what it leaves out by itself differs by its version but for these. */
const included = ['**/*.{test,spec}.?(c|m)[jt]s?(x)'];
const excluded = ['**/node_modules/**', '**/.git/**'];

const endings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const configNames = ['vitest', 'vite'].flatMap((name) => endings.map((ending) => `${name}.config.${ending}`));
const workspaceNames = ['ts', 'js', 'mts', 'mjs', 'json'].map((ending) => `vitest.workspace.${ending}`);
const commands = new Set(['run', 'watch', 'dev', 'related', 'bench', 'list']);
const elsewhere = ['root', 'test.root', 'test.dir', 'test.projects', 'test.workspace'];

/** Whether vitest runs a file, by its configuration and how it is called. */
export async function vitestRecognition(
  path: string,
  { packageFile, words, isComputed, files }: RunnerCall,
): Promise<Recognition> {
  const { folder } = packageFile;
  const { plain, options } = argumentsOf(words);
  const named = options.get('--config') ?? options.get('-c');
  const config = await files.first(folder, named?.map((one) => one.replace(/^\.\//, '')) ?? configNames);
  const isDivided = (await files.first(folder, workspaceNames)) !== null;
  const { values, isComposed } = readScriptConfig(config?.text ?? '');
  const where = config === null ? 'which vitest includes by itself' : `test.include in ${config.path}`;
  const moved = elsewhere.find((name) => values.has(name) || options.has(`--${name.replace('test.', '')}`));
  if (isDivided || isComputed || moved !== undefined || (named !== undefined && config === null)) {
    const why = isDivided ? 'it has several projects' : `of ${moved ?? 'how it is called'}`;
    return {
      kind: 'unknown',
      detail: `Whether vitest runs ${path} can't be told from its configuration, because ${why}.`,
    };
  }
  const include = values.get('test.include');
  const globs = include?.texts ?? included;
  const known = include === undefined ? !isComposed : include.isWhole;
  const own = within(folder, path);
  const out = fitsGlobs(own, [...excluded, ...(values.get('test.exclude')?.texts ?? [])]);
  const patterns = globs.map((glob) => folder + glob);
  if (out === true)
    return {
      ...{ kind: 'skipped', patterns: [] },
      detail: `vitest does not run ${path}: test.exclude${config === null ? '' : ` in ${config.path}`} leaves it out.`,
    };
  const fits = fitsGlobs(own, globs);
  const filters = plain.filter((word) => !commands.has(word)).map((word) => word.replace(/^\.\//, ''));
  if (fits === true && (filters.length === 0 || filters.some((filter) => own.includes(filter))))
    return { kind: 'run', detail: `vitest runs ${path} (${where}).` };
  if (fits === true)
    return {
      kind: 'unknown',
      detail: `The scripts in ${packageFile.path} call vitest for ${quoted(filters)} only, and ${path} is none of these.`,
    };
  if (fits === null || !known)
    return {
      kind: 'unknown',
      detail: `Whether vitest runs ${path} can't be told, because ${where} is not written out.`,
    };
  return {
    ...{ kind: 'skipped', patterns },
    detail: `vitest does not run ${path}: it fits none of ${quoted(globs)} (${include === undefined ? 'which vitest includes by itself' : where}).`,
  };
}
