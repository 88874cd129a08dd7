import type { BigIntStats } from 'node:fs';
import { lstat, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { GgufError, readGgufHeader, type GgufHeader } from '../core/models/ggufHeader.ts';
import { shapeReadOptions } from '../core/models/shapeOf.ts';
import { readModelHeader, splitName, type ModelHeader, type OpenPart } from '../core/models/splitFiles.ts';
import { fileSource } from '../disk/fileSource.ts';
import { codeOf, ModelFileError, readFailure } from './errors.ts';
import { otherFormat } from './otherFormats.ts';

/** A file's state on the disk. */
export interface FileState {
  readonly bytes: number;
  /** Changes with any change of the file: path, size, time of the last change, inode. */
  readonly stamp: string;
  /** The same for all names of one file. */
  readonly identity: string;
}

/**
 * Looks at a file without opening it, links followed. Throws a `ModelFileError`: `gone` where nothing has the name,
 * `unreadable` for a link that leads nowhere and what may not be read, `not-a-file` for folders and devices.
 */
export async function fileState(file: string): Promise<FileState> {
  let facts: BigIntStats;
  try {
    facts = await stat(file, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && (await isLink(file))) {
      throw new ModelFileError('unreadable', 'It is a link to a file that is not there: download it again.', {
        cause: error,
      });
    }
    throw readFailure(error);
  }
  if (facts.isDirectory()) throw new ModelFileError('not-a-file', 'It is a folder: choose a file in it.');
  if (!facts.isFile()) {
    throw new ModelFileError('not-a-file', 'It is a device or a pipe and no file: choose a model file.');
  }
  return {
    bytes: Number(facts.size),
    stamp: [path.resolve(file), facts.size, facts.mtimeNs, facts.ino].join('|'),
    // Some network file systems number nothing; there the resolved path has to do.
    identity: facts.ino === 0n ? await realpath(file) : `${facts.dev}:${facts.ino}`,
  };
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (facts) => facts.isSymbolicLink(),
    () => false,
  );
}

/** How headers are read: with the arrays that markers and chat templates are found in, and those that shapes need. */
const readOptions = {
  keepArrays: ['tokenizer.ggml.tokens', 'tokenizer.ggml.token_type'],
  ...shapeReadOptions,
};

/**
 * Reads the headers of a model's file, or of all parts of the split model that it belongs to, the vocabulary included,
 * and checks that everything is whole. Throws a `ModelFileError`: as `fileState`, and `not-a-model` with a sentence about
 * "it" for anything that is not a whole model.
 */
export async function readModel(file: string): Promise<ModelHeader> {
  return asFileErrors(file, () => readModelHeader(file, openPart, readOptions));
}

/** Reads the header of one file alone, cut off or not. Throws as `readModel`. */
export async function readHeader(file: string): Promise<GgufHeader> {
  return asFileErrors(file, async () => {
    const part = await openFile(file);
    try {
      return await readGgufHeader(part, readOptions);
    } finally {
      await part.close();
    }
  });
}

async function asFileErrors<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    if (!(error instanceof GgufError)) throw readFailure(error);
    const other = error.code === 'not-gguf' ? otherFormat(await beginning(file), file) : null;
    throw new ModelFileError('not-a-model', other ?? error.message, { cause: error });
  }
}

async function openFile(file: string): Promise<OpenPart> {
  const { bytes } = await fileState(file);
  const handle = await open(file, 'r');
  return { ...fileSource(handle, bytes), close: () => handle.close() };
}

async function openPart(file: string): Promise<OpenPart | null> {
  try {
    return await openFile(file);
  } catch (error) {
    const alone = splitName(file) === null;
    if (!alone && error instanceof ModelFileError && error.code === 'gone') return null;
    throw error;
  }
}

async function beginning(file: string): Promise<Uint8Array> {
  const part = await openFile(file);
  try {
    return await part.read(0, 512);
  } finally {
    await part.close();
  }
}
