import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { SnapshotStore } from '../../../src/workspace/snapshotStore.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { folderWith } from '../../support/folderWith.ts';
import { grammarsFolder } from '../../support/grammars.ts';
import { IndexedFolder } from '../../support/indexedFolder.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

const fn = (name: string): string => `export function ${name}(a: number): number {\n  return a;\n}\n`;
const files = {
  'a.ts': fn('one'),
  'b.ts': fn('two'),
  'c.md': '# c',
  'min.js': `var x = "${'x'.repeat(6000)}";`,
  'package.json': '{"name": "pkg"}',
};

/** A folder that was read once, and where its snapshot lies. */
async function readOnce(): Promise<{ made: IndexedFolder; snapshots: string }> {
  const made = new IndexedFolder(files, parsers);
  const snapshots = path.join(temporaryFolder(), 'state/index');
  await made.start({ snapshots });
  assert.equal(made.index.parsed, 4);
  return { made, snapshots };
}

const snapshotIn = (folder: string): string => path.join(folder, readdirSync(folder)[0] ?? '');

describe('the second session', () => {
  it('parses and reads nothing where nothing changed, and knows the same', async () => {
    const { made, snapshots } = await readOnce();
    const before = made.files;
    const { excluded } = made.index;
    const index = await made.start({ snapshots });
    assert.equal(index.parsed, 0);
    assert.deepEqual(index.progress, { done: 0, total: 0 });
    assert.deepEqual(made.files, before);
    assert.deepEqual(index.excluded, excluded);
    assert.deepEqual(made.defined('two'), ['b.ts:1']);
    assert.deepEqual(
      index.project.packages.map(({ name }) => name),
      ['pkg'],
    );
    assert.deepEqual(made.log, []);
  });

  it('tries again what took too long to parse the last time', async () => {
    let now = 0;
    const slow = new Parsers(grammarsFolder, undefined, { now: () => (now += 600) });
    const long = 'const a = [1, 2].map((x) => x);\n'.repeat(3000);
    const made = new IndexedFolder({ 'a.ts': fn('one'), 'b.ts': `${long}${fn('two')}` }, slow);
    const snapshots = path.join(temporaryFolder(), 'state/index');
    await made.start({ snapshots });
    assert.deepEqual(made.index.excluded, { slow: 1 });
    const later = new IndexedFolder(made.folder, parsers);
    const index = await later.start({ snapshots });
    assert.equal(index.parsed, 1);
    assert.deepEqual(later.defined('two'), ['b.ts:3001']);
    await slow.dispose();
  });

  it('parses what changed alone, and drops what is gone', async () => {
    const { made, snapshots } = await readOnce();
    made.write('a.ts', fn('changed'));
    made.delete('b.ts');
    made.delete('min.js');
    const index = await made.start({ snapshots });
    assert.equal(index.parsed, 1);
    assert.deepEqual(made.files, ['a.ts', 'c.md', 'package.json']);
    assert.deepEqual([made.defined('changed'), made.defined('one')], [['a.ts:1'], []]);
    assert.deepEqual(index.excluded, {});
    // And the third one knows that.
    assert.equal((await made.start({ snapshots })).parsed, 0);
    assert.deepEqual(made.defined('changed'), ['a.ts:1']);
  });

  it('shows nothing that a setting or an ignore file excludes since, at no moment', async () => {
    const { made, snapshots } = await readOnce();
    made.write('.gitignore', 'a.ts\n');
    const held: boolean[] = [];
    const onProgress = (one: IndexedFolder): void => void held.push(one.holds('one') || one.holds('two'));
    await made.start({ snapshots, exclude: { 'b.ts': true }, onProgress });
    assert.ok(held.length > 2);
    assert.equal(held.includes(true), false);
    assert.deepEqual(made.files, ['.gitignore', 'c.md', 'package.json']);
  });

  it('shows nothing of it either when it is cancelled before the rules are known', async () => {
    const { made, snapshots } = await readOnce();
    made.write('.gitignore', 'a.ts\n');
    await made.start({ snapshots, onProgress: ({ index }) => index.cancel() });
    assert.equal(made.index.state, 'cancelled');
    assert.equal(made.holds('one'), false);
  });

  it('builds the index anew where its snapshot is damaged, and says so once', async () => {
    const damages: [string, (bytes: Buffer) => Buffer][] = [
      ['cut', (bytes) => bytes.subarray(0, bytes.length - 3)],
      [
        'changed',
        (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 9 ? byte ^ 1 : byte))),
      ],
      ['empty', () => Buffer.alloc(0)],
      ['foreign', () => Buffer.from('something else')],
    ];
    for (const [how, damage] of damages) {
      const { made, snapshots } = await readOnce();
      const file = snapshotIn(snapshots);
      writeFileSync(file, damage(readFileSync(file)));
      const index = await made.start({ snapshots });
      assert.equal(index.parsed, 4, how);
      assert.deepEqual(made.defined('two'), ['b.ts:1']);
      assert.equal(made.log.length, 1, how);
      assert.match(made.log[0] ?? '', /^The saved index .* is removed and built anew: /);
      assert.equal((await made.start({ snapshots })).parsed, 0, how);
    }
  });

  it('builds the index anew where a snapshot holds no index', async () => {
    const { made, snapshots } = await readOnce();
    const store = new SnapshotStore(snapshots, grammarsFolder, assert.fail);
    assert.equal(await store.write(made.folder, Uint8Array.from([1, 2, 3])), true);
    const index = await made.start({ snapshots });
    assert.equal(index.parsed, 4);
    assert.equal(index.state, 'ready');
  });
});

