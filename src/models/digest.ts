import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ModelFileError, readFailure } from './errors.ts';
import { fileState } from './modelFile.ts';

/** Bytes read at a time: enough to keep a fast disk busy, little enough to stop within a few milliseconds. */
const chunkBytes = 4 * 1024 * 1024;

/** How far work on a file's bytes has come. */
export interface ByteProgress {
  readonly bytes: number;
  readonly total: number;
}

/** What can be said to long work on files. */
export interface LongWork {
  /** Aborting rejects with the signal's reason, within one chunk. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ByteProgress) => void;
}

/**
 * A file's whole SHA-256, in hex, and its length. `take` gets every chunk in order before it is overwritten. Throws a
 * `ModelFileError`: as `fileState`, and `changed` where the file changes meanwhile.
 */
export async function digestFile(
  file: string,
  { signal, onProgress }: LongWork = {},
  take: (chunk: Uint8Array) => Promise<void> = () => Promise.resolve(),
): Promise<{ sha256: string; bytes: number }> {
  signal?.throwIfAborted();
  const before = await fileState(file);
  const hash = createHash('sha256');
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw readFailure(error);
  });
  let bytes = 0;
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, bytes).catch((error: unknown) => {
        throw readFailure(error);
      });
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await take(chunk);
      bytes += bytesRead;
      onProgress?.({ bytes, total: before.bytes });
    }
  } finally {
    await handle.close();
  }
  if ((await fileState(file)).stamp !== before.stamp || bytes !== before.bytes) {
    throw new ModelFileError(
      'changed',
      `${file} changed while it was read: wait until it is whole, and try again.`,
    );
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** What a check of a file's digest found. */
export interface Verified {
  readonly sha256: string;
  readonly bytes: number;
  /** Whether it is the expected digest; null where none was expected. */
  readonly matches: boolean | null;
}

/** Reads a whole file and compares its SHA-256 with the one expected, in hex of either case. Throws as `digestFile`. */
export async function verifyModel(
  file: string,
  expected: string | null,
  work: LongWork = {},
): Promise<Verified> {
  const { sha256, bytes } = await digestFile(file, work);
  return { sha256, bytes, matches: expected === null ? null : sha256 === expected.toLowerCase() };
}
