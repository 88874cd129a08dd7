import { baseNameOf, parentOf } from '../core/index/imports/paths.ts';
import type { ProjectFacts } from '../core/index/resolveImports.ts';
import { parseObject, type JsonObject } from './project/json.ts';
import { crates, goModule, psr4 } from './project/manifests.ts';
import { packageFacts } from './project/packageJson.ts';
import { Tsconfigs } from './project/tsconfig.ts';

const projectFile = /^([tj]sconfig([.-][\w.-]*)?\.json|package\.json|go\.mod|Cargo\.toml|composer\.json)$/;

/** Whether a file says how the imports of others are resolved. Dependencies' files say nothing of the project. */
export function isProjectFile(path: string): boolean {
  return projectFile.test(baseNameOf(path)) && !/(^|\/)(node_modules|vendor)\//.test(path);
}

/**
 * What the configuration files among `files` say; paths are relative to the workspace folder. `read` gives the text of a
 * file, or null, and is also asked for files that a tsconfig extends. Broken files are skipped. The same files give the
 * same facts in whatever order they come.
 */
export async function readProjectFacts(
  files: readonly string[],
  read: (path: string) => Promise<string | null>,
): Promise<ProjectFacts> {
  const paths = [...new Set(files)].filter(isProjectFile).sort(configurationOrder);
  const texts = new Map(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
  const named = <T>(pattern: RegExp, facts: (path: string, text: string) => T | readonly T[] | null): T[] =>
    paths.flatMap((path) => {
      const text = pattern.test(baseNameOf(path)) ? (texts.get(path) ?? null) : null;
      return text === null ? [] : (facts(path, text) ?? []);
    });
  const packages = named(/^package\.json$/, (path, text) => {
    const content = parseObject(text);
    return content === null ? null : packageFacts(path, content);
  });
  return {
    tsconfigs: await readTsconfigs(
      paths.filter((path) => /^[tj]sconfig/.test(baseNameOf(path))),
      new Map(packages.map(({ name, folder }) => [name, folder])),
      async (path) => texts.get(path) ?? (await read(path)),
    ),
    packages,
    goModules: named(/^go\.mod$/, (path, text) => {
      const module = goModule(text);
      return module === null ? null : { folder: parentOf(path), module };
    }),
    crates: named(/^Cargo\.toml$/, crates),
    composer: named(/^composer\.json$/, (path, text) => {
      const content = parseObject(text);
      return content === null ? null : psr4(path, content);
    }),
  };
}

async function readTsconfigs(
  paths: readonly string[],
  packageFolders: ReadonlyMap<string, string>,
  read: (path: string) => Promise<string | null>,
): Promise<ProjectFacts['tsconfigs']> {
  const parsed = new Map<string, JsonObject | null>();
  const tsconfigs = new Tsconfigs(async (path) => {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    const text = await read(path);
    const content = text === null ? null : parseObject(text);
    parsed.set(path, content);
    return content;
  }, packageFolders);
  const found = [];
  // One after the other: what several extend is read once.
  for (const path of paths) found.push(await tsconfigs.facts(path));
  return found.filter((facts) => facts !== null);
}

/** By folder; in a folder tsconfig.json and jsconfig.json before those that other tools are told of. */
function configurationOrder(a: string, b: string): number {
  const rank = (path: string): number => (/^[tj]sconfig\.json$/.test(baseNameOf(path)) ? 0 : 1);
  const [left, right] = [parentOf(a), parentOf(b)];
  if (left !== right) return left < right ? -1 : 1;
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
