import { argumentsOf } from './commandLine.ts';
import { fitsGlobs } from './glob.ts';
import type { RunnerCall } from './runnerCall.ts';
import { quoted, within, type ConfigFile, type Recognition } from './recognition.ts';
import { readScriptConfig, type ConfigValue } from './scriptConfig.ts';

const configNames = ['js', 'cjs', 'yaml', 'yml', 'jsonc', 'json'].map((ending) => `.mocharc.${ending}`);
/** Mocha's own (https://mochajs.org/): the files of `test`, without the folders in it. */
const usualSpec = './test';
const usualEndings = ['js', 'cjs', 'mjs'];

/** Whether mocha runs a file, by its configuration and how it is called. */
export async function mochaRecognition(path: string, call: RunnerCall): Promise<Recognition> {
  const { packageFile, packageConfig, words, isComputed, files } = call;
  const { plain, options } = argumentsOf(words);
  const named = options.get('--config') ?? options.get('-c');
  const { folder } = packageFile;
  const config = await files.first(folder, named?.map((one) => one.replace(/^\.\//, '')) ?? configNames);
  const values = config === null ? inPackage(packageConfig.values) : settingsOf(config);
  const set = (...names: readonly string[]): ConfigValue | undefined =>
    names.map((name) => values.get(name)).find((one) => one !== undefined);
  const given = (...names: readonly string[]): string[] => names.flatMap((name) => options.get(name) ?? []);
  const spec = set('spec');
  const specs = [...plain, ...given('--spec'), ...(spec?.texts ?? [])];
  const isRecursive = options.has('--recursive') || set('recursive')?.texts.includes('true') === true;
  const endings = [...given('--extension', '--ext'), ...(set('extension')?.texts ?? [])]
    .flatMap((one) => one.split(','))
    .map((one) => one.replace(/^\./, ''));
  const own = within(folder, path);
  const looked = (specs.length === 0 ? [usualSpec] : specs).flatMap((one) =>
    globsOf(one, endings.length === 0 ? usualEndings : endings, isRecursive),
  );
  const source = (config ?? packageFile).path;
  const ignored = [...given('--ignore', '--exclude'), ...(set('ignore', 'exclude')?.texts ?? [])];
  if (fitsGlobs(own, ignored) === true)
    return {
      ...{ kind: 'skipped', patterns: [] },
      detail: `mocha does not run ${path}: ${quoted(ignored)} (ignore in ${source}) leaves it out.`,
    };
  const fits = fitsGlobs(own, looked);
  if (fits === true) return { kind: 'run', detail: `mocha runs ${path} (${quoted(looked)}).` };
  const isWhole = (spec?.isWhole ?? true) && !isComputed && (named === undefined || config !== null);
  if (fits === null || !isWhole || set('extends', 'package') !== undefined)
    return {
      kind: 'unknown',
      detail: `Whether mocha runs ${path} can't be told from ${source}.`,
    };
  return {
    ...{ kind: 'skipped', patterns: looked.map((glob) => folder + glob) },
    detail: `mocha does not run ${path}: it fits none of ${quoted(looked)} (${specs.length === 0 ? 'which mocha looks for by itself' : `spec in ${spec === undefined ? packageFile.path : source}`}).`,
  };
}

/** A folder stands for its files, and with `recursive` for those of the folders in it. */
function globsOf(spec: string, endings: readonly string[], isRecursive: boolean): string[] {
  const plain = spec.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  if (/[*?{[]|\.\w+$/.test(plain)) return [plain];
  const files = `${plain === '' || plain === '.' ? '' : `${plain}/`}${isRecursive ? '**/' : ''}*`;
  return endings.map((ending) => `${files}.${ending}`);
}

function inPackage(values: ReadonlyMap<string, ConfigValue>): ReadonlyMap<string, ConfigValue> {
  return new Map(
    [...values].flatMap(([name, value]) => (name.startsWith('mocha.') ? [[name.slice(6), value]] : [])),
  );
}

function settingsOf({ path, text }: ConfigFile): ReadonlyMap<string, ConfigValue> {
  return /\.ya?ml$/.test(path) ? readYaml(text) : readScriptConfig(text).values;
}

/** The settings at the top of a YAML file: a text, or a list of texts in one of YAML's two forms. */
function readYaml(text: string): ReadonlyMap<string, ConfigValue> {
  const values = new Map<string, ConfigValue>();
  let name = '';
  for (const line of text.split(/\r\n?|\n/)) {
    const plain = line.replace(/(?:^|\s)#.*$/, '').trimEnd();
    const setting = /^([\w-]+):\s*(.*)$/.exec(plain);
    const item = /^\s*-\s+(.+)$/.exec(plain);
    if (setting !== null) name = setting[1] ?? '';
    const found = setting?.[2] ?? item?.[1] ?? '';
    if (setting === null && item === null) continue;
    const texts = (/^\[(.*)\]$/.exec(found)?.[1]?.split(',') ?? [found])
      .map((one) => one.trim().replace(/^(['"])(.*)\1$/, '$2'))
      .filter((one) => one !== '');
    const known = setting === null ? (values.get(name)?.texts ?? []) : [];
    values.set(name, { texts: [...known, ...texts], patterns: [], isWhole: true });
  }
  return values;
}
