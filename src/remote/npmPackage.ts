import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { checkSpace, systemDisk } from './download/disk.ts';
import { download } from './download/download.ts';
import { asDownloadError, DownloadError } from './download/downloadError.ts';
import { takeLock } from './download/lock.ts';
import type { DownloadOptions } from './download/types.ts';
import { tarEntries, TarError, type TarEntry } from './tar.ts';

export interface NpmPackageOptions extends Pick<
  DownloadOptions,
  'address' | 'egress' | 'headers' | 'signal' | 'onProgress' | 'disk' | 'timers' | 'tuning'
> {
  /** As `package-lock.json` has it: `sha512-` and base64. */
  readonly integrity: string;
  /** The folder to make; there must be none yet. Beside it lie the archive and its parts until it is unpacked. */
  readonly folder: string;
  /** Bytes of all files unpacked, where they are known: room for them is checked first. */
  readonly unpackedBytes?: number;
  /** What an archive may hold at most. Default: 4 GiB in 20,000 files. */
  readonly mostBytes?: number;
  readonly mostFiles?: number;
}

export interface InstalledPackage {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Loads one npm package by the address and digest of its archive, and unpacks it, without the folder `package/` that
 * npm puts around it. The folder is there whole or not at all; no script of the package is run. Rejects with
 * DownloadError; goes on, after a pause or a crash, with what was loaded.
 */
export async function installNpmPackage(options: NpmPackageOptions): Promise<InstalledPackage> {
  const { folder } = options;
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    const lock = await takeLock(`${folder}.lock`);
    try {
      await refuseExisting(folder);
      return await install(options);
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw asDownloadError(error, folder);
  }
}

/** Where the archive lies until it is unpacked to `folder`. */
export function archiveOf(folder: string): string {
  return `${folder}.hearth-download.tgz`;
}

async function install(options: NpmPackageOptions): Promise<InstalledPackage> {
  const { folder, integrity, unpackedBytes, disk, signal } = options;
  const archive = archiveOf(folder);
  await checkSpace(disk ?? systemDisk, path.dirname(folder), unpackedBytes ?? 0);
  await download({
    ...options,
    target: archive,
    purpose: 'engine-package',
    accept: 'any',
    expected: { sha512: integrity },
  });
  await sweep(folder);
  const temporary = await mkdtemp(`${folder}${unpackingMark}`);
  try {
    const unpacked = await unpack(archive, temporary, options);
    await rename(temporary, folder);
    await rm(archive, { force: true });
    return { folder, ...unpacked };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (signal?.aborted === true) throw await stopped(signal, archive);
    if (!(error instanceof TarError) && !isZlibError(error)) throw error;
    await rm(archive, { force: true });
    const what = error instanceof TarError ? error.message : 'is damaged';
    throw new DownloadError(
      'invalid',
      `The archive from ${new URL(options.address).host} ${what}, and is removed: do not use this package.`,
    );
  }
}

/** As for downloads: a cancelled one leaves nothing, a paused one what was loaded. */
async function stopped(signal: AbortSignal, archive: string): Promise<DownloadError> {
  if (signal.reason !== 'cancel') {
    return new DownloadError('paused', 'The installation was paused, and what was loaded is kept.');
  }
  await rm(archive, { force: true });
  return new DownloadError('cancelled', 'The installation was cancelled, and what was loaded is removed.');
}

async function refuseExisting(folder: string): Promise<void> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!there) return;
  throw new DownloadError('exists', `${folder} is there already: remove it first, or choose another folder.`);
}

const unpackingMark = '.unpacking-';

/** A process that was killed while it unpacked leaves its folder; `mkdtemp` adds six letters. */
async function sweep(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const begin = `${path.basename(folder)}${unpackingMark}`;
  for (const name of await readdir(parent)) {
    const left = name.startsWith(begin) && /^[A-Za-z0-9]{6}$/.test(name.slice(begin.length));
    if (left) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

async function unpack(
  archive: string,
  folder: string,
  options: NpmPackageOptions,
): Promise<{ files: number; bytes: number }> {
  const { mostBytes = 4 * 1024 ** 3, mostFiles = 20_000, signal } = options;
  let entries = 0;
  let files = 0;
  let bytes = 0;
  await pipeline(
    createReadStream(archive),
    createGunzip(),
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const entry of tarEntries(source)) {
        entries += 1;
        files += entry.kind === 'file' ? 1 : 0;
        bytes += entry.size;
        if (entries > mostFiles || bytes > mostBytes)
          throw new TarError('holds more than such a package should');
        // npm itself drops the first folder, whatever its name.
        const inside = entry.path.split('/').slice(1);
        if (inside.length > 0) await write(entry, path.join(folder, ...inside));
        else if (entry.kind === 'file') throw new TarError('holds a file outside of its folder');
      }
    },
    signal === undefined ? {} : { signal },
  );
  return { files, bytes };
}

async function write(entry: TarEntry, file: string): Promise<void> {
  if (entry.kind === 'folder') {
    await mkdir(file, { recursive: true });
    return;
  }
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'wx', entry.executable ? 0o755 : 0o644).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    throw code === 'EEXIST' ? new TarError('holds two files of one name') : error;
  });
  try {
    for await (const chunk of entry.content) await handle.writeFile(chunk);
    // Before the folder gets its name, which says that all of it is there.
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' && /^Z_|^ERR_ZLIB/.test(code);
}
