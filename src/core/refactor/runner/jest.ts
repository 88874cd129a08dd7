import { argumentsOf } from './commandLine.ts';
import { fitsGlobs, settingPattern } from './glob.ts';
import type { RunnerCall } from './runnerCall.ts';
import { quoted, within, type Recognition } from './recognition.ts';
import { readScriptConfig, type ConfigValue, type ScriptConfig } from './scriptConfig.ts';

/** Jest's own (https://jestjs.io/docs/configuration#testmatch-arraystring). */
const matched = ['**/__tests__/**/*.?([mc])[jt]s?(x)', '**/?(*.)+(spec|test).?([mc])[jt]s?(x)'];
/** Those of create-react-app. */
const reactScriptsMatched = ['src/**/__tests__/**/*.{js,jsx,ts,tsx}', 'src/**/*.{spec,test}.{js,jsx,ts,tsx}'];
const configNames = ['ts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `jest.config.${ending}`);
/** Paths are matched as absolute ones, globs without the first slash; where the package is does not matter. */
const root = '/package/';

/** Whether jest runs a file, by its configuration and how it is called. */
export async function jestRecognition(path: string, call: RunnerCall): Promise<Recognition> {
  const { packageFile, packageConfig, words, isComputed, files } = call;
  const { plain, options } = argumentsOf(words);
  const named = options.get('--config') ?? options.get('-c');
  const found = await files.first(
    packageFile.folder,
    named?.map((one) => one.replace(/^\.\//, '')) ?? configNames,
  );
  const prefix = found === null ? 'jest.' : '';
  const config = found === null ? packageConfig : readScriptConfig(found.text);
  const setting = (name: string): ConfigValue | undefined => config.values.get(prefix + name);
  const source = (found ?? packageFile).path;
  const rootDir = setting('rootDir');
  const isMoved = rootDir !== undefined && !/^(?:\.\/?|<rootDir>\/?)$/.test(rootDir.texts[0] ?? '');
  const isCalledOtherwise = ['--rootDir', '--roots', '--testMatch', '--testRegex', '--projects'].some((one) =>
    options.has(one),
  );
  if (isComputed || isMoved || isCalledOtherwise || setting('projects') !== undefined || (named && !found))
    return {
      kind: 'unknown',
      detail: `Whether jest runs ${path} can't be told from ${source}: it has several projects, another root, or is called in a way of its own.`,
    };
  const own = root + within(packageFile.folder, path);
  const out = leftOut(own, setting('testPathIgnorePatterns'));
  if (out !== null)
    return {
      ...{ kind: 'skipped', patterns: [] },
      detail: `jest does not run ${path}: \`${out}\` (testPathIgnorePatterns in ${source}) leaves it out.`,
    };
  const roots = setting('roots')?.texts.map((one) => `/${absolute(one)}`) ?? [root];
  const judged = fitOf(own, setting, config);
  const isInRoots = roots.some((one) => own.startsWith(one.endsWith('/') ? one : `${one}/`));
  if (judged.fits === true && isInRoots && (plain.length === 0 || plain.some((one) => fitsFilter(own, one))))
    return {
      kind: 'run',
      detail: `jest runs ${path} (${judged.setting}${judged.isOwn ? '' : ` in ${source}`}).`,
    };
  if (judged.fits === null || (judged.fits && isInRoots))
    return {
      kind: 'unknown',
      detail: `Whether jest runs ${path} can't be told from ${judged.fits === null ? source : packageFile.path}.`,
    };
  const patterns = judged.globs.map((glob) => packageFile.folder + glob.replace(/^<rootDir>\//, ''));
  if (!isInRoots)
    return {
      ...{ kind: 'skipped', patterns },
      detail: `jest does not run ${path}: it lies in none of the folders ${quoted(setting('roots')?.texts ?? [])} (roots in ${source}).`,
    };
  const by = judged.isOwn ? 'which jest looks for by itself' : `${judged.setting} in ${source}`;
  return {
    ...{ kind: 'skipped', patterns },
    detail: `jest does not run ${path}: it fits none of ${quoted(judged.shown)} (${by}).`,
  };
}

/** How a path fits what jest looks for. */
interface Fit {
  /** Null where it can't be told. */
  readonly fits: boolean | null;
  readonly setting: string;
  /** Whether that is what jest has where nothing is set. */
  readonly isOwn: boolean;
  readonly shown: readonly string[];
  readonly globs: readonly string[];
}

function fitOf(
  own: string,
  setting: (name: string) => ConfigValue | undefined,
  { isComposed }: ScriptConfig,
): Fit {
  const regex = setting('testRegex');
  if (regex !== undefined) {
    const sources = [...regex.texts, ...regex.patterns];
    const patterns = sources.map((one) => settingPattern(one.replaceAll('<rootDir>/', root)));
    const fits =
      patterns.some((one) => one?.test(own)) || (patterns.includes(null) || !regex.isWhole ? null : false);
    return { fits, setting: 'testRegex', isOwn: false, shown: sources, globs: [] };
  }
  const match = setting('testMatch');
  const globs = match?.texts ?? matched;
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => absolute(glob.slice(1)));
  const isWanted = fitsGlobs(own.slice(1), wanted.map(absolute));
  const isUnwanted = fitsGlobs(own.slice(1), unwanted);
  const fits = isWanted !== true || isUnwanted === false ? isWanted : isUnwanted === true ? false : null;
  // A preset may bring patterns of its own.
  const isKnown = match === undefined ? !isComposed && setting('preset') === undefined : match.isWhole;
  return {
    fits: fits === false && !isKnown ? null : fits,
    ...{ setting: 'testMatch', isOwn: match === undefined, shown: globs, globs: wanted },
  };
}

/** A glob, or a folder, from the disk's root on. */
function absolute(glob: string): string {
  return glob.replace(/^<rootDir>\/?/, root).replace(/^\//, '');
}

/** The pattern that leaves a path out; null for none that is known. */
function leftOut(own: string, setting: ConfigValue | undefined): string | null {
  const sources = setting === undefined ? ['/node_modules/'] : [...setting.texts, ...setting.patterns];
  return sources.find((one) => settingPattern(one.replaceAll('<rootDir>/', root))?.test(own)) ?? null;
}

/** Words behind `jest` are patterns of paths. */
function fitsFilter(own: string, filter: string): boolean {
  return settingPattern(filter)?.test(own) === true;
}

/** Whether `react-scripts test` runs a file. */
export function reactScriptsRecognition(
  path: string,
  { packageFile, words }: RunnerCall,
): Promise<Recognition> {
  if (words.length > 0 && !words.includes('test')) return Promise.resolve({ kind: 'none' });
  const fits = fitsGlobs(within(packageFile.folder, path), reactScriptsMatched);
  return Promise.resolve(
    fits === true
      ? { kind: 'run', detail: `react-scripts runs ${path}.` }
      : {
          ...{ kind: 'skipped', patterns: reactScriptsMatched.map((one) => packageFile.folder + one) },
          detail: `react-scripts does not run ${path}: it fits none of ${quoted(reactScriptsMatched)}.`,
        },
  );
}
