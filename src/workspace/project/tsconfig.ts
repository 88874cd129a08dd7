import { joined, parentOf } from '../../core/index/imports/paths.ts';
import type { ProjectFacts } from '../../core/index/resolveImports.ts';
import { isObject, strings, type JsonObject } from './json.ts';

type TsconfigFacts = ProjectFacts['tsconfigs'][number];

/** What a file says or inherits, with the folder of the file that says it. */
interface Settings {
  readonly baseUrl: { readonly value: string; readonly folder: string } | null;
  readonly paths: { readonly value: JsonObject; readonly folder: string } | null;
}

/** TypeScript's name for the folder of the configuration that extends the others. */
const configFolder = '${configDir}';

/** Reads tsconfig.json files with what they extend inside the workspace folder. */
export class Tsconfigs {
  readonly #read: (path: string) => Promise<JsonObject | null>;
  readonly #packageFolders: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Settings>();

  /** `packageFolders` gives the folders of the workspace's packages, which `extends` may name. */
  constructor(
    read: (path: string) => Promise<JsonObject | null>,
    packageFolders: ReadonlyMap<string, string>,
  ) {
    this.#read = read;
    this.#packageFolders = packageFolders;
  }

  /** What the file at `path` says about paths; null where it can't be read or says nothing. */
  async facts(path: string): Promise<TsconfigFacts | null> {
    const settings = await this.#settings(path, new Set());
    if (settings === null) return null;
    const folder = parentOf(path);
    const { baseUrl, paths } = settings;
    const base = baseUrl === null ? null : placed(baseUrl.value, baseUrl.folder, folder);
    const root = base ?? paths?.folder ?? folder;
    const patterns = Object.entries(paths?.value ?? {}).map(([pattern, targets]) => ({
      pattern,
      targets: strings(targets).flatMap((target) => placed(target, root, folder) ?? []),
    }));
    const told = patterns.filter(({ targets }) => targets.length > 0);
    return base === null && told.length === 0 ? null : { folder, baseUrl: base, paths: told };
  }

  /** `chain` holds the files that extend this one: a circle ends there. */
  async #settings(path: string, chain: ReadonlySet<string>): Promise<Settings | null> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const config = chain.has(path) ? null : await this.#read(path);
    if (config === null) return null;
    const folder = parentOf(path);
    let settings: Settings = { baseUrl: null, paths: null };
    for (const extended of strings(config.extends)) {
      const base = this.#extended(extended, folder);
      const said = base === null ? null : await this.#settings(base, new Set([...chain, path]));
      // The later of several goes first.
      settings = { baseUrl: said?.baseUrl ?? settings.baseUrl, paths: said?.paths ?? settings.paths };
    }
    const options = isObject(config.compilerOptions) ? config.compilerOptions : {};
    const { baseUrl, paths } = options;
    settings = {
      baseUrl: typeof baseUrl === 'string' ? { value: baseUrl, folder } : settings.baseUrl,
      paths: isObject(paths) ? { value: paths, folder } : settings.paths,
    };
    this.#known.set(path, settings);
    return settings;
  }

  #extended(written: string, folder: string): string | null {
    if (/^\.\.?\//.test(written)) return withJson(joined(folder, written));
    const name = /^(@[^/]+\/)?[^/]+/.exec(written)?.[0] ?? '';
    const root = this.#packageFolders.get(name);
    if (root === undefined) return null;
    return withJson(joined(root, written.slice(name.length) || 'tsconfig.json'));
  }
}

/** A path of a setting, relative to the workspace folder; null where it leads out of it. */
function placed(written: string, folder: string, configuration: string): string | null {
  if (written.startsWith(configFolder)) return joined(configuration, written.slice(configFolder.length));
  return /^(\/|[a-z]:)/i.test(written) ? null : joined(folder, written);
}

function withJson(path: string | null): string | null {
  return path === null || path.endsWith('.json') ? path : `${path}.json`;
}
