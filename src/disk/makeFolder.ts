import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it where they are missing. Rejects with the system's error: `mkdir` with `recursive`
 * says ENOENT on a read-only disk, where people need to hear EROFS.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const make = (): Promise<unknown> => mkdir(folder, { mode });
  await make()
    .catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT' || path.dirname(folder) === folder) throw error;
      await makeFolder(path.dirname(folder), mode);
      await make();
    })
    .catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
