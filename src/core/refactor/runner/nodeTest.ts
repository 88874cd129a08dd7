import { argumentsOf } from './commandLine.ts';
import { fitsGlobs } from './glob.ts';
import type { RunnerCall } from './runnerCall.ts';
import { quoted, within, type Recognition } from './recognition.ts';

/** Node's own (https://nodejs.org/api/test.html#running-tests-from-the-command-line), those with types among them. */
const usual = ['**/*{.,-,_}test.', '**/test-*.', '**/test.', '**/test/**/*.'].map(
  (glob) => `${glob}{js,mjs,cjs,ts,mts,cts}`,
);

/** Whether `node --test` runs a file, by how it is called. */
export function nodeRecognition(
  path: string,
  { packageFile, words, isComputed }: RunnerCall,
): Promise<Recognition> {
  const named = argumentsOf(words).plain.map((word) => word.replace(/^(?:\.\/)+/, ''));
  // A folder stands for the tests in it in some versions of Node, and for none in others.
  const folders = named
    .filter((word) => !/[*?{[]|\.\w+$/.test(word))
    .map((word) => word.replace(/\/*$/, '/'));
  const globs = named.length === 0 ? usual : named;
  const own = within(packageFile.folder, path);
  const fits = fitsGlobs(own, globs);
  const isInFolder = folders.some((folder) => own.startsWith(folder));
  const where = named.length === 0 ? 'which Node looks for by itself' : `the scripts in ${packageFile.path}`;
  if (fits === true && !own.includes('node_modules/'))
    return Promise.resolve({ kind: 'run', detail: `node --test runs ${path} (${where}).` });
  if (fits === null || isComputed || isInFolder)
    return Promise.resolve({
      kind: 'unknown',
      detail: `Whether node --test runs ${path} can't be told from ${packageFile.path}.`,
    });
  return Promise.resolve({
    ...{ kind: 'skipped', patterns: globs.map((glob) => packageFile.folder + glob) },
    detail: `node --test does not run ${path}: it fits none of ${quoted(globs)} (${where}).`,
  });
}
