import { link, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DownloadError } from './downloadError.ts';

/**
 * Gives a whole file its name in one step, and never takes that name from another file. Rejects with DownloadError
 * (`exists`) or the system's error, and leaves the file where it was then.
 */
export async function place(from: string, to: string): Promise<void> {
  await syncFile(from);
  try {
    await link(from, to);
    await rm(from);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw taken(to);
    // Some file systems know no second name for a file.
    if (await exists(to)) throw taken(to);
    await rename(from, to);
  }
  await syncFolder(path.dirname(to));
}

function taken(file: string): DownloadError {
  return new DownloadError(
    'exists',
    `${file} came into being meanwhile: move it away, or choose another name; what was loaded is kept.`,
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** So that the name outlives a loss of power; Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
