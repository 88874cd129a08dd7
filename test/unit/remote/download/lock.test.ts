import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { takeLock } from '../../../../src/remote/download/lock.ts';
import { temporaryFolder } from '../../../support/engine.ts';

const minute = 60_000;

/** The number of a process that is gone. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function lockOf(pid: number, host = os.hostname()): string {
  const file = path.join(temporaryFolder(), 'x.lock');
  writeFileSync(file, JSON.stringify({ pid, host, id: 'other' }));
  return file;
}

describe('the lock of a download', () => {
  it('is held by one at a time, and let go of', async () => {
    const file = path.join(temporaryFolder(), 'x.lock');
    const lock = await takeLock(file);
    await assert.rejects(takeLock(file), { name: 'DownloadError', code: 'busy' });
    await lock.release();
    assert.equal(existsSync(file), false);
    await (await takeLock(file)).release();
  });

  it('is taken over from a process that is gone, by one only', async () => {
    const file = lockOf(deadPid());
    const taken = await Promise.allSettled([takeLock(file), takeLock(file), takeLock(file)]);
    assert.deepEqual(taken.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, process.pid);
    assert.deepEqual(readdirSync(path.dirname(file)), ['x.lock']);
  });

  it('is left to a living process, and to another machine, until nobody touched it for long', async () => {
    for (const file of [lockOf(process.ppid), lockOf(deadPid(), 'another-machine')]) {
      await assert.rejects(takeLock(file), { code: 'busy' });
      const now = Date.now();
      const seconds = (now - 9 * minute) / 1000;
      utimesSync(file, seconds, seconds);
      await assert.rejects(
        takeLock(file, () => now),
        { code: 'busy' },
      );
      const lock = await takeLock(file, () => now + 2 * minute);
      // Whoever slept meanwhile does not remove the lock of the next.
      writeFileSync(file, 'of the next');
      await lock.release();
      assert.equal(readFileSync(file, 'utf8'), 'of the next');
    }
  });

  it('stays fresh by being touched', async () => {
    const file = path.join(temporaryFolder(), 'x.lock');
    let now = Date.now();
    const lock = await takeLock(file, () => now);
    now += 60 * minute;
    await lock.touch();
    await assert.rejects(
      takeLock(file, () => now + minute),
      { code: 'busy' },
    );
    await lock.release();
  });
});
