import { webcrypto } from 'node:crypto';
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../disk/makeFolder.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/**
 * Layout, numbers little-endian: 8 bytes of magic, u32 version of this layout, u32 bytes of the key, u64 bytes of the
 * payload, 32 bytes of the payload's SHA-256, the key in UTF-8, the payload.
 */
const magic = Buffer.from('HEARTHSN');
const formatVersion = 1;
const headBytes = 8 + 4 + 4 + 8 + 32;
/** What a process that was killed left behind; younger files may be another process's that is just saving. */
const orphanMs = 10 * 60_000;

/**
 * The payload that was written under the same key, at the start of a buffer of its own; null where there is none, or
 * where anything about the file does not verify. Such a file is removed, which `log` is told in one sentence.
 */
export async function readSnapshot(
  file: string,
  key: string,
  log: (message: string) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let problem: string;
  try {
    const handle = await open(file, 'r');
    try {
      const read = await readVerified(handle, Buffer.from(key));
      if (typeof read !== 'string') return read;
      problem = read;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
    problem = `it can't be read (${codeOf(error)})`;
  }
  log(`The saved index ${file} is removed and built anew: ${problem}.`);
  await rm(file, { force: true, recursive: true }).catch(() => undefined);
  return null;
}

/** The payload, or what is wrong. */
async function readVerified(handle: FileHandle, key: Buffer): Promise<Uint8Array<ArrayBuffer> | string> {
  const { size } = await handle.stat();
  const head = await readAt(handle, 0, headBytes);
  if (head === null || !magic.equals(head.subarray(0, 8))) return 'it is no saved index';
  if (head.readUInt32LE(8) !== formatVersion) return 'it was written by another version';
  const keyBytes = head.readUInt32LE(12);
  if (keyBytes !== key.length || !(await readAt(handle, headBytes, keyBytes))?.equals(key)) {
    return 'it belongs to another version or folder';
  }
  const payloadBytes = Number(head.readBigUInt64LE(16));
  if (headBytes + keyBytes + payloadBytes !== size) return 'it is not complete';
  const payload = await readAt(handle, headBytes + keyBytes, payloadBytes);
  if (payload === null || !(await sha256(payload)).equals(head.subarray(24, headBytes)))
    return 'it is damaged';
  return payload;
}

/**
 * Replaces the file by one that holds `bytes` under `key`, in one step: whoever reads gets the old or the new one. The
 * folder is made where it is missing. Fails with a sentence that says what to do, and leaves the old file.
 */
export async function writeSnapshot(file: string, key: string, bytes: Uint8Array): Promise<void> {
  const keyBytes = Buffer.from(key);
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt32LE(formatVersion, 8);
  head.writeUInt32LE(keyBytes.length, 12);
  head.writeBigUInt64LE(BigInt(bytes.length), 16);
  (await sha256(bytes)).copy(head, 24);
  try {
    await makeFolder(path.dirname(file), 0o700);
    await replaceFile(file, [head, keyBytes, bytes]);
  } catch (error) {
    throw new Error(writeFailure(path.dirname(file), codeOf(error)), { cause: error });
  }
  await sweep(file);
}

/** What a failure to write means and what to do about it, by the system's code for it. */
export function writeFailure(folder: string, code: string): string {
  const advice =
    {
      ENOSPC: 'free some space on the disk',
      EDQUOT: 'free some space on the disk',
      EROFS: 'the disk is read-only, allow writing to it',
      EACCES: 'allow writing to the folder',
      EPERM: 'allow writing to the folder',
    }[code] ?? 'see that it is a folder that can be written to';
  return `The index can't be saved in ${folder} (${code}) and is built anew at every start: ${advice}.`;
}

async function sweep(file: string): Promise<void> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${path.basename(file)}.`) || !name.endsWith('.tmp')) continue;
    const at = path.join(folder, name);
    const facts = await stat(at).catch(() => null);
    if (facts !== null && Date.now() - facts.mtimeMs > orphanMs)
      await rm(at, { force: true }).catch(() => undefined);
  }
}

/** Exactly so many bytes in a buffer of their own; null where the file is shorter. */
async function readAt(
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer> | null> {
  const { size } = await handle.stat();
  if (position + length > size) return null;
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) return null;
    at += bytesRead;
  }
  return bytes;
}

/** Computed beside this thread: a large index takes a while. */
async function sha256(bytes: Uint8Array): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? sentenceOf(error);
}
