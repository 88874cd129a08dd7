import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isSecretPath } from '../core/context/importPaths.ts';
import { outline, type Definition } from '../core/syntax/outline.ts';
import type { Parsers } from './parsers.ts';

/** Larger files are generated or data. */
const mostBytes = 1 << 20;
/** Outlines that are kept. */
const mostOutlines = 128;

interface Kept {
  readonly stamp: string;
  readonly definitions: readonly Definition[];
}

/** Outlines of files on the disk, kept while size and time of change stay; the text of an open document goes first. */
export class ContextFiles {
  readonly #parsers: Parsers;
  readonly #openText: (folder: string, relative: string) => string | null;
  readonly #kept = new Map<string, Kept>();
  #reads = 0;

  constructor(parsers: Parsers, openText: (folder: string, relative: string) => string | null) {
    this.#parsers = parsers;
    this.#openText = openText;
  }

  /** How many files were read from the disk. */
  get reads(): number {
    return this.#reads;
  }

  /**
   * The definitions of a file; null where there is no such file in the folder (a link must not lead out of it), or
   * where it is too large, secret, or in a language without a grammar.
   */
  async definitions(folder: string, relative: string): Promise<readonly Definition[] | null> {
    if (isSecretPath(relative)) return null;
    const open = this.#openText(folder, relative);
    if (open !== null) return open.length > mostBytes ? null : this.#parse(relative, open);
    try {
      const root = await realpath(folder);
      const file = await realpath(path.join(folder, relative));
      const inside = path.relative(root, file);
      if (inside.startsWith('..') || path.isAbsolute(inside) || isSecretPath(toSlashes(inside))) return null;
      const { size, mtimeMs, isFile } = await stat(file).then((facts) => ({
        size: facts.size,
        mtimeMs: facts.mtimeMs,
        isFile: facts.isFile(),
      }));
      if (!isFile || size > mostBytes) return null;
      const stamp = `${size} ${mtimeMs}`;
      const known = this.#kept.get(file);
      if (known?.stamp === stamp) return known.definitions;
      this.#reads += 1;
      const definitions = await this.#parse(relative, await readFile(file, 'utf8'));
      if (definitions !== null) this.#keep(file, { stamp, definitions });
      return definitions;
    } catch {
      // Most places at which an import may lie hold nothing; one that can't be read is no different.
      return null;
    }
  }

  /** Names of the files in a folder of the workspace folder, in the order of their code units. */
  async names(folder: string, relative: string): Promise<readonly string[]> {
    try {
      const entries = await readdir(path.join(folder, relative), { withFileTypes: true });
      return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
    } catch {
      return [];
    }
  }

  async #parse(relative: string, text: string): Promise<readonly Definition[] | null> {
    const grammar = await this.#parsers.grammar(path.extname(relative).slice(1));
    const tree = grammar === null ? null : this.#parsers.parseWith(grammar, text);
    if (grammar === null || tree === null) return null;
    try {
      return outline(text, grammar.definitions.matches(tree.rootNode));
    } finally {
      tree.delete();
    }
  }

  #keep(file: string, kept: Kept): void {
    this.#kept.delete(file);
    this.#kept.set(file, kept);
    for (const oldest of this.#kept.keys()) if (this.#kept.size > mostOutlines) this.#kept.delete(oldest);
  }
}

function toSlashes(file: string): string {
  return file.split(path.sep).join('/');
}
