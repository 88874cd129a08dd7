import path from 'node:path';
import type { Timers } from '../timers.ts';
import { checkSpace, type DownloadDisk, type PartFile } from './disk.ts';
import { saveState, type PartFiles, type PartState } from './files.ts';
import type { Identity } from './identity.ts';
import type { Lock } from './lock.ts';
import type { ProgressTeller } from './progress.ts';
import { RangeSet } from './ranges.ts';
import type { DownloadTuning } from './types.ts';

export interface PartStoreOptions {
  readonly files: PartFiles;
  readonly address: string;
  readonly disk: DownloadDisk;
  readonly tuning: DownloadTuning;
  readonly timers: Timers;
  readonly lock: Lock;
  readonly teller: ProgressTeller;
}

/**
 * The part file with what is known of it. What the state on disk says is there has been synced before, so that it is
 * there after a crash too.
 */
export class PartStore {
  readonly #options: PartStoreOptions;
  #file: PartFile | null = null;
  #done = new RangeSet();
  #identity: Identity = { total: null, etag: null, lastModified: null, digest: null };
  #unsaved = 0;
  #savedAt = 0;
  #saving = false;

  constructor(options: PartStoreOptions) {
    this.#options = options;
  }

  get done(): RangeSet {
    return this.#done;
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Begins with an empty file. */
  async begin(identity: Identity): Promise<void> {
    this.#identity = identity;
    this.#done = new RangeSet();
    // Before the file, which without a state would be taken for another program's.
    await this.#writeState([]);
    const file = await this.#open();
    await file.truncate(0);
    await this.#checkSpace();
  }

  /** Goes on with what is there. */
  async resume(state: PartState, identity: Identity): Promise<void> {
    this.#identity = identity;
    this.#done = new RangeSet(state.done);
    await this.#open();
    await this.#checkSpace();
  }

  /** Writes bytes of the file, and saves the state from time to time. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    const file = await this.#open();
    await file.write(bytes, position);
    this.#done.add(position, position + bytes.length);
    this.#options.teller.advance(bytes.length, this.#done.bytes, this.#identity.total);
    this.#unsaved += bytes.length;
    if (this.#saving) return;
    // More may have come while it was being saved, and nothing may come for a while.
    while (this.#isDue()) await this.#save();
  }

  #isDue(): boolean {
    const { saveBytes, saveMs } = this.#options.tuning;
    const late = this.#unsaved > 0 && this.#options.timers.now() - this.#savedAt >= saveMs;
    return late || this.#unsaved >= saveBytes;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    return (await this.#open()).read(position, length);
  }

  /** The file turned out to have so many bytes. */
  finish(total: number): void {
    this.#identity = { ...this.#identity, total };
  }

  /** Saves what can be saved and closes the file; after a failure too. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    await this.#save().catch(() => undefined);
    this.#file = null;
    await file.close();
  }

  async #save(): Promise<void> {
    this.#saving = true;
    try {
      const { timers, lock } = this.#options;
      this.#unsaved = 0;
      this.#savedAt = timers.now();
      // Taken before the sync, which says nothing of what is written while it runs.
      const done = [...this.#done.ranges];
      await this.#file?.sync();
      await this.#writeState(done);
      await lock.touch();
      await this.#checkSpace();
    } finally {
      this.#saving = false;
    }
  }

  async #writeState(done: PartState['done']): Promise<void> {
    const { files, address } = this.#options;
    await saveState(files, { address, identity: this.#identity, done });
  }

  /** Looked at again while loading, since others write to the disk too, and not every server tells the size. */
  async #checkSpace(): Promise<void> {
    const { disk, files } = this.#options;
    const { total } = this.#identity;
    await checkSpace(
      disk,
      path.dirname(files.target),
      total === null ? 1 : Math.max(0, total - this.#done.bytes),
    );
  }

  async #open(): Promise<PartFile> {
    this.#file ??= await this.#options.disk.open(this.#options.files.part);
    return this.#file;
  }
}
