import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Residents } from '../../../src/engine/residents.ts';
import { loadedModel } from '../../support/fakeEngine.ts';

describe('Residents', () => {
  let root = '';
  let count = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'hearth-residents-'));
  });
  after(() => rm(root, { recursive: true }));

  /** Windows that share a folder on a machine with these processes. */
  function machine(pids: number[]) {
    const folder = path.join(root, `${(count += 1)}`, 'not', 'there yet');
    const alive = new Set(pids);
    const time = { now: 1_000_000_000, booted: 500_000_000 };
    const warnings: string[] = [];
    const open = (): Residents =>
      new Residents(folder, (level, message) => warnings.push(`${level}: ${message}`), {
        alive: (pid) => alive.has(pid),
        now: () => time.now,
        booted: () => time.booted,
      });
    return { folder, alive, time, warnings, open };
  }
  const memory = { weights: 700, kvCache: 200, compute: 100, device: 900, host: 100 };

  it('tell another window what this one holds, and not itself', async () => {
    const { open, folder } = machine([11, 12]);
    const [one, two] = [open(), open()];
    assert.deepEqual(await one.others(), []);
    await one.add('/a.gguf', { ...loadedModel('a'), memory }, 11);
    assert.deepEqual(await one.others(), []);
    assert.deepEqual(await two.others(), [
      {
        version: 1,
        pid: 11,
        modelPath: path.resolve('/a.gguf'),
        name: 'a',
        fingerprint: 'a',
        mappedBytes: 100,
        deviceBytes: 900,
        since: 1_000_000_000,
      },
    ]);
    await two.add('/b.gguf', loadedModel('b'), 12);
    assert.deepEqual(
      (await one.others()).map(({ name, mappedBytes }) => [name, mappedBytes]),
      [['b', 1000]],
    );
    await one.remove(11);
    assert.deepEqual(await two.others(), []);
    assert.deepEqual(await readdir(folder), ['12.json']);
  });

  it('forget dead processes, those of an earlier start of the machine, and broken files of theirs', async () => {
    const { open, folder, alive, time, warnings } = machine([11, 12, 13]);
    const one = open();
    for (const pid of [11, 12]) await one.add(`/${pid}.gguf`, loadedModel(`${pid}`), pid);
    await writeFile(path.join(folder, '14.json'), '{"version":1');
    await writeFile(path.join(folder, '13.json'), '{"version":1');
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    alive.delete(12);
    assert.deepEqual(
      (await open().others()).map(({ pid }) => pid),
      [11],
    );
    assert.deepEqual((await readdir(folder)).sort(), ['11.json', '13.json', 'notes.txt']);
    time.booted = 2_000_000_000;
    assert.deepEqual(await open().others(), []);
    assert.deepEqual((await readdir(folder)).sort(), ['13.json', 'notes.txt']);
    assert.deepEqual(warnings, []);
  });

  it('cost one warning where the folder can’t be written', async () => {
    const { folder, warnings, open } = machine([11]);
    await mkdir(path.dirname(folder), { recursive: true });
    await writeFile(folder, 'a file');
    const one = open();
    for (const pid of [11, 12]) await one.add('/a.gguf', loadedModel('a'), pid);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^warn: Other windows can't be told/);
    assert.deepEqual(await one.others(), []);
    await one.remove(11);
  });
});
