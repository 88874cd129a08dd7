import { constants } from 'node:fs';
import { access, mkdir, open, readdir, realpath, rename, rm, statfs } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { isAlive } from '../disk/isAlive.ts';
import { makeFolder } from '../disk/makeFolder.ts';
import { formatBytes } from '../core/text/bytes.ts';
import { digestFile, type LongWork } from './digest.ts';
import { codeOf, ModelFileError, readFailure, writeFailure } from './errors.ts';
import { inspectModel } from './inspect.ts';
import type { Registry } from './registry.ts';

/** Room that is left on the disk for everything else. */
const spareBytes = 100_000_000;
/** Folders that are tried for files whose names are taken. */
const maxFolders = 100;

/** How to import. */
export interface ImportOptions extends LongWork {
  /** Into Hearth's folder, or used where it lies from now on. */
  readonly mode: 'copy' | 'in-place';
  readonly registry: Registry;
  /** Free bytes on a folder's disk, or null where that can't be known; for tests. */
  readonly freeBytes?: (folder: string) => Promise<number | null>;
}

/** What became of an import. */
export interface Imported {
  /** What to load. */
  readonly path: string;
  readonly files: readonly string[];
  readonly bytes: number;
  /** SHA-256 in hex of each file, null in place: the files were not read whole. */
  readonly sha256: readonly (string | null)[];
}

/**
 * Takes a model file of the user's, with all parts where it is one of a split model's, after a look at whether it is
 * whole and a model that writes text. Copies appear under their names only when they are complete, beside no half file,
 * and over no other file. Throws a `ModelFileError` whose message names the file; nothing is left behind then.
 */
export async function importModel(file: string, options: ImportOptions): Promise<Imported> {
  const absolute = path.resolve(file);
  const { files, bytes } = await checkModel(absolute);
  const [first = absolute] = files;
  if (options.mode === 'in-place') {
    await options.registry.addInPlace(first);
    return { path: first, files, bytes, sha256: files.map(() => null) };
  }
  const folder = options.registry.folder;
  await makeFolder(folder).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
  await refuseOwn(first, folder);
  await checkSpace(folder, bytes, options.freeBytes ?? freeBytesOf);
  await options.registry.checkWritable();
  await sweepCopies(folder);
  const copies = await copyAll(files, bytes, folder, options);
  try {
    await options.registry.addModel({
      files: copies,
      digestFrom: 'computed',
      origin: { kind: 'copy', from: first },
      catalogueId: null,
    });
  } catch (error) {
    // A copy that nothing tells of could never be deleted again.
    for (const copy of copies) await rm(copy.path, { force: true }).catch(() => undefined);
    throw error;
  }
  return {
    path: copies[0]?.path ?? first,
    files: copies.map((copy) => copy.path),
    bytes,
    sha256: copies.map((copy) => copy.sha256),
  };
}

/**
 * Looks whether a file is a whole model that writes text, and returns all its files in order and their length together.
 * Throws a `ModelFileError` whose message names the file.
 */
export async function checkModel(file: string): Promise<{ files: readonly string[]; bytes: number }> {
  try {
    const { files, bytes, problem } = await inspectModel(file);
    if (problem !== null) throw new ModelFileError('not-a-model', problem);
    for (const part of files) await access(part, constants.R_OK);
    return { files, bytes };
  } catch (error) {
    const failure = error instanceof ModelFileError ? error : readFailure(error);
    throw new ModelFileError(failure.code, `${file} can't be imported. ${failure.message}`, { cause: error });
  }
}

/** A model in Hearth's folder needs no copy, whatever path led to it. */
async function refuseOwn(file: string, folder: string): Promise<void> {
  const [real, root] = [await realpath(file), await realpath(folder)];
  if (real.startsWith(root + path.sep)) {
    throw new ModelFileError(
      'taken',
      `${file} lies in Hearth's models folder already: choose it from the list.`,
    );
  }
}

async function checkSpace(
  folder: string,
  bytes: number,
  freeBytes: (folder: string) => Promise<number | null>,
): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes + spareBytes) return;
  throw new ModelFileError(
    'no-space',
    `The model needs ${formatBytes(bytes)}, and ${folder} has ${formatBytes(free)} free: free some space, or use the file where it lies.`,
  );
}

/** Free bytes for this user on a folder's disk, or null where the system does not say. */
async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** What the name of a copy ends with that is being made: the process, and chance. */
const copyMark = /\.(\d+)-[0-9a-f]{8}\.hearth-copy$/;

/** Removes what processes left that were ended while they copied. */
async function sweepCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(copyMark.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid))
      await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}

interface Copy {
  readonly path: string;
  readonly sha256: string;
}

/** Copies all files under other names, then gives them their own, all in one folder as split models need it. */
async function copyAll(
  files: readonly string[],
  total: number,
  folder: string,
  { signal, onProgress }: ImportOptions,
): Promise<Copy[]> {
  const temporary: { from: string; at: string; sha256: string }[] = [];
  const mark = `.${process.pid}-${randomBytes(4).toString('hex')}.hearth-copy`;
  let done = 0;
  try {
    for (const from of files) {
      const at = path.join(folder, path.basename(from) + mark);
      const entry = { from, at, sha256: '' };
      temporary.push(entry);
      const work: LongWork = {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ bytes }) => onProgress?.({ bytes: done + bytes, total }),
      };
      const { sha256, bytes } = await copyFile(from, at, work);
      entry.sha256 = sha256;
      done += bytes;
    }
    signal?.throwIfAborted();
    const names = await reserve(
      files.map((file) => path.basename(file)),
      folder,
    );
    const copies: Copy[] = [];
    for (const [index, { at, sha256 }] of temporary.entries()) {
      const target = names[index] ?? '';
      await rename(at, target);
      copies.push({ path: target, sha256 });
    }
    return copies;
  } finally {
    for (const { at } of temporary) await rm(at, { force: true }).catch(() => undefined);
  }
}

async function copyFile(
  from: string,
  to: string,
  work: LongWork,
): Promise<{ sha256: string; bytes: number }> {
  const folder = path.dirname(to);
  const failed = (error: unknown): never => {
    throw writeFailure(folder, error);
  };
  const handle = await open(to, 'wx', 0o600).catch(failed);
  try {
    const result = await digestFile(from, work, async (chunk) => {
      await handle.writeFile(chunk).catch(failed);
    });
    await handle.sync().catch(failed);
    return result;
  } finally {
    await handle.close();
  }
}

/**
 * Makes an empty file under each name, so that no other's file is ever replaced: in the folder itself, else in the
 * first of `2`, `3`… where all names are free. Returns the paths.
 */
async function reserve(names: readonly string[], folder: string): Promise<string[]> {
  for (let attempt = 1; attempt <= maxFolders; attempt += 1) {
    const at = attempt === 1 ? folder : path.join(folder, String(attempt));
    const made: string[] = [];
    try {
      await mkdir(at, { recursive: true });
      for (const name of names) {
        await (await open(path.join(at, name), 'wx', 0o600)).close();
        made.push(path.join(at, name));
      }
      return made;
    } catch (error) {
      for (const file of made) await rm(file, { force: true }).catch(() => undefined);
      if (codeOf(error) !== 'EEXIST') throw writeFailure(at, error);
    }
  }
  throw new ModelFileError(
    'taken',
    `${folder} has too many models named ${names[0] ?? ''}: delete some first.`,
  );
}
