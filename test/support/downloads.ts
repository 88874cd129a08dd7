import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { download } from '../../src/remote/download/download.ts';
import type { DownloadOptions, DownloadResult } from '../../src/remote/download/types.ts';
import { Egress } from '../../src/remote/egress.ts';
import type { EgressOptions } from '../../src/remote/egressTypes.ts';
import type { Timers } from '../../src/remote/timers.ts';
import { temporaryFolder } from './engine.ts';
import { FakeTimers, settled } from './fakeTimers.ts';
import type { FaultServer } from './faultServer.ts';

/** A clock on which every wait is over at once. */
export class InstantTimers implements Timers {
  readonly waits: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = setImmediate(() => {
      this.#now += milliseconds;
      this.waits.push(milliseconds);
      run();
    });
    return () => clearImmediate(timer);
  }
}

/** Bytes that begin as a GGUF file and repeat nowhere. */
export function modelBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed >>> 0;
  for (let at = 0; at < size; at += 1) {
    // xorshift32 (Marsaglia 2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  bytes.write('GGUF'.slice(0, size), 'latin1');
  return bytes;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A download with small pieces, without waits, and with a clock for stalls that moves when the server falls silent. */
export class DownloadWorld {
  readonly folder = temporaryFolder();
  readonly timers = new InstantTimers();
  readonly stallTimers = new FakeTimers();
  readonly egress: Egress;
  readonly target: string;

  constructor(name = 'model.gguf', options: EgressOptions = {}) {
    this.egress = new Egress({ timers: this.stallTimers, ...options });
    this.target = path.join(this.folder, name);
  }

  options(server: FaultServer, more: Partial<DownloadOptions> = {}): DownloadOptions {
    return {
      address: server.address(),
      target: this.target,
      egress: this.egress,
      timers: this.timers,
      parts: 4,
      ...more,
      tuning: {
        probeBytes: 64,
        smallestPiece: 1000,
        largestPiece: 20_000,
        overlapBytes: 16,
        saveBytes: 2000,
        progressBytes: 100,
        attempts: 4,
        ...more.tuning,
      },
    };
  }

  async run(server: FaultServer, more: Partial<DownloadOptions> = {}): Promise<DownloadResult> {
    const running = download(this.options(server, more));
    let over = false;
    const end = running.then(
      () => (over = true),
      () => (over = true),
    );
    while (!over) {
      // What was sent before the silence arrives first.
      for (let turns = 0; turns < 20 && !over; turns += 1) await settled();
      if (server.stalled > 0) await this.stallTimers.pass(30_000);
    }
    await end;
    return running;
  }

  /** Names of the files in the target's folder. */
  files(): string[] {
    return readdirSync(this.folder).sort();
  }
}
