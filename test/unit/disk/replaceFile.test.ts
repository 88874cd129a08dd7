import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { replaceFile } from '../../../src/disk/replaceFile.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-replace-'));
after(() => rmSync(root, { recursive: true }));

describe('replaceFile', () => {
  it('puts the parts one after the other in place of what was there, for the owner only', async () => {
    const file = path.join(root, 'a.json');
    writeFileSync(file, 'a much longer text than the new one');
    await replaceFile(file, ['new ', Buffer.from('text')]);
    assert.equal(readFileSync(file, 'utf8'), 'new text');
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(root), ['a.json']);
  });

  it('leaves what was there, and nothing beside it, when it fails', async () => {
    const folder = path.join(root, 'taken');
    mkdirSync(path.join(folder, 'inside'), { recursive: true });
    await assert.rejects(replaceFile(folder, ['text']), { code: /EISDIR|ENOTEMPTY|EPERM|EEXIST/ });
    assert.deepEqual(readdirSync(folder), ['inside']);
    await assert.rejects(replaceFile(path.join(root, 'none', 'b.json'), ['text']), { code: 'ENOENT' });
    assert.deepEqual(readdirSync(root).sort(), ['a.json', 'taken']);
  });

  it('leaves one whole text when several replace it at a time', async () => {
    const file = path.join(root, 'c.txt');
    const texts = ['one', 'two', 'three'].map((text) => text.repeat(10_000));
    await Promise.all(texts.map((text) => replaceFile(file, [text])));
    assert.ok(texts.includes(readFileSync(file, 'utf8')));
  });
});
