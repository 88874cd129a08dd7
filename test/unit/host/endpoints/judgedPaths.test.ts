import assert from 'node:assert/strict';
import { realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { judgedPaths } from '../../../../src/host/endpoints/judgedPaths.ts';
import { FolderNames } from '../../../../src/workspace/chat/folderNames.ts';
import { folderWith } from '../../../support/folderWith.ts';

/** The paths of files in a workspace of one folder. */
function pathsIn(folder: string): (fsPath: string, scheme?: string) => readonly string[] {
  const names = new FolderNames([folder]);
  return (fsPath, scheme = 'file') => judgedPaths({ scheme, fsPath }, names, [folder]);
}

describe('the paths by which a document is judged', () => {
  const root = realpathSync(
    folderWith({ 'work/clients/acme.md': 'a', 'work/docs/plain.md': '', 'out/b.md': '' }),
  );
  const work = path.join(root, 'work');
  symlinkSync('../clients/acme.md', path.join(work, 'docs/acme.md'));
  symlinkSync('../clients', path.join(work, 'docs/all'));
  symlinkSync('../../out/b.md', path.join(work, 'docs/b.md'));
  symlinkSync('work', path.join(root, 'alias'));

  it('are its own in the workspace', () => {
    assert.deepEqual(pathsIn(work)(path.join(work, 'docs/plain.md')), ['docs/plain.md']);
  });

  it('are where a link leads too', () => {
    const paths = pathsIn(work);
    assert.deepEqual(paths(path.join(work, 'docs/acme.md')), ['docs/acme.md', 'clients/acme.md']);
    assert.deepEqual(paths(path.join(work, 'docs/all/acme.md')), ['docs/all/acme.md', 'clients/acme.md']);
    assert.deepEqual(paths(path.join(work, 'docs/b.md')), ['docs/b.md', path.join(root, 'out/b.md')]);
  });

  it('are those in the folder as it was opened, where that is a link', () => {
    const alias = path.join(root, 'alias');
    const paths = pathsIn(alias);
    assert.deepEqual(paths(path.join(alias, 'docs/plain.md')), ['docs/plain.md']);
    assert.deepEqual(paths(path.join(alias, 'docs/acme.md')), ['docs/acme.md', 'clients/acme.md']);
  });

  it('are absolute outside of the workspace, and what they are while nothing is there', () => {
    const paths = pathsIn(work);
    const outside = path.join(root, 'out/b.md');
    assert.deepEqual(paths(outside), [outside]);
    assert.deepEqual(paths(path.join(work, 'docs/new.md')), ['docs/new.md']);
  });

  it('are those of the file that another view of it is of, and none for what has no path', () => {
    const paths = pathsIn(work);
    assert.deepEqual(paths(path.join(work, 'clients/acme.md'), 'git'), ['clients/acme.md']);
    assert.deepEqual(paths('Untitled-1', 'untitled'), []);
  });
});
