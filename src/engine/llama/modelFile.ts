import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fingerprintSamples } from '../../core/models/fingerprint.ts';
import {
  checkComplete,
  GgufError,
  readGgufHeader,
  type ByteSource,
  type GgufHeader,
} from '../../core/models/ggufHeader.ts';
import { listedDigest } from '../../disk/listedDigest.ts';
import { fileSource } from '../../disk/fileSource.ts';
import { EngineError } from '../errors.ts';
import { throwIfAborted } from './scheduler.ts';

/** A model file that was looked at, but not given to llama.cpp yet. */
export interface InspectedModel {
  readonly path: string;
  readonly bytes: number;
  readonly header: GgufHeader;
  readonly fingerprint: string;
  /** Changes with any change of the file: path, size, time of the last change, inode. */
  readonly stamp: string;
}

/**
 * Reads and checks a model file's header before any native code sees the file: llama.cpp aborts the process on some
 * damaged files. Throws `model-missing` or `model-invalid`.
 */
export async function inspectModel(modelPath: string): Promise<InspectedModel> {
  const file = await openModel(modelPath);
  try {
    const stat = await file.stat({ bigint: true });
    const bytes = Number(stat.size);
    if (!stat.isFile()) throw missing(modelPath, 'it is not a file');
    const source = fileSource(file, bytes);
    const header = await readGgufHeader(source);
    checkComplete(header, bytes);
    return {
      path: modelPath,
      bytes,
      header,
      stamp: [path.resolve(modelPath), stat.size, stat.mtimeNs, stat.ino].join('|'),
      fingerprint: await fingerprint(source, header.headerBytes),
    };
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    throw new EngineError('model-invalid', `The model ${modelPath} can't be used. ${error.message}`);
  } finally {
    await file.close();
  }
}

async function openModel(modelPath: string): Promise<FileHandle> {
  try {
    return await open(modelPath, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw missing(modelPath, 'there is no such file');
    throw missing(modelPath, code === 'EACCES' ? 'you may not read it' : String(code));
  }
}

function missing(modelPath: string, why: string): EngineError {
  return new EngineError(
    'model-missing',
    `The model ${modelPath} can't be opened: ${why}. Choose another model (setting hearth.model.completion, or --model).`,
  );
}

/** SHA-256 of the size, the header and three samples: enough to tell models apart, cheap for any size. */
async function fingerprint(source: ByteSource, headerBytes: number): Promise<string> {
  const hash = createHash('sha256').update(`${source.size}\n`);
  for (const { offset, length } of fingerprintSamples(source.size, headerBytes)) {
    hash.update(await source.read(offset, length));
  }
  return hash.digest('hex');
}

/**
 * Compares the file with the digest that a `SHA256SUMS` file beside it lists for it (the format of `sha256sum`).
 * Returns false where none is listed; throws `model-tampered` where it differs. `onProgress` is told which part of the
 * file was read.
 */
export async function verifyDigest(
  modelPath: string,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<boolean> {
  const expected = await listedDigest(modelPath);
  if (expected === null) return false;
  const { size } = await stat(modelPath);
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(modelPath)) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    onProgress(Math.min(1, done / size));
  }
  const actual = hash.digest('hex');
  if (actual === expected) return true;
  throw new EngineError(
    'model-tampered',
    `The model ${modelPath} is not the file that SHA256SUMS beside it describes (${actual.slice(0, 12)}… instead of ${expected.slice(0, 12)}…): it was damaged or changed. Reinstall it.`,
  );
}
