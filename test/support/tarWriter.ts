/** An entry of an archive that a test writes; `type` is ustar's letter, `0` for a file. */
export interface WrittenEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly type?: string;
  readonly mode?: number;
  /** Writes the path as a record of its own before the header. */
  readonly long?: 'pax' | 'gnu';
  readonly prefix?: string;
  /** What the header says instead of the content's size. */
  readonly size?: number;
}

/** A tar archive of these entries, in the form that POSIX calls ustar. */
export function writeTar(entries: readonly WrittenEntry[], end = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...entries.flatMap(blocks), end]);
}

function blocks(entry: WrittenEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const own = [header(entry, entry.path, content.length), filled(content)];
  if (entry.long === undefined) return own;
  const record = entry.long === 'pax' ? paxLine('path', entry.path) : Buffer.from(`${entry.path}\0`);
  const type = entry.long === 'pax' ? 'x' : 'L';
  return [header({ path: 'record', type }, 'record', record.length), filled(record), ...own];
}

/** `length path=…`, where the length counts itself. */
export function paxLine(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length += 1;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function header(entry: WrittenEntry, path: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(Buffer.from(path).subarray(0, 100).toString('latin1'), 0, 'latin1');
  block.write(`${(entry.mode ?? 0o644).toString(8).padStart(7, '0')}\0`, 100);
  block.write(`${(entry.size ?? size).toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(entry.type ?? '0', 156);
  block.write('ustar\x0000', 257);
  block.write(entry.prefix ?? '', 345);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function filled(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
