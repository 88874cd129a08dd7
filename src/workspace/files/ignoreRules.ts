import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentOf } from '../../core/index/imports/paths.ts';
import { foldCase, parseIgnoreFile, type IgnorePattern } from './ignorePattern.ts';

/** Read in this order at every level: what comes later has the say. */
export const ignoreFiles = ['.git/info/exclude', '.gitignore', '.hearthignore'] as const;
/** Larger ignore files are none. */
const mostBytes = 1 << 20;

/** The line that decides about a path. */
export interface IgnoreLine {
  /** Path of the ignore file relative to the workspace folder, with `/`; `../` where it lies above. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly pattern: string;
  /** Whether it re-includes the path. */
  readonly negated: boolean;
}

interface IgnoreList {
  readonly file: string;
  /** Segments of its folder's path, counted from the highest folder that has a say. */
  readonly depth: number;
  readonly patterns: readonly IgnorePattern[];
}

/**
 * Which files of a workspace folder are ignored, as git has it: `.gitignore` at every level from the repository's own
 * folder (which may lie above the workspace folder) down, and `.git/info/exclude`; beside each `.gitignore`, and
 * before it, `.hearthignore` in the same form. A deeper file goes before a shallower one, a later line before an
 * earlier one, and nothing below an ignored folder can be re-included. Whether the workspace folder is ignored itself
 * does not matter: somebody opened it.
 *
 * The npm package `ignore` would not do: it has an ignored folder's content ignored for each ignore file alone, so
 * that a deeper one could not re-include the folder.
 */
export class IgnoreRules {
  readonly #folder: string;
  readonly #ignoreCase: boolean;
  readonly #levels = new Map<string, Promise<FolderRules>>();

  /** `folder` is absolute. */
  constructor(folder: string, { ignoreCase }: { ignoreCase: boolean }) {
    this.#folder = folder;
    this.#ignoreCase = ignoreCase;
  }

  /** The line that decides about a path, or about the folder above it that is ignored; null where there is none. */
  async why(file: string, isFolder: boolean): Promise<IgnoreLine | null> {
    const segments = file.split('/');
    for (let end = 1; end < segments.length; end += 1) {
      const above = segments.slice(0, end).join('/');
      const line = (await this.at(parentOf(above))).decide(above, true);
      if (line !== null && !line.negated) return line;
    }
    return (await this.at(parentOf(file))).decide(file, isFolder);
  }

  /**
   * The rules for the entries of a folder (relative, '' for the workspace folder). `present` are the names of its
   * entries where they are known: ignore files that aren't there need not be looked for.
   */
  at(folder: string, present?: ReadonlySet<string>): Promise<FolderRules> {
    const known = this.#levels.get(folder);
    if (known !== undefined) return known;
    const above = folder === '' ? this.#outer() : this.at(parentOf(folder));
    const rules = above.then((outer) => this.#below(outer, folder, present));
    this.#levels.set(folder, rules);
    return rules;
  }

  async #below(outer: FolderRules, folder: string, present?: ReadonlySet<string>): Promise<FolderRules> {
    const depth = outer.depthOf(folder);
    const lists = await this.#lists(path.join(this.#folder, folder), folder, depth, present);
    return lists.length === 0 ? outer : outer.with(lists);
  }

