import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  contentExclusion,
  isExclusion,
  mostBytes,
  nameExclusion,
  secretExclusion,
  type Exclusion,
} from '../../core/index/exclusions.ts';
import { isSecretFolder, isSecretPath } from '../../core/index/secretPaths.ts';
import { ignoresCase } from './caseProbe.ts';
import { decodeText } from './decode.ts';
import { PacedReads, type DiskReads, type FileBytes } from './diskReads.ts';
import { excludeTest } from './excludeSetting.ts';
import { ignoreFiles, IgnoreRules, type FolderRules } from './ignoreRules.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** Entries of a folder that are looked at between two turns of the event loop, their facts asked for at once. */
const batch = 128;

/** A file that the rules leave. */
export interface WalkedFile {
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** A file's content. */
export interface FileText {
  readonly text: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

export interface FolderFilesOptions {
  /** VS Code's `files.exclude`: globs that count where they are `true`. */
  readonly exclude?: Readonly<Record<string, unknown>>;
  /** Whether names that differ in case are the same; else the file system is asked. */
  readonly ignoreCase?: boolean;
}

export interface WalkOptions {
  /** Its reason is thrown between two batches of files. */
  readonly signal?: AbortSignal;
  /** Told of every file and folder that is left out, of a folder's content only by the folder itself. */
  readonly onExcluded?: (path: string, exclusion: Exclusion) => void;
}

interface Rules {
  /** The folder without links. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  readonly setting: (path: string) => string | null;
  /** Why folders are excluded by the rules for their paths, null where they aren't. */
  readonly folders: Map<string, Promise<Exclusion | null>>;
}

type LevelRules = Omit<Rules, 'ignore'> & { readonly ignore: FolderRules };

/** A path that may be read, with its place on the disk. */
interface Found {
  readonly file: string;
  /** Its path in the folder without links. */
  readonly real: string;
  readonly facts: Stats;
}

/**
 * The files of one workspace folder that may be a source of context: those that no ignore file, setting or built-in
 * rule excludes. A negated line of a `.hearthignore` file re-includes what the built-in rules exclude by its name,
 * but never secrets. Links that lead out of the folder are excluded; a link inside stands for what it leads to.
 */
export class FolderFiles {
  readonly folder: string;
  readonly #options: FolderFilesOptions;
  readonly #disk = new PacedReads();
  #rules: Promise<Rules> | null = null;
  #reads = 0;

  /** `folder` is absolute. */
  constructor(folder: string, options: FolderFilesOptions = {}) {
    this.folder = folder;
    this.#options = options;
  }

  /** How many files' contents were read. */
  get reads(): number {
    return this.#reads;
  }

  /** Whether a change of this path may change what is excluded: then `refresh` and walk anew. */
  isIgnoreFile(file: string): boolean {
    const plain = this.#options.ignoreCase === false ? file : file.toLowerCase();
    return ignoreFiles.some((name) => plain === name || plain.endsWith(`/${name}`));
  }

  /** Forgets what was read of ignore files. */
  refresh(): void {
    this.#rules = null;
  }

  /**
   * All files, each once: a folder's own by the code units of their names, then those of its folders in the same order.
   * Links inside the folder are not followed, as what they lead to comes under its own path (so that circles of links
   * have an end). What vanishes meanwhile is passed over.
   */
  async *walk({ signal, onExcluded }: WalkOptions = {}): AsyncGenerator<WalkedFile, void, undefined> {
    const rules = await this.#currentRules();
    const left = ['']; // The next folder is the last.
    for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
      signal?.throwIfAborted();
      const entries = await this.#entries(rules, folder);
      if (isExclusion(entries)) {
        if (entries.reason === 'unreadable' || folder === '') onExcluded?.(folder, entries);
        continue;
      }
      const present = entries.filter((entry) => entry.isFile() || entry.name === '.git');
      const ignore = await rules.ignore.at(folder, new Set(present.map(({ name }) => name)));
      const folders: string[] = [];
      for (let start = 0; start < entries.length; start += batch) {
        const some = entries.slice(start, start + batch);
        const walked = await Promise.all(
          some.map((entry) => this.#enter(folder, entry, { ...rules, ignore }, onExcluded)),
        );
        signal?.throwIfAborted();
        for (const entry of walked) {
          if (typeof entry === 'string') folders.push(entry);
          else if (entry !== null) yield entry;
        }
        await nextTurn();
      }
      for (const below of folders.reverse()) left.push(below);
    }
  }

