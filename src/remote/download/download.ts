import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { plainAddress } from '../../core/models/plainAddress.ts';
import { abortedRequest, EgressError } from '../egressError.ts';
import { systemTimers } from '../timers.ts';
import { digestsOf, type FileDigests } from './digest.ts';
import { systemDisk } from './disk.ts';
import { asDownloadError, DownloadError } from './downloadError.ts';
import { partFiles, readState, removePart, sweep, type PartFiles } from './files.ts';
import { takeLock, type Lock } from './lock.ts';
import { place } from './place.ts';
import { PartStore } from './partStore.ts';
import { ProgressTeller } from './progress.ts';
import { Seams } from './seams.ts';
import { Source } from './source.ts';
import { transfer } from './transfer.ts';
import { defaultTuning, type DigestFrom, type DownloadOptions, type DownloadResult } from './types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/**
 * Loads a file to `target`, going on with what an earlier run of any process left, and gives it its name only when
 * it is whole and its digest is right. Rejects with DownloadError, after an abort always.
 */
export async function download(options: DownloadOptions): Promise<DownloadResult> {
  const files = partFiles(options.target);
  try {
    await mkdir(path.dirname(options.target), { recursive: true });
    const lock = await takeLock(files.lock);
    try {
      return await new Download(options, files, lock).run();
    } catch (error) {
      const stopped = stopOf(error, options.signal);
      if (stopped?.code === 'cancelled') await removePart(files);
      throw stopped ?? error;
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw asDownloadError(error, options.target);
  }
}

/** How far an unfinished download of a file got, by what it left on disk, and its address without a query; null where there is none. */
export async function unfinished(
  target: string,
): Promise<{ address: string; bytes: number; total: number | null } | null> {
  const state = await readState(partFiles(target)).catch(() => null);
  if (state === null) return null;
  const bytes = state.done.reduce((sum, [start, end]) => sum + end - start, 0);
  return { address: state.address, bytes, total: state.identity.total };
}

/** Removes what an unfinished download left. Rejects with DownloadError while it runs, or where nothing is Hearth's. */
export async function discardUnfinished(target: string): Promise<void> {
  const files = partFiles(target);
  try {
    const lock = await takeLock(files.lock);
    try {
      await readState(files);
      await removePart(files);
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw asDownloadError(error, target);
  }
}

/** An error that is whoever asked having stopped it. */
function stopOf(error: unknown, signal: AbortSignal | undefined): DownloadError | null {
  if (signal?.aborted !== true || !(error instanceof EgressError) || error.code !== 'aborted') return null;
  return signal.reason === 'cancel'
    ? new DownloadError('cancelled', 'The download was cancelled, and what was loaded is removed.')
    : new DownloadError('paused', 'The download was paused, and what was loaded is kept.');
}

class Download {
  readonly #options: DownloadOptions;
  readonly #files: PartFiles;
  readonly #lock: Lock;
  readonly #signal: AbortSignal;
  readonly #teller: ProgressTeller;

  constructor(options: DownloadOptions, files: PartFiles, lock: Lock) {
    this.#options = options;
    this.#files = files;
    this.#lock = lock;
    this.#signal = options.signal ?? new AbortController().signal;
    const { tellMs } = { ...defaultTuning, ...options.tuning };
    const tell = options.onProgress ?? (() => undefined);
    this.#teller = new ProgressTeller(tell, options.timers ?? systemTimers, tellMs);
  }

  async run(): Promise<DownloadResult> {
    try {
      return await this.#run();
    } finally {
      this.#teller.end();
    }
  }

  async #run(): Promise<DownloadResult> {
    this.#throwIfAborted();
    const there = await this.#alreadyThere();
    if (there !== null) return there;
    const earlier = await readState(this.#files);
    if (earlier === null) await removePart(this.#files);
    else await sweep(this.#files);
    const hostDigest = await this.#load(earlier);
    const digests = await this.#digests(this.#files.part);
    const digestFrom = await this.#checkDigests(digests, hostDigest);
    const refusal = await this.#refusal(digests.bytes);
    if (refusal !== null) {
      await removePart(this.#files);
      throw new DownloadError('invalid', refusal);
    }
    this.#throwIfAborted();
    await place(this.#files.part, this.#options.target);
    await removePart(this.#files);
    const { bytes, sha256 } = digests;
    return { path: this.#options.target, status: 'downloaded', bytes, sha256, digestFrom };
  }

  /** Why the whole file is refused, or null; what can't be looked at is kept. */
  async #refusal(bytes: number): Promise<string | null> {
    try {
      return (await this.#options.validate?.(this.#files.part, bytes)) ?? null;
    } catch (error) {
      const why = sentenceOf(error);
      throw new DownloadError('invalid', `What was loaded can't be looked at (${why}): try again.`, error);
    }
  }

  /** Loads what is missing; resolves with the digest that the host states. */
  async #load(earlier: Awaited<ReturnType<typeof readState>>): Promise<string | null> {
    const options = this.#options;
    const timers = options.timers ?? systemTimers;
    const tuning = { ...defaultTuning, ...options.tuning };
    const store = new PartStore({
      files: this.#files,
      address: plainAddress(options.address),
      disk: options.disk ?? systemDisk,
      tuning,
      timers,
      lock: this.#lock,
      teller: this.#teller,
    });
    const onWait = async (trouble: string): Promise<void> => {
      this.#teller.enter('waiting', store.done.bytes, store.identity.total, trouble);
      await this.#lock.touch();
    };
    this.#teller.enter('connecting', 0, null);
    try {
      const source = new Source(options, tuning);
      const retry = { timers, tuning, signal: this.#signal, onWait };
      await transfer({ options, source, store, seams: new Seams(store), tuning, retry }, earlier);
      return store.identity.digest;
    } catch (error) {
      const kept = earlier !== null || store.done.bytes > 0;
      if (!kept || !(error instanceof EgressError) || error.code === 'aborted') throw error;
      throw new DownloadError('network', `${error.message} What was loaded is kept.`, error);
    } finally {
      await store.close();
    }
  }

  #throwIfAborted(): void {
    if (this.#signal.aborted) throw abortedRequest();
  }

  /** A file of the target's name: the one that is wanted, or an error. */
  async #alreadyThere(): Promise<DownloadResult | null> {
    const { target, expected, accept } = this.#options;
    const size = await stat(target).then(
      (found) => found.size,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      },
    );
    if (size === null) return null;
    const checked = expected?.sha256 !== undefined || expected?.sha512 !== undefined;
    const digests = checked ? await this.#digests(target) : null;
    const sound =
      (expected?.bytes === undefined || size === expected.bytes) &&
      (digests === null || this.#isExpected(digests)) &&
      (accept === 'any' || (await beginsAsGguf(target)));
    if (!sound) {
      throw new DownloadError(
        'exists',
        `${target} is there already and is not the file wanted: move it away, or choose another name.`,
      );
    }
    // Whoever was killed between giving the file its name and tidying up left these.
    const tidied = readState(this.#files).then(() => removePart(this.#files));
    await tidied.catch(() => undefined);
    const sha256 = digests?.sha256 ?? null;
    const digestFrom = checked ? 'expected' : 'none';
    return { path: target, status: 'already-there', bytes: size, sha256, digestFrom };
  }

  async #digests(file: string): Promise<FileDigests> {
    const { size } = await stat(file);
    let bytes = 0;
    this.#teller.enter('verifying', 0, size);
    return digestsOf(file, {
      sha512: this.#options.expected?.sha512 !== undefined,
      signal: this.#signal,
      onBytes: async (read) => {
        bytes += read;
        this.#teller.advance(read, bytes, size);
        // A lock need not be touched for each of thousands of reads.
        if (bytes % (256 * 1024 * 1024) < read) await this.#lock.touch();
      },
    });
  }

  /** What the file was checked against. Rejects with DownloadError (`digest`), and removes it, if it is wrong. */
  async #checkDigests(digests: FileDigests, hostDigest: string | null): Promise<DigestFrom> {
    const { expected } = this.#options;
    const stated = expected?.sha256 ?? expected?.sha512;
    const right =
      this.#isExpected(digests) &&
      (stated !== undefined || hostDigest === null || hostDigest === digests.sha256);
    if (!right) {
      await removePart(this.#files);
      const wanted = stated ?? hostDigest;
      throw new DownloadError(
        'digest',
        `What was loaded is not the file that it should be (its SHA-256 is ${digests.sha256}, but ${wanted} was ` +
          'stated), and is removed: try again, and if that does not help, do not trust the address.',
      );
    }
    return stated !== undefined ? 'expected' : hostDigest !== null ? 'host' : 'none';
  }

  #isExpected(digests: FileDigests): boolean {
    const { expected } = this.#options;
    const short = expected?.sha256?.toLowerCase() ?? digests.sha256;
    const long = expected?.sha512 ?? digests.sha512;
    const bytes = expected?.bytes ?? digests.bytes;
    return short === digests.sha256 && long === digests.sha512 && bytes === digests.bytes;
  }
}

async function beginsAsGguf(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'GGUF';
  } finally {
    await handle.close();
  }
}
