import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { WarmStore, type WarmIdentity } from '../../../../src/engine/llama/warmStore.ts';
import { temporaryFolder } from '../../../support/engine.ts';

const root = temporaryFolder();
let folder = '';
let log: string[] = [];
let turn = 0;
beforeEach(() => {
  folder = path.join(root, String((turn += 1)));
  log = [];
});

const identity: WarmIdentity = {
  fingerprint: 'ab'.repeat(32),
  llamaCpp: 'b1',
  contextTokens: 4096,
  device: 'cpu',
  cacheType: '1, 1',
};

const store = (limits?: { states: number; bytes: number }): WarmStore =>
  new WarmStore(folder, (level, message) => void log.push(`${level}: ${message}`), limits);

/** Saves `bytes` bytes for a workspace, used `age` seconds ago. */
async function save(into: WarmStore, workspace: string, bytes = 100, age = 0): Promise<boolean> {
  const before = new Set(names('.json'));
  const kept = await into.save(identity, workspace, [1, 2, 3], (file) => {
    writeFileSync(file, Buffer.alloc(bytes, workspace));
    return Promise.resolve(bytes);
  });
  const used = new Date(Date.now() - age * 1000);
  for (const name of names('.json')) if (!before.has(name)) utimesSync(path.join(folder, name), used, used);
  return kept;
}

const names = (end: string): string[] => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(end));
  } catch {
    return [];
  }
};

const has = async (from: WarmStore, workspace: string): Promise<boolean> =>
  (await from.find(identity, workspace)) !== null;

describe('the states on disk', () => {
  it('are found again as they were saved', async () => {
    assert.equal(await save(store(), 'a'), true);
    const entry = await store().find(identity, 'a');
    assert.deepEqual([entry?.tokens, entry?.bytes], [[1, 2, 3], 100]);
    assert.ok(entry !== null && (await store().verify(identity, 'a', entry)));
    assert.equal(await store().find(identity, 'b'), null);
    assert.deepEqual(log, []);
  });

  it('do not tell the workspace by name', async () => {
    await save(store(), 'file:///home/me/secret');
    assert.ok(names('').every((name) => !name.includes('secret')));
  });

  it('take the place of the workspace’s former one', async () => {
    await save(store(), 'a', 100);
    await save(store(), 'a', 200);
    assert.equal(names('').length, 2);
    assert.equal((await store().find(identity, 'a'))?.bytes, 200);
  });

  it('are at most so many: the least recently used goes', async () => {
    const three = store({ states: 3, bytes: 10_000 });
    await save(three, 'a', 100, 30);
    await save(three, 'b', 100, 20);
    await save(three, 'c', 100, 10);
    // Being used counts, not being saved.
    const entry = await three.find(identity, 'a');
    assert.ok(entry !== null && (await three.verify(identity, 'a', entry)));
    await save(three, 'd');
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((name) => has(three, name))), [
      true,
      false,
      true,
      true,
    ]);
    assert.equal(names('').length, 6);
  });

  it('take at most so many bytes, and one that is larger is not kept', async () => {
    const small = store({ states: 8, bytes: 3000 });
    await save(small, 'a', 1000, 30);
    await save(small, 'b', 1000, 20);
    assert.equal(await save(small, 'big', 3001), false);
    assert.equal(await has(small, 'a'), true, 'nothing goes for what finds no room');
    await save(small, 'c', 2000);
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((name) => has(small, name))), [
      false,
      false,
      true,
    ]);
    assert.equal(small.writable, true);
  });

  it('are not kept where the disk took only a part, which is said once', async () => {
    const full = store();
    const partly = (file: string): Promise<number> => {
      writeFileSync(file, 'half');
      return Promise.resolve(8);
    };
    assert.equal(await full.save(identity, 'a', [1], partly), false);
    assert.equal(await save(full, 'a'), false, 'saving is off');
    assert.deepEqual([log.length, names('').length], [1, 0]);
    assert.match(log[0] ?? '', /^warn: Evaluated states can't be kept in .*4 of 8 bytes were written/);
  });

  it('sweeps up what killed processes have left, and nothing that may still be written', async () => {
    mkdirSync(folder, { recursive: true });
    const old = new Date(Date.now() - 3_600_000);
    for (const [name, aged] of [
      ['aa-bb-1.tmp', true],
      ['aa-bb-22.state', true],
      ['aa-cc-3.tmp', false],
      ['aa-cc-44.state', false],
    ] as const) {
      writeFileSync(path.join(folder, name), 'x');
      if (aged) utimesSync(path.join(folder, name), old, old);
    }
    await save(store(), 'a');
    assert.deepEqual(
      names('')
        .filter((name) => name.startsWith('aa-'))
        .sort(),
      ['aa-cc-3.tmp', 'aa-cc-44.state'],
    );
  });
});
