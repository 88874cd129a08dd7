import { open, statfs } from 'node:fs/promises';
import { formatBytes } from '../../core/text/bytes.ts';
import { DownloadError } from './downloadError.ts';

/** An open part file. All reject with the system's error. */
export interface PartFile {
  /** Writes all of it. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Up to `length` bytes, fewer at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  truncate(size: number): Promise<void>;
  /** Until what was written would outlive a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk as downloads use it. */
export interface DownloadDisk {
  /** Bytes that may be written to the disk of a folder; null where the system does not say. */
  freeSpace(folder: string): Promise<number | null>;
  /** Opens a file to read and write; makes an empty one where there is none. */
  open(file: string): Promise<PartFile>;
}

export const systemDisk: DownloadDisk = {
  freeSpace: async (folder) => {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
  open: openPart,
};

async function openPart(file: string): Promise<PartFile> {
  const handle = await open(file, 'a').then((created) => created.close().then(() => open(file, 'r+')));
  return {
    write: async (bytes, position) => {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
        at += bytesWritten;
      }
    },
    read: async (position, length) => {
      const buffer = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** What a disk should still have free afterwards, so that the machine works on. */
const reserveBytes = 64 * 1024 * 1024;

/** Rejects with DownloadError (`no-space`) where a folder's disk has no room for so many bytes more. */
export async function checkSpace(disk: DownloadDisk, folder: string, bytes: number): Promise<void> {
  const free = await disk.freeSpace(folder);
  if (free === null || bytes === 0 || free >= bytes + reserveBytes) return;
  throw new DownloadError(
    'no-space',
    `The file needs ${formatBytes(bytes)} more, but the disk of ${folder} has only ${formatBytes(free)} free: ` +
      `free ${formatBytes(bytes + reserveBytes - free)}, or choose a folder on another disk.`,
  );
}
