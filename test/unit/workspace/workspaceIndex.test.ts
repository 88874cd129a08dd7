import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Parsers } from '../../../src/workspace/parsers.ts';
import type { IndexProgress } from '../../../src/workspace/protocol.ts';
import { relativeTo } from '../../../src/workspace/relativePath.ts';
import { WorkspaceIndex } from '../../../src/workspace/workspaceIndex.ts';
import { folderWith } from '../../support/folderWith.ts';
import { grammarsFolder } from '../../support/grammars.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

const fn = (name: string): string => `export function ${name}(): void {}\n`;

function indexes() {
  const progress: IndexProgress[] = [];
  const log: string[] = [];
  const made = new WorkspaceIndex({
    parsers,
    grammarsFolder,
    openText: () => null,
    onProgress: (one) => progress.push(one),
    log: (message) => log.push(message),
  });
  const files = (folder: string): string[] =>
    made
      .folder(folder)
      ?.index.files()
      .map((file) => file.path) ?? [];
  return { made, progress, log, files };
}

describe('relativeTo', () => {
  const rows: [folder: string, file: string, relative: string | null][] = [
    ['/a/b', '/a/b/c.ts', 'c.ts'],
    ['/a/b', '/a/b/c/d.ts', 'c/d.ts'],
    ['/a/b', '/a/bc/d.ts', null],
    ['/a/b', '/a/b', null],
    ['/a/b', '/a', null],
    ['/a/b', '/a/b/../c.ts', null],
    ['/a/b', '/a/b/..c.ts', '..c.ts'],
    ['/', '/c.ts', 'c.ts'],
  ];
  for (const [folder, file, relative] of rows) {
    it(`${file} in ${folder}: ${relative}`, () => assert.equal(relativeTo(folder, file), relative));
  }
});

describe('WorkspaceIndex', () => {
  it('indexes the folders that it is given, each by itself, and no others', async () => {
    const { made, files, progress, log } = indexes();
    const [one, other] = [folderWith({ 'a.ts': fn('one') }), folderWith({ 'b.ts': fn('two') })];
    made.setFolders(
      [one, other].map((folder) => ({ path: folder, exclude: {} })),
      null,
    );
    assert.equal(progress.at(-1)?.state, 'reading');
    await made.idle();
    assert.deepEqual([files(one), files(other)], [['a.ts'], ['b.ts']]);
    assert.deepEqual(progress.at(-1), { state: 'ready', done: 2, total: 2 });
    assert.deepEqual(made.facts(one), { files: 1, complete: true, excluded: {} });
    assert.deepEqual(made.facts('/elsewhere'), { files: 0, complete: false, excluded: {} });
    made.setFolders([{ path: other, exclude: {} }], null);
    assert.equal(made.folder(one), null);
    made.setFolders([], null);
    assert.equal(made.folder(other), null);
    assert.deepEqual(log, []);
  });

  it('keeps a folder whose settings stay, and reads one anew whose settings change', async () => {
    const { made, files } = indexes();
    const folder = folderWith({ 'a.ts': fn('one'), 'b.ts': fn('two') });
    made.setFolders([{ path: folder, exclude: {} }], null);
    await made.idle();
    const first = made.folder(folder);
    made.setFolders([{ path: folder, exclude: {} }], null);
    assert.equal(made.folder(folder), first);
    made.setFolders([{ path: folder, exclude: { 'a.ts': true } }], null);
    assert.notEqual(made.folder(folder), first);
    await made.idle();
    assert.deepEqual(files(folder), ['b.ts']);
  });

  it('tells changes on the disk to the folders that they are in', async () => {
    const { made, files } = indexes();
    const [one, other] = [folderWith({ 'a.ts': fn('one') }), folderWith({})];
    made.setFolders(
      [one, other].map((folder) => ({ path: folder, exclude: {} })),
      null,
    );
    await made.idle();
    const later = folderWith({ 'b.ts': fn('never') });
    made.disk([path.join(later, 'b.ts'), path.join(one, 'a.ts'), path.join(other, 'new.ts')]);
    await made.idle();
    assert.deepEqual([files(one), files(other)], [['a.ts'], []]);
  });

  it('begins a new epoch when a file is gone, and when all is read, but not with each change', async () => {
    const { made } = indexes();
    const folder = folderWith({ 'a.ts': fn('one') });
    assert.equal(made.epoch(folder), '');
    made.setFolders([{ path: folder, exclude: {} }], null);
    const reading = made.epoch(folder);
    await made.idle();
    const ready = made.epoch(folder);
    assert.notEqual(ready, reading);
    await made.folder(folder)?.setOpen('a.ts', 'let b;', null);
    assert.equal(made.epoch(folder), ready);
    await made.folder(folder)?.setOpen('a.ts', '\0', null);
    assert.notEqual(made.epoch(folder), ready);
  });

  it('says why a path is left out, by the innermost folder', async () => {
    const { made } = indexes();
    const folder = folderWith({ '.gitignore': 'inner\n', 'inner/a.ts': fn('one'), 'inner/b.log': 'x' });
    const inner = path.join(folder, 'inner');
    const why = async (file: string): Promise<string | undefined> => (await made.exclusion(file))?.reason;
    made.setFolders([{ path: folder, exclude: {} }], null);
    assert.equal(await why(path.join(inner, 'a.ts')), 'ignored');
    made.setFolders(
      [
        { path: folder, exclude: {} },
        { path: inner, exclude: { '*.log': true } },
      ],
      null,
    );
    assert.equal(await why(path.join(inner, 'a.ts')), undefined);
    assert.equal(await why(path.join(inner, 'b.log')), 'excluded-by-setting');
    assert.equal(await why(path.join(folder, '..', 'x.ts')), 'outside');
    await made.idle();
  });

  it('reports its progress in about a hundred steps, whatever there is to read', async () => {
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`f${at}.txt`, 'x']));
    const { made, progress } = indexes();
    made.setFolders([{ path: folderWith(files), exclude: {} }], null);
    await made.idle();
    assert.ok(progress.length > 50 && progress.length < 150, `${progress.length}`);
    assert.deepEqual(progress.at(-1), { state: 'ready', done: 450, total: 450 });
    const done = progress.map((one) => one.done);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
  });

  it('reads what there is where no snapshot can be kept for want of grammars, and says so once', async () => {
    const log: string[] = [];
    const folder = folderWith({ 'a.txt': 'one two' });
    const made = new WorkspaceIndex({
      parsers,
      grammarsFolder: path.join(folder, 'missing'),
      openText: () => null,
      onProgress: () => undefined,
      log: (message) => log.push(message),
    });
    made.setFolders([{ path: folder, exclude: {} }], path.join(folder, '../none'));
    await made.idle();
    assert.deepEqual(made.facts(folder), { files: 1, complete: true, excluded: {} });
    assert.equal(log.length, 1);
    made.dispose();
    assert.equal(made.folder(folder), null);
  });
});
