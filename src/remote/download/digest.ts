import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { abortedRequest } from '../egressError.ts';

export interface FileDigests {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** As npm writes it; null where it was not asked for. */
  readonly sha512: string | null;
}

/** Reads a whole file. Rejects with EgressError (`aborted`) when it is, else with the system's error. */
export async function digestsOf(
  file: string,
  options: {
    readonly sha512: boolean;
    readonly signal: AbortSignal;
    readonly onBytes: (bytes: number) => Promise<void>;
  },
): Promise<FileDigests> {
  const sha256 = createHash('sha256');
  const sha512 = options.sha512 ? createHash('sha512') : null;
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let bytes = 0;
    for (;;) {
      if (options.signal.aborted) throw abortedRequest();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) break;
      const read = buffer.subarray(0, bytesRead);
      sha256.update(read);
      sha512?.update(read);
      bytes += bytesRead;
      await options.onBytes(bytesRead);
    }
    const long = sha512 === null ? null : `sha512-${sha512.digest('base64')}`;
    return { bytes, sha256: sha256.digest('hex'), sha512: long };
  } finally {
    await handle.close();
  }
}