  /**
   * Why a file or folder is excluded, by the rules of `walk` (those for contents come with `read`); null where it
   * isn't. A link inside the folder isn't either, though `walk` gives what it leads to under its own path.
   */
  async exclusion(file: string): Promise<Exclusion | null> {
    const found = await this.#find(file);
    return isExclusion(found) ? found : null;
  }

  /** A file's facts, or why it is excluded (by the rules of `exclusion`). */
  async stat(file: string): Promise<WalkedFile | Exclusion> {
    const found = await this.#find(file);
    if (isExclusion(found)) return found;
    if (!found.facts.isFile()) return { reason: 'no-file', detail: `${file} is a folder` };
    return { path: file, bytes: found.facts.size, mtimeMs: found.facts.mtimeMs };
  }

  /**
   * The text of a file, decoded leniently and without a byte order mark; or why it is excluded, by its path or by its
   * content. Never more than `mostBytes` are read, and nothing outside of the folder.
   */
  async read(file: string): Promise<FileText | Exclusion> {
    const found = await this.#find(file);
    if (isExclusion(found)) return found;
    if (!found.facts.isFile()) return { reason: 'no-file', detail: `${file} is a folder` };
    this.#reads += 1;
    let content: FileBytes;
    try {
      content = await this.#disk.readBytes(found.file);
    } catch (error) {
      return failure(error);
    }
    const { bytes, mtimeMs } = content;
    if (bytes.length > mostBytes) return tooLarge(bytes.length);
    const decoded = decodeText(bytes);
    if ('problem' in decoded) return { reason: 'binary', detail: decoded.problem };
    return contentExclusion(file, decoded.text) ?? { text: decoded.text, bytes: bytes.length, mtimeMs };
  }

  /** The path in the folder of what a link leads to; null for no link, and for what `exclusion` gives a reason for. */
  async linkTarget(file: string): Promise<string | null> {
    const found = await this.#find(file);
    return isExclusion(found) || plainName(found.real) === plainName(file) ? null : found.real;
  }

  /** The entries of a folder, sorted. */
  async #entries({ root }: Rules, folder: string): Promise<Dirent[] | Exclusion> {
    try {
      const entries = await readdir(path.join(root, folder), { withFileTypes: true });
      return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    } catch (error) {
      return failure(error);
    }
  }

