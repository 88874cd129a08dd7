import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import * as v from 'valibot';
import { isAlive } from '../../disk/isAlive.ts';
import { DownloadError } from './downloadError.ts';

const schema = v.object({ pid: v.number(), host: v.string() });

/**
 * A lock that nobody touched for so long is nobody's, whatever runs under its number now: a download touches it at
 * every step, and none takes nearly so long.
 */
const abandonedMs = 10 * 60_000;

export interface Lock {
  /** Tells that its owner is alive. */
  touch(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock file for this process; one of a process that is gone is taken over. `now` is in milliseconds since
 * 1970. Rejects with DownloadError (`busy`) while another download of the file, of this process too, holds it.
 */
export async function takeLock(file: string, now: () => number = Date.now): Promise<Lock> {
  for (let tries = 0; tries < 5; tries += 1) {
    // Told apart from all others, so that nobody lets go of a lock that was taken over meanwhile.
    const own = JSON.stringify({ pid: process.pid, host: os.hostname(), id: randomUUID() });
    if (await create(file, own)) return held(file, own, now);
    const holder = await readFile(file, 'utf8').catch(() => null);
    if (holder === null) continue;
    if (!(await isStale(file, holder, now()))) break;
    await removeStale(file, holder);
  }
  throw new DownloadError(
    'busy',
    `This file is being loaded already, by this window or another: wait for that, or stop it there (lock file ${file}).`,
  );
}

async function create(file: string, own: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(own);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function held(file: string, own: string, now: () => number): Lock {
  return {
    touch: async () => {
      const seconds = now() / 1000;
      await utimes(file, seconds, seconds).catch(() => undefined);
    },
    release: async () => {
      if ((await readFile(file, 'utf8').catch(() => null)) === own) await rm(file, { force: true });
    },
  };
}

async function isStale(file: string, holder: string, now: number): Promise<boolean> {
  const touched = await stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  if (now - touched > abandonedMs) return true;
  let json: unknown;
  try {
    json = JSON.parse(holder);
  } catch {
    // Being written just now.
    return false;
  }
  return v.is(schema, json) && json.host === os.hostname() && !isAlive(json.pid);
}

/** Two may find the same stale lock: whoever moves away the new one of the other puts it back. */
async function removeStale(file: string, holder: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => holder)) !== holder) {
    await link(aside, file).catch(() => undefined);
  }
  await rm(aside, { force: true });
}
