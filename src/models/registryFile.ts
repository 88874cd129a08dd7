import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '../disk/makeFolder.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import { codeOf, ModelFileError, readFailure, writeFailure } from './errors.ts';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A path below the models folder, with slashes, that can't lead out of it by itself. */
const innerPath = v.pipe(
  v.string(),
  v.minLength(1),
  v.check(
    (text) => !/[\\:\0]/.test(text) && text.split('/').every((part) => !['', '.', '..'].includes(part)),
  ),
);

/** Where a digest was taken from: a catalogue, the host's header at a download, the user, or the bytes themselves. */
export const digestOrigins = ['catalogue', 'host', 'user', 'computed'] as const;
export type DigestOrigin = (typeof digestOrigins)[number];

const recordedModel = v.object({
  /** In the order of the parts. `changedMs` is the time of the last change, as the file had it when it was put there. */
  files: v.pipe(
    v.array(v.object({ path: innerPath, bytes, sha256: v.nullable(sha256), changedMs: v.number() })),
    v.minLength(1),
  ),
  digestFrom: v.nullable(v.picklist(digestOrigins)),
  origin: v.variant('kind', [
    v.object({ kind: v.literal('download'), address: v.string() }),
    v.object({ kind: v.literal('copy'), from: v.string() }),
  ]),
  catalogueId: v.nullable(v.string()),
  /** ISO 8601. */
  addedAt: v.string(),
});
/** A model that Hearth put into its models folder. */
export type RecordedModel = v.InferOutput<typeof recordedModel>;

const pin = v.object({
  sha256,
  bytes: v.nullable(bytes),
  from: v.picklist(digestOrigins),
  pinnedAt: v.string(),
});
/** The digest that the file at an address must have from now on. */
export type Pin = v.InferOutput<typeof pin>;

const contents = v.object({
  version: v.literal(1),
  models: v.array(recordedModel),
  /** Absolute paths of files and folders that are used where they lie. */
  inPlace: v.array(v.object({ path: v.string(), addedAt: v.string() })),
  /** By address. */
  pins: v.record(v.string(), pin),
});
export type RegistryContents = v.InferOutput<typeof contents>;

/** A registry in which nothing is recorded. */
export function emptyRegistry(): RegistryContents {
  return { version: 1, models: [], inPlace: [], pins: {} };
}

/** What a registry file holds, and what is wrong with it. */
export interface ReadRegistry {
  readonly contents: RegistryContents;
  /** `damaged` is put aside at the next write, `newer` and `unreadable` are never written over. */
  readonly state: 'whole' | 'missing' | 'damaged' | 'newer' | 'unreadable';
  /** A sentence for the user where the state is one of the last three, else null. */
  readonly problem: string | null;
}

/** Reads a registry file. Never throws: what can't be read counts as empty, so that nothing can be deleted by it. */
export async function readRegistry(file: string): Promise<ReadRegistry> {
  const empty = (state: ReadRegistry['state'], problem: string | null): ReadRegistry => ({
    contents: emptyRegistry(),
    state,
    problem,
  });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return empty('missing', null);
    return empty(
      'unreadable',
      `The list of Hearth's models, ${file}, is left out. ${readFailure(error).message}`,
    );
  }
  try {
    const json: unknown = JSON.parse(text);
    if (isNewer(json)) {
      return empty(
        'newer',
        `The list of Hearth's models, ${file}, was written by a newer Hearth: update this one.`,
      );
    }
    return { contents: v.parse(contents, json), state: 'whole', problem: null };
  } catch {
    return empty(
      'damaged',
      `The list of Hearth's models, ${file}, is damaged and will be started anew; the models stay, but Hearth no longer deletes those it had put there.`,
    );
  }
}

/**
 * Replaces a registry file in one step and makes its folder where it is missing. A damaged one is kept beside it as
 * `registry.json.damaged`. Throws a `ModelFileError`.
 */
export async function writeRegistry(file: string, read: ReadRegistry, next: RegistryContents): Promise<void> {
  checkWritable(file, read);
  const folder = path.dirname(file);
  try {
    await makeFolder(folder);
    if (read.state === 'damaged') await rename(file, `${file}.damaged`);
    await replaceFile(file, [`${JSON.stringify(next, null, 2)}\n`]);
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/** Throws where a registry file is not ours to replace. */
export function checkWritable(file: string, { state, problem }: ReadRegistry): void {
  if (state !== 'newer' && state !== 'unreadable') return;
  throw new ModelFileError('not-writable', problem ?? `${file} can't be written.`);
}

function isNewer(json: unknown): boolean {
  const version = (json as { version?: unknown } | null)?.version;
  return typeof version === 'number' && version > 1;
}
