import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../disk/replaceFile.ts';
import { ModelFileError } from './errors.ts';
import { headerFacts } from './headerFacts.ts';
import { headerFactsSchema, type HeaderFacts } from './headerFactsSchema.ts';
import type { ModelContents } from './metadata.ts';
import { readModel } from './modelFile.ts';

/** A model's facts, or why it has none, in one sentence about "it". */
export type LookedAt =
  | { readonly facts: HeaderFacts; readonly problem: null }
  | { readonly facts: null; readonly problem: string };

const fileName = 'model-headers.json';
/** Raised whenever `HeaderFacts` or how they are found changes. */
const version = 1;
const fileSchema = v.object({
  version: v.literal(version),
  headers: v.array(
    v.tuple([
      v.string(),
      v.union([
        v.object({ facts: headerFactsSchema, problem: v.null() }),
        v.object({ facts: v.null(), problem: v.string() }),
      ]),
    ]),
  ),
});
/** Models that are remembered, the last ones looked at; each takes about 10 kB of JSON. */
const capacity = 500;

/**
 * Remembers what was read from model files' headers, by the files' stamps: a vocabulary takes a tenth of a second to
 * read, and a listing has many. Kept in `model-headers.json` of a folder, which costs nothing but time where it is lost.
 */
export class HeaderCache {
  readonly #folder: string | null;
  readonly #look: (file: string) => Promise<LookedAt>;
  readonly #known = new Map<string, LookedAt>();
  #loaded: Promise<void> | null = null;
  #changed = false;

  /** `folder` null keeps everything in memory; `look` is `lookAtHeader` of this thread or of another one. */
  constructor(folder: string | null, look: (file: string) => Promise<LookedAt> = lookAtHeader) {
    this.#folder = folder;
    this.#look = look;
  }

  /**
   * The facts of the model that a file belongs to, read where `stamp`, the state of all its files, is new. Throws a
   * `ModelFileError` where a file is gone or can't be read; what is wrong with the model itself is a `problem`.
   */
  async facts(file: string, stamp: string): Promise<LookedAt> {
    await (this.#loaded ??= this.#load());
    const known = this.#known.get(stamp);
    const looked = known ?? (await this.#look(file));
    // The last ones used stand last.
    this.#known.delete(stamp);
    this.#known.set(stamp, looked);
    if (known === undefined) this.#changed = true;
    return looked;
  }

  /** Writes what is new to the file. Never fails: the file saves time only. */
  async save(): Promise<void> {
    if (this.#folder === null || !this.#changed) return;
    this.#changed = false;
    const headers = [...this.#known].slice(-capacity);
    try {
      await mkdir(this.#folder, { recursive: true });
      await replaceFile(path.join(this.#folder, fileName), [JSON.stringify({ version, headers })]);
    } catch {
      this.#changed = true;
    }
  }

  async #load(): Promise<void> {
    if (this.#folder === null) return;
    try {
      const text = await readFile(path.join(this.#folder, fileName), 'utf8');
      const { headers } = v.parse(fileSchema, JSON.parse(text));
      for (const [stamp, looked] of headers) this.#known.set(stamp, looked);
    } catch {
      // Missing, damaged or of another version: everything is read anew.
    }
  }
}

/**
 * What the header of the model that a file belongs to says, read now. Throws a `ModelFileError` where a file is gone or
 * can't be read.
 */
export async function lookAtHeader(
  file: string,
  read: (file: string) => Promise<ModelContents> = readModel,
): Promise<LookedAt> {
  try {
    return { facts: headerFacts(await read(file)), problem: null };
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.code !== 'not-a-model') throw error;
    return { facts: null, problem: error.message };
  }
}
