import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeSnapshot } from '../../src/core/index/snapshot.ts';
import { FolderIndex } from '../../src/workspace/folderIndex.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { SnapshotStore } from '../../src/workspace/snapshotStore.ts';
import { folderWith } from './folderWith.ts';
import { grammarsFolder } from './grammars.ts';

interface Options {
  readonly exclude?: Readonly<Record<string, boolean>>;
  /** Folder for snapshots. */
  readonly snapshots?: string | null;
  readonly onProgress?: (made: IndexedFolder) => void;
}

/** A temporary folder and its index. */
export class IndexedFolder {
  readonly folder: string;
  readonly log: string[] = [];
  /** Texts of open documents. */
  readonly open = new Map<string, string>();
  readonly parsers: Parsers;
  #index: FolderIndex | null = null;

  constructor(files: Readonly<Record<string, string | Buffer>> | string, parsers: Parsers) {
    this.folder = typeof files === 'string' ? files : folderWith(files);
    this.parsers = parsers;
  }

  get index(): FolderIndex {
    if (this.#index === null) throw new Error('It was not started.');
    return this.#index;
  }

  /** Starts an index of the folder, as a new session would. */
  async start({ exclude = {}, snapshots = null, onProgress }: Options = {}): Promise<FolderIndex> {
    this.#index?.dispose();
    const log = (message: string): void => void this.log.push(message);
    this.#index = new FolderIndex({
      folder: this.folder,
      exclude,
      parsers: this.parsers,
      snapshots: snapshots === null ? null : new SnapshotStore(snapshots, grammarsFolder, log),
      openText: (file) => this.open.get(file) ?? null,
      onProgress: () => onProgress?.(this),
    });
    await this.#index.start();
    return this.#index;
  }

  write(file: string, content: string | Buffer): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), content);
  }

  delete(file: string): void {
    rmSync(path.join(this.folder, file), { recursive: true });
  }

  /** Paths of the files in the index. */
  get files(): string[] {
    return this.index.index.files().map((file) => file.path);
  }

  /** `path:line` of a name's definitions. */
  defined(name: string): string[] {
    const { index } = this.index;
    const id = index.names.find(name);
    return id === undefined
      ? []
      : index.definitionsOf(id).map(({ file, symbol }) => `${file.path}:${symbol.startLine}`);
  }

  /** Whether any file of the index holds a word, in whatever it knows of it. */
  holds(word: string): boolean {
    const { index } = this.index;
    const id = index.names.find(word);
    const isUsed = id !== undefined && index.fileCountOf(id) > 0;
    const whole = new RegExp(`(?<!\\w)${word}(?!\\w)`);
    return isUsed || whole.test(Buffer.from(encodeSnapshot({ index, leftOut: [] })).toString('latin1'));
  }
}
