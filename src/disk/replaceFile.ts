import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file by one that holds these parts, one after the other, in one step: whoever reads gets the old file or
 * the whole new one, also after a crash. Readable by its owner only, where no `mode` says otherwise. Rejects with the
 * system's error, and leaves the old file then and nothing else; the folder must exist.
 */
export async function replaceFile(
  file: string,
  parts: readonly (Uint8Array | string)[],
  mode?: number,
): Promise<void> {
  const temporary = `${file}.${process.pid}${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      for (const part of parts) await handle.writeFile(part);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
