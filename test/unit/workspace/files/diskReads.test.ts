import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { mostBytes } from '../../../../src/core/index/exclusions.ts';
import {
  directReads,
  PacedReads,
  readsBeside,
  type DiskReads,
} from '../../../../src/workspace/files/diskReads.ts';

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'hearth-disk-')));
after(() => rmSync(root, { recursive: true }));
const file = path.join(root, 'one.txt');
writeFileSync(file, 'one');
mkdirSync(path.join(root, 'folder'));
writeFileSync(path.join(root, 'large'), Buffer.alloc(mostBytes + 10));
writeFileSync(path.join(root, 'empty'), '');

const ways: [string, DiskReads][] = [
  ['within the thread', directReads],
  ['beside the thread', readsBeside],
];
for (const [way, reads] of ways) {
  describe(`reading ${way}`, () => {
    it('gives the bytes and when they were changed', async () => {
      const { bytes, mtimeMs } = await reads.readBytes(file);
      assert.equal(bytes.toString(), 'one');
      assert.equal(mtimeMs, (await reads.stat(file)).mtimeMs);
      assert.equal((await reads.readBytes(path.join(root, 'empty'))).bytes.length, 0);
    });

    it('never takes more than a byte beyond the limit', async () => {
      assert.equal((await reads.readBytes(path.join(root, 'large'))).bytes.length, mostBytes + 1);
    });

    it('fails as the file system does', async () => {
      const ask = (question: () => unknown): Promise<unknown> => Promise.resolve().then(question);
      await assert.rejects(
        ask(() => reads.readBytes(path.join(root, 'none'))),
        { code: 'ENOENT' },
      );
      await assert.rejects(
        ask(() => reads.readBytes(path.join(root, 'folder'))),
        { code: /EISDIR|EPERM|EACCES/ },
      );
      await assert.rejects(
        ask(() => reads.realpath(path.join(root, 'none'))),
        { code: 'ENOENT' },
      );
    });

    it(
      'does not follow a link that took the file’s place',
      { skip: process.platform === 'win32' },
      async () => {
        const link = path.join(root, `link ${way}`);
        symlinkSync(file, link);
        assert.equal(await reads.realpath(link), file);
        await assert.rejects(async () => reads.readBytes(link), { code: 'ELOOP' });
      },
    );
  });
}

describe('paced reads', () => {
  /** Whether a question was answered within the thread, with a clock by which it takes so many milliseconds. */
  async function asked(took: readonly number[]): Promise<boolean[]> {
    let clock = 0;
    const left = [...took];
    const isStart = [true];
    const reads = new PacedReads(() => {
      if (isStart[0] === false) clock += left.shift() ?? 0;
      isStart[0] = isStart[0] === false;
      return clock;
    });
    const answers = took.map(() => reads.readBytes(file));
    for (const answer of answers) await answer;
    return answers.map((answer) => !(answer instanceof Promise));
  }

  it('stay within the thread while the disk is quick', async () => {
    assert.deepEqual(await asked([1, 1, 1, 1, 1]), [true, true, true, true, true]);
  });

  it('forgive a slow one now and then', async () => {
    assert.deepEqual(await asked([50, 1, 50, 1]), [true, true, true, true]);
  });

  it('go beside it once several were slow, and stay there', async () => {
    assert.deepEqual(await asked([50, 50, 1, 50, 1, 1]), [true, true, true, true, false, false]);
  });
});
