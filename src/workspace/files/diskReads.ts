import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { mostBytes } from '../../core/index/exclusions.ts';

/** A file's bytes, at most one more than `mostBytes`, and when it was changed last. */
export interface FileBytes {
  readonly bytes: Buffer;
  readonly mtimeMs: number;
}

/** What is asked of the disk for a file. All fail as the file system does. */
export interface DiskReads {
  realpath(file: string): Promise<string> | string;
  stat(file: string): Promise<Stats> | Stats;
  readBytes(file: string): Promise<FileBytes> | FileBytes;
}

// A pipe that took the file's place must not hold the reader; a link was resolved already. Windows knows neither.
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants as Partial<typeof constants>;
const flags = (O_RDONLY ?? 0) | (O_NONBLOCK ?? 0) | (O_NOFOLLOW ?? 0);

/** Within the thread: takes a tenth of the time that handing seven questions to other threads does. */
export const directReads: DiskReads = {
  realpath: realpathSync.native,
  stat: statSync,
  readBytes: (file) => {
    const descriptor = openSync(file, flags);
    try {
      const { size, mtimeMs } = fstatSync(descriptor);
      const room = Buffer.allocUnsafe(Math.min(size, mostBytes) + 1);
      let length = 0;
      for (let end = false; !end && length < room.length;) {
        const bytesRead = readSync(descriptor, room, length, room.length - length, null);
        length += bytesRead;
        // What is as long as the file system says needs no second look for more.
        end = bytesRead === 0 || length === size;
      }
      return { bytes: room.subarray(0, length), mtimeMs };
    } finally {
      closeSync(descriptor);
    }
  },
};

/** Beside the thread, which goes on meanwhile. */
export const readsBeside: DiskReads = {
  realpath,
  stat,
  readBytes: async (file) => {
    const handle = await open(file, flags);
    try {
      const { size, mtimeMs } = await handle.stat();
      const room = Buffer.allocUnsafe(Math.min(size, mostBytes) + 1);
      let length = 0;
      for (let end = false; !end && length < room.length;) {
        const { bytesRead } = await handle.read(room, length, room.length - length);
        length += bytesRead;
        // What is as long as the file system says needs no second look for more.
        end = bytesRead === 0 || length === size;
      }
      return { bytes: room.subarray(0, length), mtimeMs };
    } finally {
      await handle.close();
    }
  },
};

/** A read that takes longer is felt by a question that comes meanwhile. */
const slowMs = 10;
/** So many slow ones are no chance: the disk is a network's, or sleeps. */
const slowReads = 3;

/** Reads within the thread for as long as the disk is quick, and beside it from then on. */
export class PacedReads implements DiskReads {
  readonly #now: () => number;
  #slow = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  realpath(file: string): Promise<string> | string {
    return this.#ask((reads) => reads.realpath(file));
  }

  stat(file: string): Promise<Stats> | Stats {
    return this.#ask((reads) => reads.stat(file));
  }

  readBytes(file: string): Promise<FileBytes> | FileBytes {
    return this.#ask((reads) => reads.readBytes(file));
  }

  #ask<T>(question: (reads: DiskReads) => Promise<T> | T): Promise<T> | T {
    if (this.#slow >= slowReads) return question(readsBeside);
    const began = this.#now();
    try {
      return question(directReads);
    } finally {
      if (this.#now() - began > slowMs) this.#slow += 1;
    }
  }
}
