import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FolderNames } from '../../../../src/workspace/chat/folderNames.ts';

const at = (...parts: string[]): string => path.resolve('/', ...parts);

describe('FolderNames', () => {
  it('names no folder where there is only one', () => {
    const names = new FolderNames([at('home/app')]);
    assert.equal(names.relative(at('home/app/src/a.ts')), 'src/a.ts');
    assert.equal(names.absolute('src/a.ts'), at('home/app/src/a.ts'));
    assert.equal(names.absolute('./src//a.ts'), at('home/app/src/a.ts'));
    assert.equal(names.absolute(at('home/app/src/a.ts')), at('home/app/src/a.ts'));
    assert.equal(names.prefixOf(at('home/app')), '');
  });

  it('has the folder’s name first where there are several', () => {
    const names = new FolderNames([at('home/app'), at('home/lib')]);
    assert.equal(names.relative(at('home/lib/a.ts')), 'lib/a.ts');
    assert.equal(names.absolute('lib/a.ts'), at('home/lib/a.ts'));
    assert.equal(names.absolute('src/a.ts'), null);
    assert.equal(names.absolute('lib'), null);
  });

  it('tells folders of one name apart by those above them', () => {
    const folders = [at('x/app'), at('y/app'), at('z/x/app'), at('lib')];
    for (const order of [folders, folders.toReversed()]) {
      const names = new FolderNames(order);
      assert.deepEqual(
        folders.map((folder) => names.prefixOf(folder)),
        ['app-x/', 'app-y/', 'app-x-z/', 'lib/'],
      );
    }
  });

  it('gives a path to the innermost folder', () => {
    const names = new FolderNames([at('app'), at('app/packages/lib')]);
    assert.equal(names.relative(at('app/packages/lib/a.ts')), 'lib/a.ts');
    assert.deepEqual(names.find('app/packages/lib/a.ts'), { folder: at('app/packages/lib'), path: 'a.ts' });
    assert.equal(names.ownedBy(at('app'))('packages/lib/a.ts'), false);
    assert.equal(names.ownedBy(at('app'))('packages/library/a.ts'), true);
    assert.equal(names.ownedBy(at('app/packages/lib'))('a.ts'), true);
  });

  for (const written of [
    '../a.ts',
    'src/../../a.ts',
    'a/../b.ts',
    '',
    '.',
    '/',
    '/etc/passwd',
    'a\0b',
    at('home/apple/a.ts'),
  ]) {
    it(`leads nowhere for ${JSON.stringify(written)}`, () => {
      const names = new FolderNames([at('home/app')]);
      assert.equal(names.absolute(written), null);
      assert.equal(names.find(written), null);
    });
  }

  it('leads nowhere without folders', () => {
    assert.equal(new FolderNames([]).absolute('a.ts'), null);
    assert.equal(new FolderNames([]).relative(at('a.ts')), null);
  });

  it('is undone by its opposite, and gives no two folders one name', () => {
    const part = fc.constantFrom('a', 'b', 'app', 'app-a', 'lib');
    const folder = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => at(...parts));
    fc.assert(
      fc.property(fc.uniqueArray(folder, { minLength: 1, maxLength: 6 }), folder, (folders, file) => {
        const names = new FolderNames(folders);
        assert.equal(new Set(folders.map((one) => names.prefixOf(one))).size, folders.length);
        const absolute = path.join(file, 'x.ts');
        const relative = names.relative(absolute);
        const isInside = folders.some((one) => absolute.startsWith(`${one}${path.sep}`));
        assert.equal(relative !== null, isInside);
        if (relative !== null) assert.equal(names.absolute(relative), absolute);
      }),
    );
  });
});
