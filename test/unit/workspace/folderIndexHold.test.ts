import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { grammarsFolder } from '../../support/grammars.ts';
import { IndexedFolder } from '../../support/indexedFolder.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

const folderOf = (files: Readonly<Record<string, string>>): IndexedFolder =>
  new IndexedFolder(files, parsers);
const fn = (name: string): string => `export function ${name}(a: number): number {\n  return a;\n}\n`;

describe('FolderIndex, held by a question,', () => {
  it('waits with what it reads while somebody works on it as it is', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}.ts`, fn(`name${at}`)]));
    const made = folderOf(files);
    const generations: number[] = [];
    const held: Promise<void>[] = [];
    const onProgress = ({ index }: IndexedFolder): void => {
      if (index.progress.done !== 5 || held.length > 0) return;
      const work = index.hold(async () => {
        // The file that is being read comes in yet.
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        await index.hold(() => Promise.resolve());
        for (let turn = 0; turn < 20; turn += 1) {
          generations.push(index.index.generation);
          await nextTurn();
        }
      });
      held.push(work);
    };
    const index = await made.start({ onProgress });
    await Promise.all(held);
    assert.equal(new Set(generations).size, 1, String(generations));
    assert.ok((generations[0] ?? 40) < 40, 'it was not done yet');
    assert.equal(index.state, 'ready');
    assert.equal(made.files.length, 40);
  });

  it('says so as long as somebody works on it', async () => {
    const index = await folderOf({ 'a.ts': fn('one') }).start();
    const inner = Promise.withResolvers<void>();
    const both = [
      index.hold(() => inner.promise),
      index.hold(() => Promise.resolve(assert.equal(index.isHeld, true))),
    ];
    await both[1];
    assert.equal(index.isHeld, true);
    inner.resolve();
    await Promise.all(both);
    assert.equal(index.isHeld, false);
  });

  it('goes on where the work that it waited for failed', async () => {
    const made = folderOf({ 'a.ts': fn('one') });
    const index = await made.start();
    await assert.rejects(
      index.hold(() => Promise.reject(new Error('no'))),
      /no/,
    );
    made.write('b.ts', fn('two'));
    await index.changed(['b.ts']);
    assert.deepEqual(made.defined('two'), ['b.ts:1']);
  });
});
