import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../../disk/replaceFile.ts';
import { DownloadError } from './downloadError.ts';
import type { Identity } from './identity.ts';

/** The files beside a target while it is loaded. */
export interface PartFiles {
  readonly target: string;
  readonly part: string;
  readonly state: string;
  readonly lock: string;
}

export function partFiles(target: string): PartFiles {
  return {
    target,
    part: `${target}.part`,
    state: `${target}.part.json`,
    lock: `${target}.part.lock`,
  };
}

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  writer: v.literal('hearth'),
  version: v.literal(1),
  address: v.string(),
  identity: v.object({
    total: v.nullable(offset),
    etag: v.nullable(v.string()),
    lastModified: v.nullable(v.string()),
    digest: v.nullable(v.string()),
  }),
  done: v.array(v.tuple([offset, offset])),
});

/** What was loaded so far: bytes `done` of the file that `identity` describes, from `address`. */
export interface PartState {
  readonly address: string;
  readonly identity: Identity;
  readonly done: readonly (readonly [number, number])[];
}

/**
 * The state of a download that was begun earlier; null: none that can be gone on with. Rejects with DownloadError
 * (`in-the-way`) where a file that Hearth did not write has the name of the part file or of its state.
 */
export async function readState(files: PartFiles): Promise<PartState | null> {
  const text = await readFile(files.state, 'utf8').catch(noneIfMissing);
  const size = await stat(files.part).then((found) => found.size, noneIfMissing);
  // The state is written first and removed last, so that a part without one is of another program.
  if (text === null && size === null) return null;
  if (text === null) throw inTheWay(files.part);
  const json = parsed(text);
  if (!v.is(v.object({ writer: v.literal('hearth') }), json)) throw inTheWay(files.state);
  const state = v.safeParse(schema, json);
  if (!state.success || size === null) return null;
  const { address, identity, done } = state.output;
  const whole = done.every(([start, end]) => start < end && end <= size);
  return whole ? { address, identity, done } : null;
}

/** Saves the state in one step. Rejects with the system's error. */
export async function saveState(files: PartFiles, state: PartState): Promise<void> {
  await replaceFile(files.state, [JSON.stringify({ writer: 'hearth', version: 1, ...state })]);
}

/** Removes what a download left beside the target, and nothing else. */
export async function removePart(files: PartFiles): Promise<void> {
  await rm(files.part, { force: true });
  await sweep(files);
  await rm(files.state, { force: true });
}

/** A process that was killed while it saved its state leaves the half of it that `replaceFile` was writing. */
export async function sweep(files: PartFiles): Promise<void> {
  const folder = path.dirname(files.state);
  const begin = `${path.basename(files.state)}.`;
  for (const name of await readdir(folder)) {
    const half = name.startsWith(begin) && /^\d+[0-9a-f]{8}\.tmp$/.test(name.slice(begin.length));
    if (half) await rm(path.join(folder, name), { force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function inTheWay(file: string): DownloadError {
  return new DownloadError(
    'in-the-way',
    `${file} is there and not Hearth's, another program may be loading it: move it away, or choose another name.`,
  );
}

function noneIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
