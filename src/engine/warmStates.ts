import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Folder of the evaluated states of workspaces within a state folder. */
export function warmFolder(stateFolder: string): string {
  return path.join(stateFolder, 'warm');
}

/**
 * Deletes all evaluated states that a state folder holds (they contain the workspaces' code in another form); gives how
 * many files there were. An engine that runs may save its own again.
 */
export async function clearWarmStates(stateFolder: string): Promise<number> {
  const folder = warmFolder(stateFolder);
  const files = await readdir(folder).catch(() => []);
  await rm(folder, { recursive: true, force: true });
  return files.length;
}
