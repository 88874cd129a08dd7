import { constants } from 'node:fs';
import { copyFile, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../models/errors.ts';
import type { ReadLines } from './eventLines.ts';

/** What was kept aside of a conversation's file when it was found damaged, the first before the later ones. */
export async function damagedCopies(file: string): Promise<string[]> {
  const start = `${stem(path.basename(file))}.damaged-`;
  const names = await readdir(path.dirname(file)).catch(() => []);
  return names
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .sort((a, b) => Number(a.slice(start.length)) - Number(b.slice(start.length)))
    .map((name) => path.join(path.dirname(file), name));
}

/**
 * Keeps a damaged file: a copy beside it, unless there is one of this damage, or the file itself where nothing in it
 * can be used. The file is never mended, since other windows may be appending to it. Returns a sentence for the user,
 * or null where all was done before.
 */
export async function putAside(
  file: string,
  bytes: Uint8Array,
  { events, damage, newer }: ReadLines,
): Promise<string | null> {
  if (damage === null) return null;
  if (newer && events.length === 0)
    return `The chat in ${file} was written by a newer Hearth: update this one to read it.`;
  const copies = await damagedCopies(file);
  for (const copy of copies) if (await shows(copy, bytes, damage.end)) return null;
  const numbers = copies.map((copy) => Number(copy.slice(copy.lastIndexOf('-') + 1)));
  const aside = `${stem(file)}.damaged-${(numbers.at(-1) ?? 0) + 1}`;
  const what = newer
    ? `The chat in ${file} was written by a newer Hearth, and only what this one understands is shown`
    : events.length > 0
      ? `The chat in ${file} is damaged, and ${damage.lines === 1 ? 'a line' : `${damage.lines} lines`} of it can't be read; the rest is shown`
      : `The chat in ${file} is damaged, and nothing of it can be read`;
  try {
    if (events.length === 0) await rename(file, aside);
    else await copyFile(file, aside, constants.COPYFILE_EXCL);
    return `${what}. The file as it was found is kept as ${aside}.`;
  } catch (error) {
    return `${what}. It could not be kept aside as ${aside} (${codeOf(error)}), and stays where it is.`;
  }
}

/** Whether a copy is a beginning of the file that has the whole damage. */
async function shows(copy: string, bytes: Uint8Array, end: number): Promise<boolean> {
  const kept = await readFile(copy).catch(() => Buffer.alloc(0));
  return kept.length >= end && kept.equals(bytes.subarray(0, kept.length));
}

function stem(file: string): string {
  return file.endsWith('.jsonl') ? file.slice(0, -'.jsonl'.length) : file;
}
