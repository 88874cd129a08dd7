import type { RefactorFiles } from '../ports.ts';

/** Whether the test runner of a project runs a file. */
export type Recognition =
  /** It does. `detail`: one sentence. */
  | { readonly kind: 'run'; readonly detail: string }
  /**
   * It does not. `detail`: one sentence that says why, and which setting of which file says so. `patterns`: globs of the
   * files that it does run, from the workspace's root; empty where there are none to name.
   */
  | { readonly kind: 'skipped'; readonly detail: string; readonly patterns: readonly string[] }
  /** It can't be told. `detail`: one sentence that says why. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** No runner is configured for it. */
  | { readonly kind: 'none' };

/** A test file as it is to be. */
export interface TestText {
  /** Path in the workspace with `/`. */
  readonly path: string;
  readonly text: string;
  /** Whether it is to be made. */
  readonly isNew: boolean;
}

/** What several runners, or several ways to call one, come to: it is run where one of them runs it. */
export function anyOf(recognitions: readonly Recognition[]): Recognition {
  const order = ['run', 'unknown', 'skipped', 'none'] as const;
  for (const kind of order) {
    const found = recognitions.find((one) => one.kind === kind);
    if (found !== undefined) return found;
  }
  return { kind: 'none' };
}

/** A file that says how a project is built or tested. */
export interface ConfigFile {
  /** '' or with `/` at its end. */
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

/** The files of a project that say how it is tested, each read once. */
export class ProjectFiles {
  readonly #files: RefactorFiles;
  readonly #read = new Map<string, Promise<string | null>>();

  constructor(files: RefactorFiles) {
    this.#files = files;
  }

  /** A file's text; null where there is none, or it may not be read. */
  text(path: string): Promise<string | null> {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const reading = this.#files.read(path).then(
      (file) => (file === null || file === 'forbidden' ? null : file.text),
      () => null,
    );
    this.#read.set(path, reading);
    return reading;
  }

  /** The first of these files that a folder has. */
  async first(folder: string, names: readonly string[]): Promise<ConfigFile | null> {
    for (const name of names) {
      const text = await this.text(folder + name);
      if (text !== null) return { folder, path: folder + name, text };
    }
    return null;
  }

  /** The first of these files in a path's folder, or in the next one above that has one. */
  async nearest(path: string, names: readonly string[]): Promise<ConfigFile | null> {
    for (const folder of foldersOf(path)) {
      const found = await this.first(folder, names);
      if (found !== null) return found;
    }
    return null;
  }
}

/** The folders that a path lies in, the innermost first, the workspace's root as '' last. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    folders.push(path.slice(0, end + 1));
  return [...folders, ''];
}

/** A path as seen from a folder that it lies in. */
export function within(folder: string, path: string): string {
  return path.slice(folder.length);
}

/** A path's last part. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** At most four patterns, quoted. */
export function quoted(patterns: readonly string[]): string {
  const shown = patterns.slice(0, 4).map((one) => `\`${one}\``);
  return patterns.length > 4 ? `${shown.join(', ')}, …` : shown.join(', ');
}
