import type { PartStore } from './partStore.ts';
import { StartOver } from './source.ts';

/**
 * Compares what was loaded twice, where two connections meet: a server may send another file under the same name,
 * date and tag.
 */
export class Seams {
  readonly #store: PartStore;
  /** What can't be compared yet. */
  #open: { readonly bytes: Uint8Array; readonly position: number }[] = [];

  constructor(store: PartStore) {
    this.#store = store;
  }

  /** Rejects with StartOver where other bytes are there. */
  async compare(bytes: Uint8Array, position: number): Promise<void> {
    if (bytes.length === 0) return;
    const there = await this.#store.read(position, bytes.length);
    if (!Buffer.from(there).equals(bytes)) throw new StartOver('changed');
  }

  /** Compares now, or once the bytes of the other connection are there. */
  async add(bytes: Uint8Array, position: number): Promise<void> {
    if (this.#store.done.reach(position) >= position + bytes.length) await this.compare(bytes, position);
    else this.#open.push({ bytes, position });
  }

  /** Compares what was left for later; everything is there now. */
  async end(): Promise<void> {
    for (const { bytes, position } of this.#open.splice(0)) await this.compare(bytes, position);
  }

  /** Forgets what was left for later, of a file that is loaded anew. */
  forget(): void {
    this.#open = [];
  }
}
