import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { snapshotSchema } from '../core/index/snapshot.ts';
import { readSnapshot, writeSnapshot } from './snapshotFile.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** The snapshots of a machine's workspace folders, each a file in one folder. */
export class SnapshotStore {
  readonly #folder: string;
  readonly #grammarsFolder: string;
  readonly #log: (message: string) => void;
  /** Tells this build's grammars and queries from others': what they find differs. */
  #grammars: Promise<string> | null = null;
  #failed = false;

  constructor(folder: string, grammarsFolder: string, log: (message: string) => void) {
    this.#folder = folder;
    this.#grammarsFolder = grammarsFolder;
    this.#log = log;
  }

  /** The snapshot of a workspace folder; null where there is none that can be used. */
  async read(workspaceFolder: string): Promise<Uint8Array | null> {
    try {
      return await readSnapshot(this.#file(workspaceFolder), await this.#key(workspaceFolder), this.#log);
    } catch (error) {
      this.#complain(error);
      return null;
    }
  }

  /** Keeps a snapshot in the place of the one before; false, and said once, where that can't be done. */
  async write(workspaceFolder: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await writeSnapshot(this.#file(workspaceFolder), await this.#key(workspaceFolder), bytes);
      return true;
    } catch (error) {
      this.#complain(error);
      return false;
    }
  }

  #complain(error: unknown): void {
    if (!this.#failed) this.#log(sentenceOf(error));
    this.#failed = true;
  }

  #file(workspaceFolder: string): string {
    const name = createHash('sha256').update(workspaceFolder).digest('hex').slice(0, 32);
    return path.join(this.#folder, `${name}.index`);
  }

  async #key(workspaceFolder: string): Promise<string> {
    this.#grammars ??= grammarsDigest(this.#grammarsFolder);
    return JSON.stringify([snapshotSchema, await this.#grammars, workspaceFolder]);
  }
}

/** A digest of the queries, and of the sizes of the grammars, which are large. */
async function grammarsDigest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(folder, { recursive: true })).sort();
  for (const file of files) {
    const full = path.join(folder, file);
    if (file.endsWith('.scm')) hash.update(`${file}\n`).update(await readFile(full));
    if (file.endsWith('.wasm')) hash.update(`${file} ${(await stat(full)).size}\n`);
  }
  return hash.digest('hex');
}
