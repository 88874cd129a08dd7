import { stat } from 'node:fs/promises';
import { walk } from './walk.ts';

/** A download that was begun and is not whole. */
export interface UnfinishedDownload {
  /** The file that was begun, ending in `.part`. */
  readonly path: string;
  /** The file that it is to become. */
  readonly target: string;
  /** Bytes that it takes on the disk at present. */
  readonly bytes: number;
}

/** The `.part` files in Hearth's models folder, in the order of their paths; no listing takes them for models. */
export async function unfinishedDownloads(folder: string): Promise<UnfinishedDownload[]> {
  const { files } = await walk(folder, (name) => name.endsWith('.part'), { maxDepth: 3, maxEntries: 20_000 });
  const found: UnfinishedDownload[] = [];
  for (const file of files) {
    const facts = await stat(file).catch(() => null);
    if (facts === null) continue;
    // A part may be made as long as the whole file at once; its blocks of 512 bytes say what is there.
    const bytes = facts.blocks === 0 ? facts.size : Math.min(facts.size, facts.blocks * 512);
    found.push({ path: file, target: file.slice(0, -'.part'.length), bytes });
  }
  return found;
}
