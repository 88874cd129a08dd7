import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseIgnoreFile } from '../../../../src/workspace/files/ignorePattern.ts';
import { IgnoreRules } from '../../../../src/workspace/files/ignoreRules.ts';
import { folderWith } from '../../../support/folderWith.ts';

async function whyIn(folder: string, file: string, ignoreCase = false): Promise<string | null> {
  const why = await new IgnoreRules(folder, { ignoreCase }).why(file, false);
  return why === null
    ? null
    : `${why.negated ? 'kept by' : 'ignored by'} ${why.pattern} ${why.file}:${why.line}`;
}

describe('IgnoreRules', () => {
  it('puts .hearthignore before .gitignore of the same folder, and a deeper file before both', async () => {
    const folder = folderWith({
      '.gitignore': 'generated/\n!a.ts',
      '.hearthignore': '!generated/\n\na.ts\n',
      'src/.gitignore': '!a.ts\n',
    });
    assert.equal(
      await whyIn(folder, 'generated/b.ts'),
      null,
      'its folder is re-included, and nothing else matches',
    );
    assert.equal(await whyIn(folder, 'a.ts'), 'ignored by a.ts .hearthignore:3');
    assert.equal(await whyIn(folder, 'src/a.ts'), 'kept by !a.ts src/.gitignore:1');
  });

  it('re-includes nothing below an ignored folder', async () => {
    const folder = folderWith({ '.gitignore': 'out/\n!out/keep.ts', 'out/.hearthignore': '!*' });
    assert.equal(await whyIn(folder, 'out/keep.ts'), 'ignored by out/ .gitignore:1');
  });

  it('honours the ignore files between the repository and the workspace folder', async () => {
    const repository = folderWith({
      '.git/info/exclude': 'private.ts\n',
      '.gitignore': '/packages/web/made/\n*.out\n',
      'packages/.gitignore': '!kept.out\n/web/b.ts\n',
      'packages/web/a.ts': '',
    });
    const folder = path.join(repository, 'packages/web');
    assert.equal(await whyIn(folder, 'made/a.ts'), 'ignored by /packages/web/made/ ../../.gitignore:1');
    assert.equal(await whyIn(folder, 'x/a.out'), 'ignored by *.out ../../.gitignore:2');
    assert.equal(await whyIn(folder, 'x/kept.out'), 'kept by !kept.out ../.gitignore:1');
    assert.equal(await whyIn(folder, 'b.ts'), 'ignored by /web/b.ts ../.gitignore:2');
    assert.equal(await whyIn(folder, 'x/b.ts'), null);
    assert.equal(await whyIn(folder, 'private.ts'), 'ignored by private.ts ../../.git/info/exclude:1');
  });

  it('looks above the workspace folder only for its own repository', async () => {
    const above = folderWith({ '.gitignore': '*', 'one/a.ts': '', 'two/.git/HEAD': '' });
    assert.equal(await whyIn(path.join(above, 'one'), 'a.ts'), null, 'in no repository');
    mkdirSync(path.join(above, '.git'));
    assert.equal(await whyIn(path.join(above, 'one'), 'a.ts'), 'ignored by * ../.gitignore:1');
    assert.equal(await whyIn(path.join(above, 'two'), 'a.ts'), null, 'a repository of its own');
  });

  it('takes a workspace folder that is ignored itself for opened on purpose', async () => {
    const repository = folderWith({ '.git/HEAD': '', '.gitignore': 'build/\n', 'build/a.ts': '' });
    assert.equal(await whyIn(path.join(repository, 'build'), 'a.ts'), null);
  });

  it('finds the exclude file of a worktree', async () => {
    const folder = folderWith({
      'main/.git/info/exclude': 'a.ts',
      'main/.git/worktrees/tree/commondir': '../..\n',
      'tree/.git': `gitdir: ../main/.git/worktrees/tree\n`,
    });
    assert.equal(await whyIn(path.join(folder, 'tree'), 'a.ts'), 'ignored by a.ts .git/info/exclude:1');
  });

  it('disregards case where the file system does', async () => {
    const folder = folderWith({ '.gitignore': 'Build/\n*.LOG\n[A-C].txt\n' });
    assert.equal(await whyIn(folder, 'build/a.ts'), null);
    assert.equal(await whyIn(folder, 'build/a.ts', true), 'ignored by Build/ .gitignore:1');
    assert.equal(await whyIn(folder, 'a.log', true), 'ignored by *.LOG .gitignore:2');
    assert.equal(await whyIn(folder, 'b.txt', true), 'ignored by [A-C].txt .gitignore:3');
    assert.equal(await whyIn(folder, 'B.TXT', true), 'ignored by [A-C].txt .gitignore:3');
  });

  it('follows no link to an ignore file, and survives a folder in its place', async () => {
    const folder = folderWith({ rules: '*', '.hearthignore/a': '', 'b/.gitignore': '*.tmp' });
    symlinkSync(path.join(folder, 'rules'), path.join(folder, '.gitignore'));
    assert.equal(await whyIn(folder, 'a.ts'), null);
    assert.equal(await whyIn(folder, 'b/a.tmp'), 'ignored by *.tmp b/.gitignore:1');
  });
});

describe('a pattern with many stars', () => {
  it('is answered in time that grows with its length, not with its power', () => {
    const [pattern] = parseIgnoreFile(`${'*a'.repeat(60)}b`, false);
    assert.equal(pattern?.matches(['a'.repeat(250)], 0), false);
    const [deep] = parseIgnoreFile(`${'**/a/'.repeat(40)}b`, false);
    assert.equal(deep?.matches(Array<string>(200).fill('a'), 0), false);
  });
});
