import { constants } from 'node:fs';
import { open, readdir, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LedgerLine } from '../../core/network/ledger.ts';
import { makeFolder } from '../../disk/makeFolder.ts';
import { ledgerLine, readLedgerLines } from './ledgerLines.ts';

/**
 * Where a request is written: those that stay on this machine have files of their own, since a server here may get one
 * with each keystroke, which must not push out what went elsewhere.
 */
export type LedgerPart = 'away' | 'local';

/** Files of a part at most. With `fileBytes` of 500 kB, all is at most about 5 MB. */
const mostFiles: Readonly<Record<LedgerPart, number>> = { away: 8, local: 2 };
const fileBytes = 500_000;

/** What was read of a file. */
interface ReadFile {
  /** Tells a file from another that had its name before. */
  readonly identity: string;
  bytes: number;
  readonly lines: LedgerLine[];
}

/**
 * Lines in files that several processes share: each line is appended in one piece, and nothing is ever rewritten, so that
 * no process can lose what another wrote. When the newest file of a part is full the next one is begun, and the oldest
 * beyond the limit are deleted. All are readable by their owner only.
 */
export class LedgerFiles {
  readonly folder: string;
  readonly #fileBytes: number;
  /** By path. */
  #read = new Map<string, ReadFile>();

  constructor(folder: string, limits: { readonly fileBytes?: number } = {}) {
    this.folder = folder;
    this.#fileBytes = limits.fileBytes ?? fileBytes;
  }

  /** Appends a line; rejects with the system's error where it was not written whole. */
  async append(part: LedgerPart, line: LedgerLine): Promise<void> {
    const numbers = await this.#numbers(part);
    let number = numbers.at(-1) ?? 1;
    if (numbers.length === 0) await makeFolder(this.folder, 0o700);
    const text = ledgerLine(line);
    while (!(await appendTo(this.#path(part, number), text, this.#fileBytes))) {
      number += 1;
      const old = numbers.filter((one) => one <= number - mostFiles[part]);
      for (const one of old) await rm(this.#path(part, one), { force: true });
    }
  }

  /** All lines that can be read. What was read before and has not changed is not read again. */
  async lines(): Promise<LedgerLine[]> {
    const read = new Map<string, ReadFile>();
    for (const part of ['away', 'local'] as const) {
      for (const number of await this.#numbers(part)) {
        const file = this.#path(part, number);
        const found = await readMore(file, this.#read.get(file));
        if (found !== null) read.set(file, found);
      }
    }
    this.#read = read;
    return [...read.values()].flatMap(({ lines }) => lines);
  }

  /** Deletes all of them. */
  async clear(): Promise<void> {
    for (const part of ['away', 'local'] as const) {
      for (const number of await this.#numbers(part)) await rm(this.#path(part, number), { force: true });
    }
  }

  /** The numbers of a part's files, the oldest first. */
  async #numbers(part: LedgerPart): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const numbers = names.flatMap((name) => {
      const [, of, digits] = /^(away|local)-(\d{1,9})\.jsonl$/.exec(name) ?? [];
      return of === part ? [Number(digits)] : [];
    });
    return numbers.sort((a, b) => a - b);
  }

  #path(part: LedgerPart, number: number): string {
    return path.join(this.folder, `${part}-${String(number).padStart(6, '0')}.jsonl`);
  }
}

/** Appends a line to a file unless it is full; whether it did. */
async function appendTo(file: string, line: string, mostBytes: number): Promise<boolean> {
  const handle = await open(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    const { size } = await handle.stat();
    if (size >= mostBytes) return false;
    // What a crash or a full disk cut short must not run into this line.
    const bytes = Buffer.from(`${(await endsWithin(handle, size)) ? '\n' : ''}${line}\n`);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' });
    return true;
  } finally {
    await handle.close();
  }
}

async function endsWithin(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer.toString() !== '\n';
}

/** Reads what was appended to a file since; null where it is gone. */
async function readMore(file: string, before: ReadFile | undefined): Promise<ReadFile | null> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    const { size, ino, birthtimeMs } = await handle.stat();
    const identity = `${ino} ${birthtimeMs}`;
    const same = before?.identity === identity && before.bytes <= size;
    const known: ReadFile = same ? before : { identity, bytes: 0, lines: [] };
    const buffer = Buffer.alloc(size - known.bytes);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, known.bytes);
    // The rest may still be in another process's pen.
    const whole = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
    known.lines.push(...readLedgerLines(buffer.subarray(0, whole).toString('utf8')));
    known.bytes += whole;
    return known;
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
