import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { FileChange } from '../../../../src/core/refactor/types.ts';
import { decodeText } from '../../../../src/disk/textFile.ts';
import { diskFiles } from '../../../../src/host/refactor/diskFiles.ts';
import { writeChanges, type WriteRefused } from '../../../../src/host/refactor/writeChanges.ts';
import { folderWith } from '../../../support/folderWith.ts';

function change(file: string, before: string | null, after: string): FileChange {
  return { path: file, language: 'ts', before, after, edits: [], matches: [] };
}

async function refusal(folder: string, changes: readonly FileChange[]): Promise<WriteRefused> {
  return writeChanges(changes, (file) => path.join(folder, file)).then(
    () => assert.fail('it was written'),
    (error: WriteRefused) => error,
  );
}

const write = (folder: string, ...changes: FileChange[]) =>
  writeChanges(changes, (file) => path.join(folder, file));

describe('writing an accepted change', () => {
  it('keeps encoding, byte order mark and permissions', async () => {
    const folder = folderWith({});
    const texts = { 'bom.ts': '\uFEFFa é\r\n', 'plain.ts': 'a é\n', 'run.sh': 'echo\n' };
    for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(folder, file), text);
    chmodSync(path.join(folder, 'run.sh'), 0o755);
    writeFileSync(path.join(folder, 'wide.ts'), Buffer.from('\uFEFFa é\r\n', 'utf16le'));
    writeFileSync(path.join(folder, 'big.ts'), Buffer.from('\uFEFFa é\r\n', 'utf16le').swap16());
    await write(
      folder,
      change('bom.ts', '\uFEFFa é\r\n', '\uFEFFb é\r\n'),
      change('plain.ts', 'a é\n', 'b é\n'),
      change('run.sh', 'echo\n', 'echo 1\n'),
      change('wide.ts', '\uFEFFa é\r\n', '\uFEFFb é\r\n'),
      change('big.ts', '\uFEFFa é\r\n', '\uFEFFb é\r\n'),
    );
    const read = (file: string): Buffer => readFileSync(path.join(folder, file));
    assert.equal(read('bom.ts').toString('hex'), Buffer.from('\uFEFFb é\r\n').toString('hex'));
    assert.equal(read('plain.ts').toString(), 'b é\n');
    assert.equal(read('wide.ts').toString('utf16le'), '\uFEFFb é\r\n');
    assert.deepEqual(read('big.ts').subarray(0, 4), Buffer.from([0xfe, 0xff, 0, 0x62]));
    assert.equal(statSync(path.join(folder, 'run.sh')).mode & 0o777, 0o755);
  });

  it('makes new files with their folders, and follows links', async () => {
    const folder = folderWith({ 'real.ts': 'a\n' });
    symlinkSync('real.ts', path.join(folder, 'link.ts'));
    await write(folder, change('test/unit/new.ts', null, 'new\n'), change('link.ts', 'a\n', 'b\n'));
    assert.equal(readFileSync(path.join(folder, 'test/unit/new.ts'), 'utf8'), 'new\n');
    assert.equal(readFileSync(path.join(folder, 'real.ts'), 'utf8'), 'b\n');
  });

  it('refuses what is read-only, gone, changed meanwhile, there already, or no text', async () => {
    const folder = folderWith({
      'a.ts': 'a\n',
      'fixed.ts': 'a\n',
      'odd.ts': Buffer.from([0x61, 0xff, 0x0a]),
    });
    chmodSync(path.join(folder, 'fixed.ts'), 0o444);
    const refused: readonly (readonly [FileChange, string, RegExp])[] = [
      [change('fixed.ts', 'a\n', 'b\n'), 'read-only', /make it writable/],
      [change('gone.ts', 'a\n', 'b\n'), 'missing', /gone\.ts is gone/],
      [change('a.ts', 'older\n', 'b\n'), 'changed', /not as it was/],
      [change('a.ts', null, 'b\n'), 'exists', /is there by now/],
      [change('odd.ts', 'a\n', 'b\n'), 'encoding', /neither UTF-8 nor UTF-16/],
    ];
    for (const [one, code, message] of refused) {
      const error = await refusal(folder, [change('a.ts', 'a\n', 'b\n'), one]);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.match(error.message, /so nothing was changed/);
      assert.equal(readFileSync(path.join(folder, 'a.ts'), 'utf8'), 'a\n');
    }
    const outside = await writeChanges([change('../x.ts', null, '')], () => null).catch(
      (error: WriteRefused) => error.code,
    );
    assert.equal(outside, 'unwritable');
  });

  it('takes back what it wrote where a later file fails', async () => {
    const folder = folderWith({ 'a.ts': 'a\n', file: 'x' });
    const error = await refusal(folder, [
      change('a.ts', 'a\n', 'b\n'),
      change('new.ts', null, 'n\n'),
      // Its folder is a file.
      change('file/b.ts', null, 'b\n'),
    ]);
    assert.equal(error.code, 'unwritable');
    assert.match(error.message, /^file\/b\.ts can't be written, so nothing was changed: E/);
    assert.equal(readFileSync(path.join(folder, 'a.ts'), 'utf8'), 'a\n');
    assert.equal(existsSync(path.join(folder, 'new.ts')), false);
    assert.deepEqual(readdirSync(folder).sort(), ['a.ts', 'file']);
  });
});

describe('the files that a change may touch', () => {
  const none = { excluded: () => Promise.resolve(null) };

  async function readAll(
    folder: string,
    names: readonly string[],
    client: Parameters<typeof diskFiles>[0]['client'] = none,
  ) {
    const workspace = {
      absolute: (file: string) => (file.includes('..') ? null : path.join(folder, file)),
      relative: (file: string) => path.relative(folder, file),
    };
    const files = diskFiles({ workspace, client, folders: [folder] });
    return Promise.all(names.map((name) => files.read(name)));
  }

  it('are those of the workspace, with their language', async () => {
    const folder = folderWith({ 'src/a.TS': 'a\r\n' });
    assert.deepEqual(await readAll(folder, ['src/a.TS', 'src/b.ts', 'new/folder/c.ts']), [
      { path: 'src/a.TS', text: 'a\r\n', language: 'ts' },
      null,
      null,
    ]);
  });

  it('are none that is excluded, no text, or leads out of the workspace', async () => {
    const outside = folderWith({ 'secret.ts': 'x' });
    const folder = folderWith({ 'bin.ts': Buffer.from([0, 1, 2]), '.env': 'KEY=1', 'dir/a.ts': 'a' });
    symlinkSync(path.join(outside, 'secret.ts'), path.join(folder, 'link.ts'));
    symlinkSync(outside, path.join(folder, 'out'));
    mkdirSync(path.join(folder, 'folder.ts'));
    const client = {
      excluded: (file: string) =>
        Promise.resolve(file.endsWith('.env') ? ({ reason: 'secret', detail: '' } as const) : null),
    };
    const names = ['bin.ts', '.env', 'link.ts', 'out/secret.ts', 'out/new.ts', 'folder.ts', '../x.ts'];
    assert.deepEqual(
      await readAll(folder, names, client),
      names.map(() => 'forbidden'),
    );
  });

  it('are text in one of three encodings', () => {
    assert.equal(decodeText(Buffer.from([0xc3, 0x28])), null);
    assert.equal(decodeText(Buffer.from('a\0b')), null);
    assert.deepEqual(decodeText(Buffer.from('')), { text: '', encoding: 'utf-8' });
  });
});
