import { access, constants, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange } from '../../core/refactor/types.ts';
import { makeFolder } from '../../disk/makeFolder.ts';
import { replaceFile } from '../../disk/replaceFile.ts';
import { decodeText, encodeText, type TextEncoding } from '../../disk/textFile.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** Why changes were not written: a code for programs and a sentence. Nothing was changed then. */
export class WriteRefused extends Error {
  readonly code: 'read-only' | 'missing' | 'changed' | 'exists' | 'encoding' | 'unwritable';

  constructor(code: WriteRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A file that is about to be replaced. */
interface Prepared {
  readonly path: string;
  /** Where links lead to. */
  readonly file: string;
  readonly after: Uint8Array;
  /** Null for a new file. */
  readonly before: { readonly bytes: Uint8Array; readonly mode: number } | null;
}

/** Permission bits of a file. */
const permissions = 0o7777;
const writable = 0o222;

/**
 * Writes changes to the disk, each file in one step, with its own encoding, line ends and permissions; all of them or,
 * where one can't be written, none. Rejects with WriteRefused for a file that may not be written or is not as it was when
 * the change was made. `absolute` gives a path's place on the disk, null for none.
 */
export async function writeChanges(
  changes: readonly FileChange[],
  absolute: (path: string) => string | null,
): Promise<void> {
  const prepared: Prepared[] = [];
  for (const change of changes) prepared.push(await prepare(change, absolute(change.path)));
  const written: Prepared[] = [];
  try {
    for (const one of prepared) {
      await write(one);
      written.push(one);
    }
  } catch (error) {
    for (const one of written) await takeBack(one);
    throw new WriteRefused(
      'unwritable',
      `${prepared[written.length]?.path ?? 'A file'} can't be written, so nothing was changed: ${codeOf(error)}.`,
    );
  }
}

async function write({ file, after, before }: Prepared): Promise<void> {
  if (before !== null) return replaceFile(file, [after], before.mode);
  await makeFolder(path.dirname(file));
  // With the permissions that new files have here, and never in the place of another.
  await writeFile(file, after, { flag: 'wx', flush: true });
}

async function takeBack({ file, before }: Prepared): Promise<void> {
  if (before === null) await rm(file, { force: true });
  else await replaceFile(file, [before.bytes], before.mode);
}

async function prepare({ path: name, before, after }: FileChange, file: string | null): Promise<Prepared> {
  if (file === null)
    throw new WriteRefused('unwritable', `${name} lies outside of the workspace, so nothing was changed.`);
  if (before === null) {
    const there = await stat(file).catch(() => null);
    if (there !== null)
      throw new WriteRefused('exists', `${name} is there by now, so nothing was changed: ask again.`);
    return { path: name, file, after: encodeText({ text: after, encoding: 'utf-8' }), before: null };
  }
  const real = await realpath(file).catch(() => {
    throw new WriteRefused('missing', `${name} is gone, so nothing was changed.`);
  });
  const { mode } = await stat(real);
  // The bits count for those too who could write in spite of them.
  const isReadOnly =
    (mode & writable) === 0 ||
    (await access(real, constants.W_OK).then(
      () => false,
      () => true,
    ));
  if (isReadOnly)
    throw new WriteRefused(
      'read-only',
      `${name} is read-only, so nothing was changed: make it writable first.`,
    );
  const bytes = await readFile(real);
  const encoding = encodingFor(name, bytes, before);
  return {
    ...{ path: name, file: real, after: encodeText({ text: after, encoding }) },
    before: { bytes, mode: mode & permissions },
  };
}

/** The encoding of a file that holds the text that the change was made for. */
function encodingFor(name: string, bytes: Uint8Array, before: string): TextEncoding {
  const held = decodeText(bytes);
  if (held === null)
    throw new WriteRefused('encoding', `${name} is neither UTF-8 nor UTF-16, so nothing was changed.`);
  if (held.text !== before)
    throw new WriteRefused(
      'changed',
      `${name} is not as it was when the change was made, so nothing was changed: ask again.`,
    );
  return held.encoding;
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? sentenceOf(error);
}