  /** The rules of the folders between the repository's and the workspace folder. */
  async #outer(): Promise<FolderRules> {
    const above = await foldersToRepository(this.#folder);
    const prefix = above.map((_, index) => path.basename(above[index + 1] ?? this.#folder));
    let rules = new FolderRules(prefix, this.#ignoreCase, []);
    for (const [depth, folder] of above.entries()) {
      const relative = Array(above.length - depth)
        .fill('..')
        .join('/');
      rules = rules.with(await this.#lists(folder, relative, depth));
    }
    return rules;
  }

  async #lists(
    folder: string,
    relative: string,
    depth: number,
    present?: ReadonlySet<string>,
  ): Promise<IgnoreList[]> {
    const lists: IgnoreList[] = [];
    for (const name of ignoreFiles) {
      if (present !== undefined && !present.has(name.split('/')[0] ?? '')) continue;
      const at = name.startsWith('.git/') ? await excludeFile(folder) : path.join(folder, name);
      const content = at === null ? null : await readIgnoreFile(at);
      const patterns = content === null ? [] : parseIgnoreFile(content, this.#ignoreCase);
      const file = relative === '' ? name : `${relative}/${name}`;
      if (patterns.length > 0) lists.push({ file, depth, patterns });
    }
    return lists;
  }
}

/** What the ignore files say about the entries of one folder. */
export class FolderRules {
  readonly #prefix: readonly string[];
  readonly #ignoreCase: boolean;
  readonly #lists: readonly IgnoreList[];

  /** `prefix` leads from the highest folder that has a say to the workspace folder. */
  constructor(prefix: readonly string[], ignoreCase: boolean, lists: readonly IgnoreList[]) {
    this.#prefix = prefix.map((name) => (ignoreCase ? foldCase(name) : name));
    this.#ignoreCase = ignoreCase;
    this.#lists = lists;
  }

  /** The same with ignore files of a deeper level. */
  with(lists: readonly IgnoreList[]): FolderRules {
    return new FolderRules(this.#prefix, this.#ignoreCase, [...this.#lists, ...lists]);
  }

  /** How deep a folder of the workspace lies below the highest folder that has a say. */
  depthOf(folder: string): number {
    return this.#prefix.length + (folder === '' ? 0 : folder.split('/').length);
  }

  /** The last line that matches a path in the folder; those above it are not looked at. Null where none does. */
  decide(file: string, isFolder: boolean): IgnoreLine | null {
    if (this.#lists.length === 0) return null;
    const segments = [...this.#prefix, ...(this.#ignoreCase ? foldCase(file) : file).split('/')];
    for (let list = this.#lists.length - 1; list >= 0; list -= 1) {
      const { file: ignoreFile, depth, patterns } = this.#lists[list] as IgnoreList;
      for (let index = patterns.length - 1; index >= 0; index -= 1) {
        const pattern = patterns[index] as IgnorePattern;
        if ((pattern.foldersOnly && !isFolder) || !pattern.matches(segments, depth)) continue;
        return { file: ignoreFile, line: pattern.line, pattern: pattern.text, negated: pattern.negated };
      }
    }
    return null;
  }
}

/** The folders above `folder` up to its repository's, the highest first; none where it is one or is in none. */
async function foldersToRepository(folder: string): Promise<string[]> {
  const above: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    if (at !== folder) above.unshift(at);
    if ((await lstat(path.join(at, '.git')).catch(() => null)) !== null) return above;
    if (path.dirname(at) === at) return [];
  }
}

/** `info/exclude` of the repository in a folder; a worktree's or submodule's lies elsewhere. Null for no repository. */
async function excludeFile(folder: string): Promise<string | null> {
  const git = path.join(folder, '.git');
  const facts = await lstat(git).catch(() => null);
  if (facts?.isDirectory() === true) return path.join(git, 'info/exclude');
  const target = facts?.isFile() === true ? await readIgnoreFile(git) : null;
  const named = target === null ? undefined : /^gitdir: (.+)$/m.exec(target)?.[1]?.trim();
  if (named === undefined) return null;
  const own = path.resolve(folder, named);
  const common = await readIgnoreFile(path.join(own, 'commondir'));
  return path.join(common === null ? own : path.resolve(own, common.trim()), 'info/exclude');
}

/** Null for what is no plain file of a sensible size; like git, links aren't followed. */
async function readIgnoreFile(file: string): Promise<string | null> {
  try {
    const facts = await lstat(file);
    return facts.isFile() && facts.size <= mostBytes ? await readFile(file, 'utf8') : null;
  } catch {
    return null;
  }
}
