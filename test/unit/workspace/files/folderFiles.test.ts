import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Exclusion } from '../../../../src/core/index/exclusions.ts';
import { FolderFiles, type FolderFilesOptions } from '../../../../src/workspace/files/folderFiles.ts';
import { folderWith } from '../../../support/folderWith.ts';

interface Walked {
  readonly files: string[];
  /** Path and reason of what was left out. */
  readonly excluded: Record<string, string>;
}

async function walk(files: FolderFiles): Promise<Walked> {
  const excluded: Record<string, string> = {};
  const walked: string[] = [];
  const onExcluded = (file: string, { reason }: Exclusion): void => void (excluded[file] = reason);
  for await (const file of files.walk({ onExcluded })) walked.push(file.path);
  return { files: walked, excluded };
}

const walkIn = (folder: string, options?: FolderFilesOptions): Promise<Walked> =>
  walk(new FolderFiles(folder, options));

async function reasonFor(files: FolderFiles, file: string): Promise<string | null> {
  const exclusion = await files.exclusion(file);
  return exclusion === null ? null : `${exclusion.reason}: ${exclusion.detail}`;
}

describe('FolderFiles.walk', () => {
  it('gives a folder by the code units of the names, its files before its folders', async () => {
    const folder = folderWith({
      'b/z.ts': '',
      'b/a/c.ts': '',
      'a.ts': '',
      'Z.ts': '',
      'é.ts': '',
      'a/x.ts': '',
    });
    const { files } = await walkIn(folder);
    assert.deepEqual(files, ['Z.ts', 'a.ts', 'é.ts', 'a/x.ts', 'b/z.ts', 'b/a/c.ts']);
  });

  it('gives sizes and times of change', async () => {
    const folder = folderWith({ 'a.ts': 'abc' });
    for await (const file of new FolderFiles(folder).walk()) {
      assert.equal(file.bytes, 3);
      assert.ok(Math.abs(file.mtimeMs - Date.now()) < 60_000);
    }
  });

  it('leaves out what rules, settings and names exclude, and says why', async () => {
    const folder = folderWith({
      '.gitignore': 'dist/\n',
      'dist/a.ts': '',
      'node_modules/a/a.ts': '',
      '.git/HEAD': '',
      '.env': '',
      '.ssh/known': '',
      'hidden/a.ts': '',
      'a.png': '',
      'package-lock.json': '',
      'large.ts': ' '.repeat((1 << 20) + 1),
      'a.ts': '',
    });
    const { files, excluded } = await walkIn(folder, { exclude: { '**/hidden': true, '**/a.ts': false } });
    assert.deepEqual(files, ['.gitignore', 'a.ts']);
    assert.deepEqual(excluded, {
      '.env': 'secret',
      '.git': 'vendored',
      '.ssh': 'secret',
      'a.png': 'binary',
      dist: 'ignored',
      hidden: 'excluded-by-setting',
      'large.ts': 'too-large',
      node_modules: 'vendored',
      'package-lock.json': 'generated',
    });
  });

  it('re-includes vendored and generated names by .hearthignore, but no secrets', async () => {
    const folder = folderWith({
      '.hearthignore': '!vendor/\n!*.pb.go\n!.env\n',
      'vendor/a.go': '',
      'vendor/b/node_modules/a.js': '',
      'a.pb.go': '',
      '.env': '',
    });
    const { files, excluded } = await walkIn(folder);
    assert.deepEqual(files, ['.hearthignore', 'a.pb.go', 'vendor/a.go']);
    assert.deepEqual(excluded, { '.env': 'secret', 'vendor/b/node_modules': 'vendored' });
  });

  it('gives what links lead to once, and none that lead out', async () => {
    const folder = folderWith({ 'in/src/a.ts': '', 'in/src/deep/b.ts': '', 'out/c.ts': '' });
    const root = path.join(folder, 'in');
    const link = (target: string, at: string): void => symlinkSync(target, path.join(root, at));
    link('src', 'alias');
    link('..', 'src/deep/up');
    link('.', 'self');
    link('../out', 'away');
    link('../out/c.ts', 'away.ts');
    link('nowhere', 'dangling');
    link('round', 'round');
    const { files, excluded } = await walkIn(root);
    assert.deepEqual(files, ['src/a.ts', 'src/deep/b.ts']);
    assert.deepEqual(excluded, { away: 'outside', 'away.ts': 'outside', round: 'unreadable' });
  });

  it('works in a folder that is reached through a link', async () => {
    const folder = folderWith({ 'real/src/a.ts': 'text', 'real/.gitignore': 'b' });
    symlinkSync('real', path.join(folder, 'link'));
    const files = new FolderFiles(path.join(folder, 'link'));
    assert.deepEqual((await walk(files)).files, ['.gitignore', 'src/a.ts']);
    assert.equal(await reasonFor(files, 'src/a.ts'), null);
    assert.equal(await reasonFor(files, 'b'), 'ignored: `b` in line 1 of .gitignore');
  });

  it('takes a folder of 50,000 files', async () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `${(index * 7919) % 50_000}.ts`);
    const folder = folderWith(Object.fromEntries([...names, 'next/a.ts'].map((name) => [name, ''])));
    const { files } = await walkIn(folder);
    assert.deepEqual(files, [...names.sort(), 'next/a.ts']);
  });

  it('passes over what vanishes meanwhile', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(3, '0')}.ts`);
    const folder = folderWith(
      Object.fromEntries([...names, 'later/a.ts', 'stays/a.ts'].map((name) => [name, ''])),
    );
    const walked: string[] = [];
    const excluded: string[] = [];
    for await (const { path: file } of new FolderFiles(folder).walk({
      onExcluded: (at) => excluded.push(at),
    })) {
      if (walked.length === 0) {
        for (const name of names.slice(-50)) rmSync(path.join(folder, name));
        rmSync(path.join(folder, 'later'), { recursive: true });
      }
      walked.push(file);
    }
    assert.deepEqual(walked, [...names.slice(0, -50), 'stays/a.ts']);
    assert.deepEqual(excluded, []);
  });

  it('goes on after a folder that was replaced by a file, and says what is missing at the root', async () => {
    const folder = folderWith({ 'a.ts': '', 'b/c.ts': '', 'd/e.ts': '' });
    const walked: string[] = [];
    for await (const { path: file } of new FolderFiles(folder).walk()) {
      if (walked.length === 0) {
        rmSync(path.join(folder, 'b'), { recursive: true });
        writeFileSync(path.join(folder, 'b'), '');
      }
      walked.push(file);
    }
    assert.deepEqual(walked, ['a.ts', 'd/e.ts']);
    assert.deepEqual((await walkIn(path.join(folder, 'missing'))).excluded, { '': 'no-file' });
  });

  it(
    'does without names that are no text, and without pipes',
    { skip: process.platform === 'win32' },
    async () => {
      const folder = folderWith({ 'a.ts': '' });
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      if (process.platform === 'linux') {
        writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), '');
      }
      assert.deepEqual(await walkIn(folder), { files: ['a.ts'], excluded: {} });
      assert.equal(await reasonFor(new FolderFiles(folder), 'pipe'), 'no-file: pipe is no plain file');
    },
  );

  it('says which folder it could not read, and goes on', { skip: process.platform === 'win32' }, async () => {
    const folder = folderWith({ 'a/a.ts': '', 'b/b.ts': '' });
    // Paths beyond the system's limit: unlike permissions, they stop the superuser too.
    const dig = `for (let at = 0; at < 20; at += 1) {
      require('fs').mkdirSync('d'.repeat(250));
      process.chdir('d'.repeat(250));
    }`;
    execFileSync(process.execPath, ['-e', dig], { cwd: path.join(folder, 'a') });
    const { files, excluded } = await walkIn(folder);
    execFileSync('rm', ['-rf', path.join(folder, 'a')]);
    assert.deepEqual(files, ['a/a.ts', 'b/b.ts']);
    assert.deepEqual(Object.values(excluded), ['unreadable']);
    assert.match(Object.keys(excluded)[0] ?? '', /^a\/(d+\/)*d+$/);
  });

  it('stops where it is told to', async () => {
    const folder = folderWith({ 'a.ts': '', 'b/c.ts': '' });
    const stop = new AbortController();
    const walked: string[] = [];
    await assert.rejects(async () => {
      for await (const { path: file } of new FolderFiles(folder).walk({ signal: stop.signal })) {
        walked.push(file);
        stop.abort(new Error('enough'));
      }
    }, /enough/);
    assert.deepEqual(walked, ['a.ts']);
  });

  it('agrees with exclusion about every path', async () => {
    const folder = folderWith({
      '.gitignore': '*.log\n!b.log\nout/\n',
      'src/.hearthignore': '/gen\n!vendor/\n',
      'a.log': '',
      'b.log': '',
      'out/a.ts': '',
      'src/gen/a.ts': '',
      'src/vendor/a.ts': '',
      'src/a.min.js': '',
      'src/keys/a.pem': '',
    });
    const files = new FolderFiles(folder, { exclude: { 'src/{x,y}*': true } });
    const { files: walked, excluded } = await walk(files);
    assert.deepEqual(walked, ['.gitignore', 'b.log', 'src/.hearthignore', 'src/vendor/a.ts']);
    for (const file of walked) assert.equal(await files.exclusion(file), null, file);
    for (const [file, reason] of Object.entries(excluded)) {
      assert.equal((await files.exclusion(file))?.reason, reason, file);
    }
    assert.equal(await reasonFor(files, 'out/a.ts'), 'ignored: `out/` in line 3 of .gitignore');
  });
});

describe('FolderFiles.exclusion', () => {
  it('names the rule, for files that do not exist, too', async () => {
    const files = new FolderFiles(folderWith({ 'a/.gitignore': '# x\n/b*\n', 'a/c.ts': '' }), {
      exclude: { '**/*.gen.*': true },
    });
    assert.equal(await reasonFor(files, 'a/b.ts'), 'ignored: `/b*` in line 2 of a/.gitignore');
    assert.equal(await reasonFor(files, 'a/x.gen.ts'), 'excluded-by-setting: `**/*.gen.*` in files.exclude');
    assert.equal(await reasonFor(files, 'vendor/a.go'), 'vendored: the folder `vendor`');
    assert.equal(await reasonFor(files, 'a/new.ts'), 'no-file: it is not there');
    assert.equal(await reasonFor(files, 'a'), null);
    assert.equal(await reasonFor(files, 'a/c.ts/d.ts'), 'no-file: it is not there');
  });

  it('refuses paths that leave the folder or are none', async () => {
    const files = new FolderFiles(folderWith({ 'a.ts': '' }));
    for (const file of ['', '.', '..', '../a.ts', 'b/../a.ts', '/etc/passwd', 'a//b', './a.ts', 'a\0b']) {
      assert.equal((await files.exclusion(file))?.reason, 'outside', JSON.stringify(file));
    }
  });

  it('judges a link by what it leads to as well', async () => {
    const folder = folderWith({
      'in/.env': 'KEY=1',
      'in/dist/a.ts': '',
      'in/a.ts': 'a',
      'in/.gitignore': 'dist',
      out: '',
    });
    const root = path.join(folder, 'in');
    for (const [at, target] of [
      ['settings', '.env'],
      ['built', 'dist'],
      ['b.ts', 'a.ts'],
      ['away', '../out'],
    ] as const) {
      symlinkSync(target, path.join(root, at));
    }
    const files = new FolderFiles(root);
    assert.equal((await files.exclusion('settings'))?.reason, 'secret');
    assert.equal((await files.exclusion('built/a.ts'))?.reason, 'ignored');
    assert.equal((await files.exclusion('away'))?.reason, 'outside');
    assert.equal((await files.exclusion('b.ts'))?.reason, undefined);
    assert.equal((await files.read('settings')) && files.reads, 0, 'nothing excluded is read');
    assert.equal(await files.linkTarget('b.ts'), 'a.ts');
    assert.equal(await files.linkTarget('a.ts'), null);
    assert.equal(await files.linkTarget('away'), null);
  });

  it('knows other rules only after refresh', async () => {
    const folder = folderWith({ 'a.ts': '' });
    const files = new FolderFiles(folder);
    assert.equal(await files.exclusion('a.ts'), null);
    writeFileSync(path.join(folder, '.hearthignore'), 'a.ts');
    assert.equal(await files.exclusion('a.ts'), null);
    files.refresh();
    assert.equal((await files.exclusion('a.ts'))?.reason, 'ignored');
  });

  it('disregards case where the file system does', async () => {
    const folder = folderWith({ '.gitignore': 'Build/', 'build/a.ts': '', 'made/a.ts': '' });
    const { files } = await walkIn(folder, { ignoreCase: true, exclude: { MADE: true } });
    assert.deepEqual(files, ['.gitignore']);
    const { files: strict } = await walkIn(folder, { ignoreCase: false, exclude: { MADE: true } });
    assert.deepEqual(strict, ['.gitignore', 'build/a.ts', 'made/a.ts']);
  });
});

describe('files.exclude', () => {
  const cases: readonly [string, string, boolean][] = [
    ['**/.git', 'a/.git', true],
    ['**/*.js', 'a/b.js', true],
    ['**/*.js', 'b.js', true],
    ['*.js', 'b.js', true],
    ['*.js', 'a/b.js', false],
    ['out', 'out/deep/a.ts', true],
    ['out/', 'out/a.ts', true],
    ['**/out/**', 'a/out/b.ts', true],
    ['**/{a,b}.ts', 'x/b.ts', true],
    ['a?.ts', 'ab.ts', true],
    ['**/[!a].ts', 'b.ts', true],
    ['!a.ts', 'b.ts', false],
  ];
  for (const [glob, file, expected] of cases) {
    it(`${glob} ${expected ? 'excludes' : 'leaves'} ${file}`, async () => {
      const files = new FolderFiles(folderWith({ [file]: '' }), { exclude: { [glob]: true } });
      assert.equal((await files.exclusion(file))?.reason === 'excluded-by-setting', expected);
      assert.equal((await walk(files)).files.includes(file), !expected);
    });
  }
});

describe('FolderFiles.isIgnoreFile', () => {
  const files = new FolderFiles('/nowhere', { ignoreCase: false });
  for (const file of ['.gitignore', 'a/b/.hearthignore', '.git/info/exclude', 'sub/.git/info/exclude']) {
    it(`${file} is one`, () => assert.equal(files.isIgnoreFile(file), true));
  }
  for (const file of ['gitignore', 'a.gitignore', '.gitignore/a', 'info/exclude', '.GITIGNORE']) {
    it(`${file} is none`, () => assert.equal(files.isIgnoreFile(file), false));
  }
  it('may be one in other letters where case does not matter', () => {
    assert.equal(new FolderFiles('/nowhere').isIgnoreFile('.GITIGNORE'), true);
  });
});