describe('snapshots', () => {
  it('that can not be kept are complained of in one sentence, and the index is as it would be', async () => {
    const { folder } = new IndexedFolder(files, parsers);
    const snapshots = path.join(folderWith({ taken: 'a file' }), 'taken');
    const made = new IndexedFolder(folder, parsers);
    const index = await made.start({ snapshots });
    assert.deepEqual([index.state, index.parsed], ['ready', 4]);
    made.write('.gitignore', 'x\n');
    await index.changed(['.gitignore']);
    assert.equal(index.state, 'ready');
    const [said, ...more] = made.log.filter((message) => message.includes("can't be saved"));
    assert.match(
      said ?? '',
      /^The index can't be saved in .*taken \(.*\) and is built anew at every start: .*\.$/,
    );
    assert.deepEqual(more, []);
    assert.equal(readFileSync(snapshots, 'utf8'), 'a file');
  });

  it('are not written where nothing changed', async () => {
    const { made, snapshots } = await readOnce();
    const file = snapshotIn(snapshots);
    const before = readFileSync(file);
    writeFileSync(`${file}.mark`, '');
    await made.start({ snapshots });
    assert.deepEqual(readFileSync(file), before);
    assert.equal(existsSync(`${file}.mark`), true);
  });

  it('of two folders lie side by side', async () => {
    const snapshots = path.join(temporaryFolder(), 'index');
    const [one, other] = [
      new IndexedFolder({ 'a.ts': fn('one') }, parsers),
      new IndexedFolder({ 'a.ts': fn('other') }, parsers),
    ];
    for (const made of [one, other]) await made.start({ snapshots });
    assert.equal(readdirSync(snapshots).length, 2);
    for (const made of [one, other]) assert.equal((await made.start({ snapshots })).parsed, 0);
    assert.deepEqual([one.defined('one'), other.defined('other')], [['a.ts:1'], ['a.ts:1']]);
  });

  it('of other queries are not read', async () => {
    const folders = ['(a)', '(b)'].map((query) =>
      folderWith({ 'x/definitions.scm': query, 'x/grammar.wasm': 'w' }),
    );
    const folder = temporaryFolder();
    const log: string[] = [];
    const [one, same, other] = [folders[0], folders[0], folders[1]].map(
      (grammars) => new SnapshotStore(folder, grammars ?? '', (message) => log.push(message)),
    );
    await one?.write('/w', Uint8Array.from([1, 2]));
    assert.deepEqual([...((await same?.read('/w')) ?? [])], [1, 2]);
    assert.equal(await one?.read('/v'), null);
    assert.deepEqual(log, []);
    assert.equal(await other?.read('/w'), null);
    assert.match(log.join(), /belongs to another version or folder/);
  });
});
