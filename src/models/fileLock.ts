import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, ModelFileError, writeFailure } from './errors.ts';
import path from 'node:path';

/** A holder keeps the lock for milliseconds; one this old belongs to a process that died. */
const staleMs = 15_000;
const retryMs = 20;
const patienceMs = 20_000;

/**
 * Runs `work` while this process alone, of all that do the same, holds the lock file, which is made for it and removed
 * afterwards; its folder must exist. A lock that a dead process left is taken over. Throws a `ModelFileError`: `busy`
 * after 20 seconds, or what keeps the file from being written.
 */
export async function withFileLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const own = `${process.pid} ${randomBytes(8).toString('hex')}`;
  for (let waited = 0; !(await take(lock, own)); waited += retryMs) {
    if (waited >= patienceMs) {
      throw new ModelFileError(
        'busy',
        `Another window holds ${lock} and does not let go: close it, or remove that file, and try again.`,
      );
    }
    await removeStale(lock);
    await sleep(retryMs);
  }
  try {
    return await work();
  } finally {
    if ((await textOf(lock)) === own) await rm(lock, { force: true }).catch(() => undefined);
  }
}

async function take(lock: string, own: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600);
    try {
      await handle.writeFile(own);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    // Windows says EPERM or EACCES for a file that is just being removed.
    if (codeOf(error) === 'EEXIST' || (codeOf(error) === 'EPERM' && process.platform === 'win32'))
      return false;
    throw writeFailure(path.dirname(lock), error);
  }
}

/** Takes a stale lock out of the way, and puts it back where another process had just renewed it. */
async function removeStale(lock: string): Promise<void> {
  const facts = await stat(lock).catch(() => null);
  if (facts === null || Date.now() - facts.mtimeMs < staleMs) return;
  const before = await textOf(lock);
  const aside = `${lock}.${process.pid}${randomBytes(4).toString('hex')}.tmp`;
  try {
    await rename(lock, aside);
    if ((await textOf(aside)) !== before) await link(aside, lock);
  } catch {
    // Somebody else was quicker, with either step.
  }
  await rm(aside, { force: true }).catch(() => undefined);
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
