import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../../disk/replaceFile.ts';
import type { LogSink } from './library.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** All that must be the same for a saved state to mean the same. */
export interface WarmIdentity {
  readonly fingerprint: string;
  /** Release of llama.cpp. */
  readonly llamaCpp: string;
  readonly contextTokens: number;
  /** Backend, devices and layers on them. */
  readonly device: string;
  /** Types of the KV cache, and whether flash attention was chosen for it. */
  readonly cacheType: string;
}

/** A state that was found and whose description fits; its content is not checked yet. */
export interface WarmEntry {
  readonly file: string;
  readonly tokens: readonly number[];
  readonly sha256: string;
  readonly bytes: number;
  /** When it was saved, in milliseconds since the epoch. */
  readonly savedAt: number;
}

const formatVersion = 1 as const;
const sidecar = v.object({
  version: v.literal(formatVersion),
  fingerprint: v.string(),
  llamaCpp: v.string(),
  contextTokens: v.number(),
  device: v.string(),
  cacheType: v.string(),
  workspace: v.string(),
  tokens: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1)),
  file: v.pipe(v.string(), v.regex(/^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+\.state$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** Most states and bytes in a folder. */
export const warmLimits = { states: 8, bytes: 2 ** 30 } as const;
/** A file that nothing refers to may be another process's that is just being saved; after this long it is not. */
const orphanMs = 10 * 60_000;

/**
 * Evaluated states on disk, one per model and workspace: `NAME.json` describes and refers to `NAME-DIGEST.state`. A
 * new state is complete on disk before its description takes the place of the old one's, so that a kill at any time
 * leaves the old state, the new one or a leftover that is swept up later. Nothing that fails here fails a completion.
 */
export class WarmStore {
  readonly #folder: string;
  readonly #log: LogSink;
  readonly #limits: { readonly states: number; readonly bytes: number };
  #writable = true;

  constructor(folder: string, log: LogSink, limits: { states: number; bytes: number } = warmLimits) {
    this.#folder = folder;
    this.#log = log;
    this.#limits = limits;
  }

  /** False once a save failed: nothing more is saved. */
  get writable(): boolean {
    return this.#writable;
  }

  /** The description of a workspace's state, where there is one that fits; one that doesn't is removed. */
  async find(identity: WarmIdentity, workspace: string): Promise<WarmEntry | null> {
    const name = nameOf(identity, workspace);
    let text: string;
    try {
      text = await readFile(path.join(this.#folder, `${name}.json`), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') await this.#remove(name, 'it is unreadable');
      return null;
    }
    const parsed = v.safeParse(sidecar, parseJson(text));
    if (!parsed.success || !parsed.output.file.startsWith(`${name}-`)) {
      await this.#remove(name, 'its description is damaged');
      return null;
    }
    const { tokens, file, bytes, sha256, ...found } = parsed.output;
    const wanted: Record<string, unknown> = {
      ...identity,
      workspace: digest(workspace),
      version: formatVersion,
    };
    const different = Object.entries(found).find(([key, value]) => wanted[key] !== value);
    if (different !== undefined) {
      await this.#remove(name, `it has another ${different[0]}`);
      return null;
    }
    const at = path.join(this.#folder, file);
    // Its description is touched with every use, the state itself is not. What is not there is found out by `verify`.
    const savedAt = (await stat(at).catch(() => null))?.mtimeMs ?? 0;
    return { file: at, tokens, bytes, sha256, savedAt };
  }

  /** Whether the content is what its description says; else both are removed. Also marks it as used. */
  async verify(identity: WarmIdentity, workspace: string, entry: WarmEntry): Promise<boolean> {
    try {
      const { size } = await stat(entry.file);
      if (size === entry.bytes && (await sha256Of(entry.file)) === entry.sha256) {
        const now = new Date();
        await utimes(path.join(this.#folder, `${nameOf(identity, workspace)}.json`), now, now).catch(
          () => undefined,
        );
        return true;
      }
    } catch {
      // A file that can't be read is as good as a damaged one.
    }
    await this.discard(identity, workspace, 'its content is damaged');
    return false;
  }

  /** Removes a workspace's state. */
  async discard(identity: WarmIdentity, workspace: string, why: string): Promise<void> {
    await this.#remove(nameOf(identity, workspace), why);
  }

  /** Saves the state of `tokens`, as many bytes as `write` says to have put into the file; true if it is kept. */
  async save(
    identity: WarmIdentity,
    workspace: string,
    tokens: readonly number[],
    write: (file: string) => Promise<number>,
  ): Promise<boolean> {
    if (!this.#writable) return false;
    const name = nameOf(identity, workspace);
    const temporary = path.join(this.#folder, `${name}-${process.pid}${randomBytes(4).toString('hex')}.tmp`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const written = await write(temporary);
      const bytes = await flush(temporary);
      // llama.cpp does not notice when the last bytes find no room.
      if (bytes !== written) throw new Error(`${bytes} of ${written} bytes were written`);
      if (!(await this.#makeRoom(name, bytes))) {
        this.#log('debug', `The evaluated state of ${bytes} bytes is too large to be kept.`);
        return false;
      }
      const sha256 = await sha256Of(temporary);
      const file = `${name}-${sha256.slice(0, 16)}.state`;
      await rename(temporary, path.join(this.#folder, file));
      const described = { version: formatVersion, ...identity, workspace: digest(workspace) };
      await this.#describe(name, { ...described, tokens: [...tokens], file, bytes, sha256 });
      await this.#sweep(name, file);
      return true;
    } catch (error) {
      this.#writable = false;
      this.#log(
        'warn',
        `Evaluated states can't be kept in ${this.#folder} (${reason(error)}): none are until a restart.`,
      );
      return false;
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #describe(name: string, description: v.InferInput<typeof sidecar>): Promise<void> {
    const file = path.join(this.#folder, `${name}.json`);
    await replaceFile(file, [JSON.stringify(description)]);
  }

  /** Removes the least recently used states until one more of `bytes` fits; false where it never does. */
  async #makeRoom(name: string, bytes: number): Promise<boolean> {
    const { states, bytes: most } = this.#limits;
    if (bytes > most) return false;
    const others = (await this.#states()).filter((state) => state.name !== name);
    others.sort((one, other) => one.used - other.used);
    let total = bytes + others.reduce((sum, state) => sum + state.bytes, 0);
    while (others.length > 0 && (others.length + 1 > states || total > most)) {
      const oldest = others.shift();
      if (oldest === undefined) break;
      total -= oldest.bytes;
      await this.#remove(oldest.name, 'there is no room for it');
    }
    return true;
  }

  async #states(): Promise<{ name: string; used: number; bytes: number }[]> {
    const files = await readdir(this.#folder);
    const sizes = await Promise.all(
      files.map(async (file) => ({
        file,
        stat: await stat(path.join(this.#folder, file)).catch(() => null),
      })),
    );
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const name = file.slice(0, -'.json'.length);
        const own = sizes.filter((entry) => entry.file.startsWith(`${name}-`) || entry.file === file);
        return {
          name,
          used: sizes.find((entry) => entry.file === file)?.stat?.mtimeMs ?? 0,
          bytes: own.reduce((sum, entry) => sum + (entry.stat?.size ?? 0), 0),
        };
      });
  }

  /** Removes this state's former content, and what processes that were killed have left behind. */
  async #sweep(name: string, current: string): Promise<void> {
    const files = await readdir(this.#folder);
    for (const file of files) {
      if (file === current || file.endsWith('.json')) continue;
      const own = file.startsWith(`${name}-`) && file.endsWith('.state');
      const described = files.includes(`${file.split('-').slice(0, 2).join('-')}.json`);
      const at = path.join(this.#folder, file);
      const age = Date.now() - ((await stat(at).catch(() => null))?.mtimeMs ?? Date.now());
      const orphan = age > orphanMs && (file.endsWith('.tmp') || (file.endsWith('.state') && !described));
      if (own || orphan) await rm(at, { force: true }).catch(() => undefined);
    }
  }

  async #remove(name: string, why: string): Promise<void> {
    this.#log('debug', `The evaluated state ${name} is removed: ${why}.`);
    await removeFiles(this.#folder, (file) => file === `${name}.json` || file.startsWith(`${name}-`));
  }
}

async function removeFiles(folder: string, which: (file: string) => boolean): Promise<number> {
  const files = (await readdir(folder).catch(() => [])).filter(which);
  for (const file of files) await rm(path.join(folder, file), { force: true }).catch(() => undefined);
  return files.length;
}

function nameOf({ fingerprint }: WarmIdentity, workspace: string): string {
  return `${fingerprint.slice(0, 16)}-${digest(workspace).slice(0, 16)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Makes sure that a file is on the disk, readable by its owner only; gives its size. */
async function flush(file: string): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    await handle.chmod(0o600);
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? sentenceOf(error);
}
