import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSnapshot, writeFailure, writeSnapshot } from '../../../src/workspace/snapshotFile.ts';
import { temporaryFolder } from '../../support/engine.ts';

const key = 'grammar 1, schema 2, /home/ä';
const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index % 251);

const newFile = (): string => path.join(temporaryFolder(), 'deep/er/index.bin');

describe('a snapshot', () => {
  it('comes back as it was written, at the start of its own buffer', async () => {
    const file = newFile();
    for (const written of [bytes, new Uint8Array(0), bytes.subarray(3, 10)]) {
      await writeSnapshot(file, key, written);
      const read = await readSnapshot(file, key);
      assert.deepEqual(read && [...read], [...written]);
      assert.equal(read?.byteOffset, 0);
    }
    assert.deepEqual(readdirSync(path.dirname(file)), ['index.bin']);
  });

  it('is for its owner only', { skip: process.platform === 'win32' }, async () => {
    const file = newFile();
    await writeSnapshot(file, key, bytes);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is null where there is none, without a word', async () => {
    const log: string[] = [];
    assert.equal(await readSnapshot(newFile(), key, (message) => log.push(message)), null);
    assert.deepEqual(log, []);
  });

  it('of another key is removed', async () => {
    const file = newFile();
    for (const other of [`${key}!`, 'grammar 2, schema 2, /home/ä', '']) {
      await writeSnapshot(file, key, bytes);
      const log: string[] = [];
      assert.equal(await readSnapshot(file, other, (message) => log.push(message)), null);
      assert.deepEqual(log, [
        `The saved index ${file} is removed and built anew: it belongs to another version or folder.`,
      ]);
      assert.equal(existsSync(file), false);
    }
  });

  it('with any byte changed, cut off or added is noticed and removed', async () => {
    const file = newFile();
    await writeSnapshot(file, key, bytes);
    const whole = readFileSync(file);
    const damaged = fc.oneof(
      fc.record({ at: fc.nat(whole.length - 1), by: fc.integer({ min: 1, max: 255 }) }).map(({ at, by }) => {
        const copy = Buffer.from(whole);
        copy[at] = (copy[at] ?? 0) ^ by;
        return copy;
      }),
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 20 }).map((more) => Buffer.concat([whole, more])),
      fc.uint8Array({ maxLength: 200 }).map((any) => Buffer.from(any)),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (content) => {
        writeFileSync(file, content);
        const log: string[] = [];
        assert.equal(await readSnapshot(file, key, (message) => log.push(message)), null);
        assert.equal(log.length, 1);
        assert.equal(existsSync(file), false);
      }),
      { numRuns: 300 },
    );
  });

  it('with any byte of its head changed is noticed', async () => {
    const file = newFile();
    await writeSnapshot(file, key, bytes);
    const whole = readFileSync(file);
    for (let at = 0; at < 60; at += 1) {
      for (const by of [1, 0x80, 0xff]) {
        const copy = Buffer.from(whole);
        copy[at] = (copy[at] ?? 0) ^ by;
        writeFileSync(file, copy);
        assert.equal(await readSnapshot(file, key), null, `byte ${at}`);
      }
    }
  });

  it('whose place a folder has taken is null, and can be written after', async () => {
    const file = newFile();
    mkdirSync(path.join(file, 'inside'), { recursive: true });
    const log: string[] = [];
    assert.equal(await readSnapshot(file, key, (message) => log.push(message)), null);
    assert.match(log.join(), /is removed and built anew: it can't be read \(EISDIR\)\.$/);
    await writeSnapshot(file, key, bytes);
    assert.notEqual(await readSnapshot(file, key), null);
  });

  it('that can not be written fails with what to do, and leaves the old one', async () => {
    const file = newFile();
    await writeSnapshot(file, key, bytes);
    const blocked = path.join(file, 'below/index.bin');
    await assert.rejects(writeSnapshot(blocked, key, bytes), (error: Error) => {
      assert.equal(
        error.message,
        `The index can't be saved in ${path.dirname(blocked)} (ENOTDIR) and is built anew at every start: ` +
          'see that it is a folder that can be written to.',
      );
      return true;
    });
    assert.deepEqual(await readSnapshot(file, key), Buffer.from(bytes));
  });

  it('that can not take its place leaves nothing behind', async () => {
    const file = newFile();
    mkdirSync(path.join(file, 'inside'), { recursive: true });
    await assert.rejects(
      writeSnapshot(file, key, bytes),
      /^Error: The index can't be saved in .+ \(E\w+\) and/,
    );
    assert.deepEqual(readdirSync(path.dirname(file)), ['index.bin']);
  });

  it('on a read-only or full disk fails with what to do about that', () => {
    const sentence = "The index can't be saved in /data";
    assert.equal(
      writeFailure('/data', 'ENOSPC'),
      `${sentence} (ENOSPC) and is built anew at every start: free some space on the disk.`,
    );
    assert.equal(
      writeFailure('/data', 'EROFS'),
      `${sentence} (EROFS) and is built anew at every start: the disk is read-only, allow writing to it.`,
    );
  });

  it('sweeps up what a process that was killed left behind, but nothing young', async () => {
    const file = newFile();
    await writeSnapshot(file, key, bytes);
    for (const name of ['index.bin.1old.tmp', 'index.bin.2new.tmp', 'other.bin.1old.tmp']) {
      writeFileSync(path.join(path.dirname(file), name), '');
      const age = name.includes('old') ? 3_600 : 0;
      const time = new Date(Date.now() - age * 1_000);
      utimesSync(path.join(path.dirname(file), name), time, time);
    }
    await writeSnapshot(file, key, bytes);
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), [
      'index.bin',
      'index.bin.2new.tmp',
      'other.bin.1old.tmp',
    ]);
  });

  it('that several write at once is one of theirs', async () => {
    const file = newFile();
    const versions = Array.from({ length: 8 }, (_, index) => new Uint8Array(50_000).fill(index));
    await Promise.all(versions.map((version) => writeSnapshot(file, key, version)));
    const read = await readSnapshot(file, key);
    assert.ok(versions.some((version) => Buffer.from(version).equals(Buffer.from(read ?? []))));
  });
});
