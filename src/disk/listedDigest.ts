import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The SHA-256, in lower-case hex, that a `SHA256SUMS` file beside a file lists for it (the format of `sha256sum`); null
 * where none is listed, or the list can't be read.
 */
export async function listedDigest(file: string): Promise<string | null> {
  const list = await readFile(path.join(path.dirname(file), 'SHA256SUMS'), 'utf8').catch(() => '');
  for (const row of list.split(/\r?\n/)) {
    const [, sha256, name] = /^([0-9a-f]{64}) [ *](.+)$/i.exec(row) ?? [];
    if (sha256 !== undefined && name === path.basename(file)) return sha256.toLowerCase();
  }
  return null;
}
