import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { walk } from '../../../src/models/walk.ts';
import { folderWith } from '../../support/folderWith.ts';

describe('walk', () => {
  it('looks at no more names than it may, and says so', async () => {
    const folder = folderWith(
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i % 2}/${i}.gguf`, ''])),
    );
    const all = await walk(folder, () => true, { maxDepth: 1, maxEntries: 14 });
    assert.deepEqual([all.files.length, all.problems], [12, []]);
    const some = await walk(folder, () => true, { maxDepth: 1, maxEntries: 10 });
    assert.equal(some.files.length, 8);
    assert.deepEqual(
      some.problems.map(({ path: at }) => at),
      [folder],
    );
    assert.match(
      some.problems[0]?.problem ?? '',
      /more than 10 files.*name the folder that holds the models/,
    );
  });

  it('enters folders only as deep as it may', async () => {
    const folder = folderWith({ 'a.x': '', 'b/c.x': '', 'b/d/e.x': '' });
    const { files } = await walk(folder, (name) => name.endsWith('.x'), { maxDepth: 1, maxEntries: 100 });
    assert.deepEqual(files, [path.join(folder, 'a.x'), path.join(folder, 'b', 'c.x')]);
  });
});
