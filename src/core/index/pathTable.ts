import type { PathLookup } from './imports/types.ts';
import { baseNameOf, parentOf } from './imports/paths.ts';
import { compare } from './compare.ts';

/** Paths, found by their folder, by their base name, and folders by theirs. */
export class PathTable implements PathLookup {
  readonly #paths = new Set<string>();
  readonly #byFolder = new Lists();
  readonly #byBaseName = new Lists();
  readonly #folders = new Lists();

  add(path: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    const folder = parentOf(path);
    if (this.#byFolder.add(folder, path)) this.#folders.add(baseNameOf(folder), folder);
    this.#byBaseName.add(baseNameOf(path), path);
  }

  delete(path: string): void {
    if (!this.#paths.delete(path)) return;
    const folder = parentOf(path);
    if (this.#byFolder.delete(folder, path)) this.#folders.delete(baseNameOf(folder), folder);
    this.#byBaseName.delete(baseNameOf(path), path);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  filesIn(folder: string): readonly string[] {
    return this.#byFolder.sorted(folder);
  }

  /** Whether a file lies in this folder, or in one below it. */
  hasFolder(folder: string): boolean {
    if (this.#byFolder.has(folder)) return true;
    for (const one of this.#byFolder.keys()) if (one.startsWith(`${folder}/`)) return true;
    return false;
  }

  named(baseName: string): readonly string[] {
    return this.#byBaseName.sorted(baseName);
  }

  foldersNamed(baseName: string): readonly string[] {
    return this.#folders.sorted(baseName);
  }
}

/** Sets of texts by a key, each sorted when first asked for. */
class Lists {
  readonly #sets = new Map<string, { readonly values: Set<string>; sorted: readonly string[] | null }>();

  has(key: string): boolean {
    return this.#sets.has(key);
  }

  keys(): Iterable<string> {
    return this.#sets.keys();
  }

  /** True where it is the key's first. */
  add(key: string, value: string): boolean {
    const known = this.#sets.get(key);
    if (known === undefined) {
      this.#sets.set(key, { values: new Set([value]), sorted: null });
      return true;
    }
    known.values.add(value);
    known.sorted = null;
    return false;
  }

  /** True where it was the key's last. */
  delete(key: string, value: string): boolean {
    const known = this.#sets.get(key);
    if (known === undefined) return false;
    known.values.delete(value);
    known.sorted = null;
    if (known.values.size > 0) return false;
    this.#sets.delete(key);
    return true;
  }

  sorted(key: string): readonly string[] {
    const known = this.#sets.get(key);
    if (known === undefined) return [];
    known.sorted ??= [...known.values].sort(compare);
    return known.sorted;
  }
}
