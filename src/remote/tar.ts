/** A file or folder of a tar archive. `content` is to be read before the next entry is asked for. */
export interface TarEntry {
  readonly kind: 'file' | 'folder';
  /** With `/` between its parts; never absolute, and without `..`. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  readonly content: AsyncIterable<Uint8Array>;
}

/** An archive that is damaged or not safe to unpack. The message is half a sentence about "it". */
export class TarError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TarError';
  }
}

const blockBytes = 512;
/** No path that an operating system takes is longer; what claims to be is an attack. */
const longestRecord = 64 * 1024;

/**
 * The entries of a tar archive in the forms of POSIX (ustar and pax) and GNU's long names. Nothing but files and
 * folders is allowed: a link could lead out of the folder that it is unpacked to. Rejects with TarError.
 */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new BlockReader(source);
  let next: Overrides = {};
  for (;;) {
    const header = await reader.block();
    // Two empty blocks end an archive; one is enough to know.
    if (header === null || header.every((byte) => byte === 0)) {
      await reader.drain();
      return;
    }
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = next.size ?? octal(header, 124, 12);
    if ('xgLK'.includes(type)) {
      const record = await reader.all(size);
      next =
        type === 'x' ? { ...next, ...pax(record) } : type === 'L' ? { ...next, path: text(record) } : next;
      continue;
    }
    const folder = type === '5';
    if (!folder && type !== '0' && type !== '\0') throw new TarError('holds a link or a device');
    const path = safePath(next.path ?? headerPath(header));
    next = {};
    const content = reader.content(folder ? 0 : size);
    yield {
      kind: folder ? 'folder' : 'file',
      path,
      size: folder ? 0 : size,
      executable: (octal(header, 100, 8) & 0o100) !== 0,
      content,
    };
    await reader.endContent();
  }
}

/** What a record before a header says instead of it. */
interface Overrides {
  readonly path?: string;
  readonly size?: number;
}

/** Takes a stream apart into blocks of 512 bytes and the contents between them. */
class BlockReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #left = 0;
  #padding = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next block; null at the end of the archive. */
  async block(): Promise<Uint8Array | null> {
    const block = await this.#exactly(blockBytes);
    if (block.length === 0) return null;
    if (block.length < blockBytes) throw new TarError('ends in the middle');
    return block;
  }

  /** So many bytes and what fills up their last block. */
  async all(size: number): Promise<Uint8Array> {
    if (size > longestRecord) throw new TarError('holds a name that is too long');
    const bytes = await this.#exactly(padded(size));
    if (bytes.length < padded(size)) throw new TarError('ends in the middle');
    return bytes.subarray(0, size);
  }

  async *content(size: number): AsyncGenerator<Uint8Array> {
    this.#left = size;
    this.#padding = padded(size) - size;
    while (this.#left > 0) {
      const chunk = await this.#some(this.#left);
      if (chunk === null) throw new TarError('ends in the middle');
      this.#left -= chunk.length;
      yield chunk;
    }
  }

  /** Goes to the next header. Rejects if the content was not read. */
  async endContent(): Promise<void> {
    if (this.#left > 0) throw new TarError('was not read as it should be');
    const padding = await this.#exactly(this.#padding);
    if (padding.length < this.#padding) throw new TarError('ends in the middle');
    this.#padding = 0;
  }

  /** Reads what is left, which stands for nothing, so that the source ends as it should. */
  async drain(): Promise<void> {
    while ((await this.#source.next()).done !== true);
  }

  async #exactly(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const chunk = await this.#some(size - filled);
      if (chunk === null) break;
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return bytes.subarray(0, filled);
  }

  async #some(most: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return null;
      this.#rest = next.value;
    }
    const chunk = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(chunk.length);
    return chunk;
  }
}

function padded(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function headerPath(header: Uint8Array): string {
  const name = text(header.subarray(0, 100));
  const isPosix = text(header.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** A number in octal digits; GNU's binary form, for files of 8 GiB and more, is not for packages. */
function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header.subarray(at, at + length)).trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarError('is damaged');
  return digits === '' ? 0 : parseInt(digits, 8);
}

/** The sum of a header's bytes, those of the sum itself taken as blanks. */
function checkSum(header: Uint8Array): void {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== octal(header, 148, 8)) throw new TarError('is damaged');
}

/** Path and size of a pax record: lines of `length key=value`, the length in bytes and of the whole line. */
function pax(record: Uint8Array): Overrides {
  let found: Overrides = {};
  for (let at = 0; at < record.length;) {
    const blank = record.indexOf(32, at);
    const length = Number(text(record.subarray(at, blank < 0 ? record.length : blank)));
    const end = at + length;
    if (!Number.isInteger(length) || length <= 0 || end > record.length) throw new TarError('is damaged');
    const [key, ...value] = text(record.subarray(blank + 1, end - 1)).split('=');
    if (key === 'path') found = { ...found, path: value.join('=') };
    if (key === 'size') found = { ...found, size: paxSize(value.join('=')) };
    at = end;
  }
  return found;
}

function paxSize(digits: string): number {
  const size = Number(digits);
  if (/^\d+$/.test(digits) && Number.isSafeInteger(size)) return size;
  throw new TarError('is damaged');
}

/** Refuses what could lead out of the folder, on any operating system. */
function safePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  // eslint-disable-next-line no-control-regex -- Windows takes none of them in a name.
  const odd = /[\\:*?"<>|\u0000-\u001f]|[. ]$/;
  const safe = !path.startsWith('/') && parts.length > 0 && parts.every((part) => !odd.test(part));
  if (!safe) throw new TarError(`holds a path that is not safe (${JSON.stringify(path.slice(0, 100))})`);
  return parts.join('/');
}
