import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Insight } from '../../../src/core/completion/insight.ts';
import { InsightFile } from '../../../src/vscode/insightFile.ts';

const today = '2026-03-10';

function shown(count: number): Insight {
  const insight = new Insight();
  for (let index = 0; index < count; index++) insight.shown(today, 'go', 10);
  return insight;
}

describe('InsightFile', () => {
  let root = '';
  let count = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'hearth-insight-'));
  });
  after(() => rm(root, { recursive: true }));

  const newFolder = (): string => path.join(root, `${(count += 1)}`, 'not', 'there', 'yet');

  function open(folder: string): { file: InsightFile; warnings: string[] } {
    const warnings: string[] = [];
    return { file: new InsightFile(folder, (message) => warnings.push(message)), warnings };
  }

  it('is empty at first, without a complaint', async () => {
    const { file, warnings } = open(newFolder());
    assert.equal((await file.read()).empty, true);
    assert.deepEqual(warnings, []);
  });

  it('adds up, and leaves one file', async () => {
    const folder = newFolder();
    const { file, warnings } = open(folder);
    await Promise.all([file.add(shown(2), today), file.add(shown(3), today)]);
    assert.equal((await open(folder).file.read()).total(today, 1).shown, 5);
    assert.deepEqual(await readdir(folder), ['insight.json']);
    assert.deepEqual(warnings, []);
  });

  it('loses nothing where two windows write in turn', async () => {
    const folder = newFolder();
    const [one, two] = [open(folder).file, open(folder).file];
    await one.add(shown(1), today);
    await two.add(shown(2), today);
    await one.add(shown(4), today);
    assert.equal((await two.read()).total(today, 1).shown, 7);
  });

  it('forgets old days', async () => {
    const folder = newFolder();
    const { file } = open(folder);
    await file.add(shown(1), today);
    await file.add(new Insight(), '2026-07-01');
    assert.equal((await file.read()).empty, true);
  });

  it('starts anew from a damaged file, and keeps the first one', async () => {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    const { file, warnings } = open(folder);
    for (const text of ['{"damaged', '{"again']) {
      await writeFile(path.join(folder, 'insight.json'), text);
      assert.equal(await file.add(shown(1), today), true);
      assert.equal((await file.read()).total(today, 1).shown, 1);
    }
    assert.equal(await readFile(path.join(folder, 'insight.json.bad'), 'utf8'), '{"damaged');
    assert.deepEqual(warnings, [
      'Completion insight was damaged and starts anew; the damaged file is kept as insight.json.bad.',
    ]);
  });

  it('says once that nothing can be written', async () => {
    const blocked = newFolder();
    await mkdir(path.dirname(blocked), { recursive: true });
    await writeFile(blocked, 'a file where the folder should be');
    const { file, warnings } = open(blocked);
    assert.equal(await file.add(shown(1), today), false);
    assert.equal(await file.add(shown(1), today), false);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^Completion insight can't be kept in .* \(E[A-Z]+\)\.$/);
  });

  it('overwrites nothing that it can not read', async () => {
    const folder = newFolder();
    await mkdir(path.join(folder, 'insight.json'), { recursive: true });
    const { file, warnings } = open(folder);
    assert.equal(await file.add(shown(1), today), false);
    assert.equal(warnings.length, 1);
    assert.deepEqual(await readdir(folder), ['insight.json']);
  });

  it('clears what there is', async () => {
    const folder = newFolder();
    const { file } = open(folder);
    await file.clear();
    await file.add(shown(1), today);
    await writeFile(path.join(folder, 'insight.json.bad'), '');
    await file.clear();
    assert.equal((await file.read()).empty, true);
    assert.deepEqual(await readdir(folder), []);
  });
});
