import assert from 'node:assert/strict';
import type { PathLookup } from '../../src/core/index/resolveImports.ts';

/** An index of made-up files that counts what it is asked, and refuses to be asked about anything outside. */
export class PictureLookup implements PathLookup {
  readonly files: readonly string[];
  questions = 0;
  readonly #all: ReadonlySet<string>;
  readonly #folders: ReadonlyMap<string, readonly string[]>;
  readonly #named: ReadonlyMap<string, readonly string[]>;

  constructor(files: readonly string[]) {
    this.files = [...files].sort();
    this.#all = new Set(files);
    this.#folders = Map.groupBy(this.files, folderOf);
    this.#named = Map.groupBy(this.files, nameOf);
  }

  has(path: string): boolean {
    this.questions += 1;
    assertInside(path);
    return this.#all.has(path);
  }

  filesIn(folder: string): readonly string[] {
    this.questions += 1;
    assertInside(folder);
    return this.#folders.get(folder) ?? [];
  }

  named(baseName: string): readonly string[] {
    this.questions += 1;
    return this.#named.get(baseName) ?? [];
  }

  foldersNamed(baseName: string): readonly string[] {
    this.questions += 1;
    return [...this.#folders.keys()].filter((folder) => folder !== '' && nameOf(folder) === baseName).sort();
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Fails on a path with an empty part, `.` or `..`; '' is the workspace folder. */
function assertInside(path: string): void {
  if (path !== '') assert.doesNotMatch(path, /(^|\/)\.{0,2}(\/|$)/, `asked for ${JSON.stringify(path)}`);
}