  /** What becomes of a folder's entry: a folder's path to go on with, a file, or null. */
  async #enter(
    folder: string,
    entry: Dirent,
    { root, ignore, setting }: LevelRules,
    onExcluded: WalkOptions['onExcluded'],
  ): Promise<WalkedFile | string | null> {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const excluded = excludedByName(file, entry.isDirectory(), ignore, setting);
    if (excluded === null && entry.isDirectory()) return file;
    const found = excluded ?? (await factsOf(this.#disk, root, file, entry));
    if (found === null || !isExclusion(found)) return found;
    if (found.reason !== 'no-file') onExcluded?.(file, found);
    return null;
  }

  /** A path's place on the disk, where no rule excludes it or what it leads to. */
  async #find(file: string): Promise<Found | Exclusion> {
    if (!isPlain(file)) return outside(file);
    if (isSecretPath(file)) return secretExclusion(file);
    let found: Found;
    let real: string | null;
    try {
      const { root } = await this.#currentRules();
      const target = await this.#disk.realpath(path.join(root, file));
      real = relativeTo(root, target);
      if (real === null) return outside(file);
      found = { file: target, real, facts: await this.#disk.stat(target) };
    } catch (error) {
      return (await this.#excludedByPath(file, false)) ?? failure(error);
    }
    const isFolder = found.facts.isDirectory();
    const byName = await this.#excludedByPath(file, isFolder);
    const excluded = byName ?? (real === file ? null : await this.#excludedByPath(real, isFolder));
    if (excluded !== null) return excluded;
    if (!isFolder && !found.facts.isFile()) return { reason: 'no-file', detail: `${file} is no plain file` };
    return found.facts.size > mostBytes && !isFolder ? tooLarge(found.facts.size) : found;
  }

  /** The rules for a path and the folders above it, the highest first. */
  async #excludedByPath(file: string, isFolder: boolean): Promise<Exclusion | null> {
    if (file === '') return null;
    const rules = await this.#currentRules();
    const slash = file.lastIndexOf('/');
    const above = slash === -1 ? '' : file.slice(0, slash);
    const excluded = await this.#folderExclusion(rules, above);
    return excluded ?? excludedByName(file, isFolder, await rules.ignore.at(above), rules.setting);
  }

  /** The same for a folder, worked out once: most files share theirs with many. */
  #folderExclusion(rules: Rules, folder: string): Promise<Exclusion | null> | null {
    if (folder === '') return null;
    let known = rules.folders.get(folder);
    if (known === undefined) {
      known = this.#excludedByPath(folder, true);
      rules.folders.set(folder, known);
      // What failed is asked again.
      known.catch(() => rules.folders.delete(folder));
    }
    return known;
  }

  #currentRules(): Promise<Rules> {
    this.#rules ??= this.#loadRules();
    return this.#rules;
  }

  async #loadRules(): Promise<Rules> {
    const root = await realpath(this.folder).catch(() => this.folder);
    const ignoreCase = this.#options.ignoreCase ?? (await ignoresCase(root));
    return {
      root,
      ignore: new IgnoreRules(root, { ignoreCase }),
      setting: excludeTest(this.#options.exclude ?? {}, ignoreCase),
      folders: new Map(),
    };
  }
}

/** The disk may write a name in other letters than whoever asks for it, and mean the same. */
function plainName(file: string): string {
  return file.normalize('NFC').toLowerCase();
}

/** A real path relative to the real folder, with `/`; null outside of it. */
function relativeTo(root: string, target: string): string | null {
  // As nearly all are, where names have one form only.
  if (path.sep === '/' && target.startsWith(`${root}/`)) return target.slice(root.length + 1);
  const relative = path.relative(root, target);
  const leaves = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return leaves ? null : relative.split(path.sep).join('/');
}

/** The facts of an entry that is no folder; null for what is no file, or comes under its own path. */
async function factsOf(
  disk: DiskReads,
  root: string,
  file: string,
  entry: Dirent,
): Promise<WalkedFile | Exclusion | null> {
  try {
    const at = path.join(root, file);
    if (entry.isSymbolicLink())
      return relativeTo(root, await disk.realpath(at)) === null ? outside(file) : null;
    if (!entry.isFile()) return null;
    const { size, mtimeMs } = await disk.stat(at);
    return size > mostBytes ? tooLarge(size) : { path: file, bytes: size, mtimeMs };
  } catch (error) {
    return failure(error);
  }
}

/** The rules for one file or folder by its path, without those for the folders above it. */
function excludedByName(
  file: string,
  isFolder: boolean,
  rules: FolderRules,
  setting: (path: string) => string | null,
): Exclusion | null {
  const [name = '', above = ''] = file.split('/').reverse();
  if (isFolder ? isSecretFolder(name, above) : isSecretPath(file)) return secretExclusion(file);
  const line = rules.decide(file, isFolder);
  if (line?.negated === false) {
    return { reason: 'ignored', detail: `\`${line.pattern}\` in line ${line.line} of ${line.file}` };
  }
  const glob = setting(file);
  if (glob !== null) return { reason: 'excluded-by-setting', detail: `\`${glob}\` in files.exclude` };
  const wanted = line !== null && line.file.endsWith('.hearthignore');
  return wanted ? null : nameExclusion(name, isFolder);
}

/** Whether a path is one in the folder: relative, with `/`, without `.`, `..` and empty parts. */
function isPlain(file: string): boolean {
  if (path.isAbsolute(file) || file.includes('\0') || (path.sep === '\\' && /[\\:]/.test(file))) return false;
  return file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function failure(error: unknown): Exclusion {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { reason: 'no-file', detail: 'it is not there' };
  return { reason: 'unreadable', detail: code ?? sentenceOf(error) };
}

function tooLarge(bytes: number): Exclusion {
  return { reason: 'too-large', detail: `${bytes} bytes` };
}

function outside(file: string): Exclusion {
  return { reason: 'outside', detail: file };
}
