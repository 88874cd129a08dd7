import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { grammarsFolder } from '../../support/grammars.ts';
import { IndexedFolder } from '../../support/indexedFolder.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

const fn = (name: string): string => `export function ${name}(a: number): number {\n  return a;\n}\n`;

/** A folder of which some documents are open from the beginning. */
function folderOf(
  files: Readonly<Record<string, string>>,
  open: Readonly<Record<string, string>> = {},
): IndexedFolder {
  const made = new IndexedFolder(files, parsers);
  for (const [file, text] of Object.entries(open)) made.open.set(file, text);
  return made;
}

/** Opens or changes a document, as the worker tells the index of it. */
async function open(made: IndexedFolder, file: string, text: string): Promise<void> {
  made.open.set(file, text);
  const definitions = [{ name: 'shown', kind: 'function', container: null, exported: true }];
  const place = { signature: 'function shown()', start: 0, end: 1, startLine: 1, endLine: 1 };
  const facts = { definitions: definitions.map((one) => ({ ...one, ...place })), imports: [] };
  await made.index.setOpen(file, text, text.includes('shown') ? facts : null);
}

describe('an open document', () => {
  it('goes before the disk, and gives the disk back when it is closed', async () => {
    const made = folderOf({ 'a.ts': fn('saved') });
    const index = await made.start();
    await open(made, 'a.ts', 'function shown() {}\n');
    assert.deepEqual([made.defined('shown'), made.holds('saved')], [['a.ts:1'], false]);
    made.write('a.ts', fn('savedAgain'));
    await index.changed(['a.ts']);
    assert.equal(made.holds('savedAgain'), false);
    made.open.delete('a.ts');
    await index.closed('a.ts');
    assert.deepEqual([made.defined('savedAgain'), made.holds('shown')], [['a.ts:1'], false]);
  });

  it('goes before the disk from the first reading on', async () => {
    const made = folderOf({ 'a.ts': fn('saved'), 'b.ts': fn('other') }, { 'a.ts': fn('typed') });
    await made.start();
    assert.deepEqual([made.defined('typed'), made.holds('saved')], [['a.ts:1'], false]);
  });

  it('goes before the disk when it is opened while its file is being read', async () => {
    for (const when of ['at once', 'with the first file', 'before the index is told']) {
      const made = folderOf({ 'a.ts': fn('first'), 'b.ts': fn('saved'), 'c.ts': fn('third') });
      const told: Promise<void>[] = [];
      const tell = (): void => {
        made.open.set('b.ts', 'function shown() {}\n');
        if (when !== 'before the index is told') told.push(open(made, 'b.ts', 'function shown() {}\n'));
      };
      if (when === 'at once') {
        const started = made.start();
        tell();
        await started;
      } else {
        await made.start({ onProgress: ({ index: { progress } }) => void (progress.done === 1 && tell()) });
      }
      await Promise.all(told);
      assert.deepEqual([made.defined('shown'), made.holds('saved')], [['b.ts:1'], false], when);
    }
  });

  it('that was not saved yet counts, in every pass, until it is closed', async () => {
    const made = folderOf({ 'a.ts': fn('one') });
    const index = await made.start();
    await open(made, 'new.ts', 'function shown() {}\n');
    assert.deepEqual(made.defined('shown'), ['new.ts:1']);
    made.write('.gitignore', 'nothing\n');
    await index.changed(['.gitignore']);
    assert.deepEqual(made.defined('shown'), ['new.ts:1']);
    await index.changed(['new.ts']);
    assert.deepEqual(made.defined('shown'), ['new.ts:1']);
    made.write('.gitignore', 'new.ts\n');
    await index.changed(['.gitignore']);
    assert.equal(made.holds('shown'), false);
    made.write('.gitignore', '');
    await index.changed(['.gitignore']);
    await open(made, 'new.ts', 'function shown() {}\n');
    made.open.delete('new.ts');
    await index.closed('new.ts');
    assert.equal(made.holds('shown'), false);
  });

  it('is left out as its file would be: ignored, secret, or for what it holds now', async () => {
    const made = folderOf({
      '.gitignore': 'out\n',
      'out/a.ts': fn('x'),
      'b.ts': fn('saved'),
      'c.ts': fn('c'),
    });
    const index = await made.start();
    for (const file of ['out/a.ts', '.env', 'keys/id_rsa', 'node_modules/a/a.ts', '../outside.ts']) {
      await open(made, file, 'function shown() {}\n');
      assert.equal(made.holds('shown'), false, file);
    }
    for (const odd of [
      '\0shown',
      `shown ${'x'.repeat(6000)}`,
      'shown\n'.repeat(200_000),
      '// @generated\nshown',
    ]) {
      await open(made, 'b.ts', odd);
      assert.equal(made.holds('shown'), false, odd.slice(0, 20));
      assert.equal(made.holds('saved'), false);
      await index.changed(['b.ts']);
      assert.equal(made.holds('shown'), false, odd.slice(0, 20));
    }
    assert.ok(index.removals > 0);
    made.open.delete('b.ts');
    await index.closed('b.ts');
    assert.deepEqual(made.defined('saved'), ['b.ts:1']);
  });

  it('stays while its file is deleted under it', async () => {
    const made = folderOf({ 'a.ts': fn('saved') });
    const index = await made.start();
    await open(made, 'a.ts', 'function shown() {}\n');
    made.delete('a.ts');
    await index.changed(['a.ts']);
    assert.deepEqual(made.defined('shown'), ['a.ts:1']);
    made.open.delete('a.ts');
    await index.closed('a.ts');
    assert.deepEqual(made.files, []);
  });

  describe('and a snapshot', () => {
    const both = { 'a.ts': fn('saved'), 'b.ts': fn('other') };

    it('goes before what an earlier session knew of it', async () => {
      const made = folderOf(both);
      const snapshots = path.join(temporaryFolder(), 'index');
      await made.start({ snapshots });
      made.open.set('a.ts', fn('typed'));
      await made.start({ snapshots });
      assert.deepEqual([made.defined('typed'), made.holds('saved')], [['a.ts:1'], false]);
      assert.deepEqual(made.defined('other'), ['b.ts:1']);
    });

    it('goes before it too when the index is told of it before the snapshot is read', async () => {
      const made = folderOf(both);
      const snapshots = path.join(temporaryFolder(), 'index');
      await made.start({ snapshots });
      const started = made.start({ snapshots });
      await open(made, 'a.ts', 'function shown() {}\n');
      await open(made, 'unsaved.ts', 'function shown() {}\n');
      await started;
      assert.deepEqual(made.defined('shown'), ['a.ts:1', 'unsaved.ts:1']);
      assert.equal(made.holds('saved'), false);
    });

    it('gives the disk back when it is not open in the next session', async () => {
      const made = folderOf(both, { 'a.ts': fn('typed'), 'unsaved.ts': fn('unsaved') });
      const snapshots = path.join(temporaryFolder(), 'index');
      await made.start({ snapshots });
      await open(made, 'unsaved.ts', 'function shown() {}\n');
      made.write('.gitignore', '');
      await made.index.changed(['.gitignore']);
      made.open.clear();
      await made.start({ snapshots });
      assert.deepEqual([made.defined('saved'), made.holds('typed')], [['a.ts:1'], false]);
      assert.deepEqual(made.files, ['.gitignore', 'a.ts', 'b.ts']);
    });

    it('is of another text in the next session', async () => {
      const made = folderOf(both, { 'a.ts': fn('typed') });
      const snapshots = path.join(temporaryFolder(), 'index');
      await made.start({ snapshots });
      made.open.set('a.ts', fn('typedLater'));
      await made.start({ snapshots });
      assert.deepEqual([made.defined('typedLater'), made.holds('typed')], [['a.ts:1'], false]);
    });
  });
});
