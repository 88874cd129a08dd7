import path from 'node:path';
import { listedDigest } from '../../disk/listedDigest.ts';
import { verifyModel, type LongWork } from '../../models/digest.ts';
import { fileState } from '../../models/modelFile.ts';
import type { Registry } from '../../models/registry.ts';
import type { DigestOrigin } from '../../models/registryFile.ts';
import type { InstalledModel } from '../../models/types.ts';

/** Who says what the digest of a file is: Hearth's registry, by its origin, the store it lies in, or a `SHA256SUMS`. */
export type DigestSource = DigestOrigin | 'store' | 'SHA256SUMS';

/** What reading a file whole has shown. Digests are SHA-256 in hex. */
export interface VerifiedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Null where nobody says what it should be. */
  readonly expected: string | null;
  readonly from: DigestSource | null;
  readonly matches: boolean | null;
}

/**
 * Reads all files of a model and compares their digests with what is known of them. `installed` is what the listing
 * says of it, or null. Rejects with `ModelFileError`, or the reason of an aborted signal.
 */
export async function verifyFiles(
  files: readonly string[],
  registry: Registry,
  installed: InstalledModel | null,
  { onProgress, ...work }: LongWork = {},
): Promise<VerifiedFile[]> {
  const verified: VerifiedFile[] = [];
  let total = 0;
  for (const file of files) total += (await fileState(file)).bytes;
  let before = 0;
  for (const file of files) {
    const known = await expectedDigest(file, registry, installed);
    const { sha256, bytes, matches } = await verifyModel(file, known?.sha256 ?? null, {
      ...work,
      onProgress: (progress) => onProgress?.({ bytes: before + progress.bytes, total }),
    });
    before += bytes;
    verified.push({
      path: file,
      bytes,
      sha256,
      expected: known?.sha256 ?? null,
      from: known?.from ?? null,
      matches,
    });
  }
  return verified;
}

interface Expected {
  readonly sha256: string;
  readonly from: DigestSource;
}

async function expectedDigest(
  file: string,
  registry: Registry,
  installed: InstalledModel | null,
): Promise<Expected | null> {
  const { models } = (await registry.read()).contents;
  for (const record of models) {
    const recorded = record.files.find((one) => registry.pathOf(one) === path.resolve(file));
    if (recorded?.sha256 != null) return { sha256: recorded.sha256, from: record.digestFrom ?? 'computed' };
  }
  if (installed?.sha256 != null) return { sha256: installed.sha256, from: 'store' };
  const listed = await listedDigest(file);
  return listed === null ? null : { sha256: listed, from: 'SHA256SUMS' };
}
