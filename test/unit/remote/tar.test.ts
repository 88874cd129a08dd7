import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tarEntries, TarError } from '../../../src/remote/tar.ts';
import { paxLine, writeTar, type WrittenEntry } from '../../support/tarWriter.ts';

/** Chunks of these sizes in turn. */
async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

async function read(
  archive: Buffer,
  sizes: readonly number[] = [1000],
): Promise<{ path: string; kind: string; executable: boolean; content: string }[]> {
  const found = [];
  for await (const { path, kind, executable, content, size } of tarEntries(chunked(archive, sizes))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.equal(bytes.length, size);
    found.push({ path, kind, executable, content: bytes.toString() });
  }
  return found;
}

describe('tarEntries', () => {
  it('reads files and folders, in the forms of POSIX, pax and GNU', async () => {
    const long = `package/${'d'.repeat(80)}/${'e'.repeat(80)}/größe.txt`;
    const archive = writeTar([
      { path: 'package/', type: '5' },
      { path: 'package/a.txt', content: 'one' },
      { path: './package//bin/run', content: 'two', mode: 0o755 },
      { path: 'old', content: 'x', type: '\0' },
      { path: 'deep/b.txt', prefix: 'package', content: 'three' },
      { path: long, long: 'pax', content: 'four' },
      { path: long, long: 'gnu', content: 'five' },
      { path: 'g', type: 'g', content: paxLine('comment', 'of the whole archive') },
      { path: 'package/empty' },
    ]);
    const file = (path: string, content: string, executable = false): object => ({
      path,
      kind: 'file',
      executable,
      content,
    });
    assert.deepEqual(await read(archive), [
      { path: 'package', kind: 'folder', executable: false, content: '' },
      file('package/a.txt', 'one'),
      file('package/bin/run', 'two', true),
      file('old', 'x'),
      file('package/deep/b.txt', 'three'),
      file(long, 'four'),
      file(long, 'five'),
      file('package/empty', ''),
    ]);
  });

  it('reads the same however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 1500 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 1200 }), { minLength: 1, maxLength: 4 }),
        async (contents, sizes) => {
          const archive = writeTar(contents.map((content, at) => ({ path: `p/${at}`, content })));
          const found = await read(archive, sizes);
          assert.deepEqual(
            found.map(({ content }) => content),
            contents,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  const unsafe: readonly [what: string, entry: WrittenEntry][] = [
    ['a path that climbs', { path: 'package/../../x' }],
    ['a path that is ..', { path: '..' }],
    ['an absolute path', { path: '/etc/passwd' }],
    ['a drive', { path: 'C:/x' }],
    ['a path of Windows', { path: 'package\\..\\..\\x' }],
    ['a stream of NTFS', { path: 'package/a.txt:b' }],
    ['a control character', { path: 'package/a\nb' }],
    ['a name with a dot at its end', { path: 'package/a./x' }],
    ['a name that is empty', { path: './' }],
    ['a climbing path in a pax record', { path: '../x', long: 'pax' }],
    ['a climbing path in a record of GNU', { path: '../x', long: 'gnu' }],
    ['a climbing prefix', { path: 'x', prefix: '../..' }],
    ['a symbolic link', { path: 'package/a', type: '2' }],
    ['a hard link', { path: 'package/a', type: '1' }],
    ['a device', { path: 'package/a', type: '3' }],
    ['a pipe', { path: 'package/a', type: '6' }],
    ['a record without end', { path: 'r', type: 'x', size: 1_000_000_000 }],
    ['a size beyond the archive', { path: 'package/a', content: 'x', size: 5000 }],
    ['a record that is none', { path: 'r', type: 'x', content: '99 path=x\n' }],
    ['a record of length 0', { path: 'r', type: 'x', content: '0 path=x\n' }],
    ['a size that is no number', { path: 'r', type: 'x', content: paxLine('size', '-1') }],
  ];
  for (const [what, entry] of unsafe) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(writeTar([{ path: 'package/first' }, entry])), TarError);
    });
  }

  it('refuses damaged archives with a clear error, and never hangs', async () => {
    const archive = writeTar([
      { path: 'package/a.txt', content: 'x'.repeat(700) },
      { path: `package/${'b'.repeat(200)}`, long: 'pax', content: 'y' },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.nat(archive.length),
        async (changes, cut) => {
          const damaged = Buffer.from(archive.subarray(0, cut));
          for (const [at, byte] of changes) if (at < cut) damaged[at] = byte;
          await read(damaged).catch((error: unknown) => assert.ok(error instanceof TarError, String(error)));
        },
      ),
      { numRuns: 500 },
    );
    for (const cut of [100, 512 + 100, 1024 + 511]) {
      await assert.rejects(read(archive.subarray(0, cut)), /ends in the middle/);
    }
  });
});
