import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ModelFacts } from '../../../src/engine/modelFacts.ts';
import type { SelfTestResult } from '../../../src/engine/protocol.ts';

function result(format: SelfTestResult['format'], nats = 1): SelfTestResult {
  return { format, scores: { 'prefix-suffix-middle': nats, 'suffix-prefix-middle': 2, 'prefix-only': 3.25 } };
}
const psm = result('prefix-suffix-middle');
const spm = result('suffix-prefix-middle');

describe('ModelFacts', () => {
  let root = '';
  let count = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'hearth-facts-'));
  });
  after(() => rm(root, { recursive: true }));

  const newFolder = (): string => path.join(root, `${(count += 1)}`, 'not', 'there', 'yet');

  function open(folder: string | null): { facts: ModelFacts; warnings: string[] } {
    const warnings: string[] = [];
    const facts = new ModelFacts(folder, (level, message) => warnings.push(`${level}: ${message}`));
    return { facts, warnings };
  }

  async function withFile(text: string): Promise<string> {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'model-facts.json'), text);
    return folder;
  }

  it('knows nothing at first, without a complaint', async () => {
    const { facts, warnings } = open(newFolder());
    assert.deepEqual(await facts.forLoad(), { remembered: {}, verified: [] });
    assert.deepEqual(warnings, []);
  });

  it('gives another store what it remembered, and leaves one file', async () => {
    const folder = newFolder();
    const { facts, warnings } = open(folder);
    await facts.remember('a', { selfTest: psm });
    await facts.remember('b', { verified: 'b' });
    await facts.remember('a', { verified: 'a' });
    await facts.remember('c', { selfTest: spm });
    const expected = { remembered: { a: psm, c: spm }, verified: ['a', 'b'] };
    for (const store of [facts, open(folder).facts]) {
      const { remembered, verified } = await store.forLoad();
      assert.deepEqual({ remembered, verified: verified.sort() }, expected);
    }
    assert.deepEqual(await readdir(folder), ['model-facts.json']);
    assert.deepEqual(warnings, []);
  });

  it('replaces what was found out anew', async () => {
    const folder = newFolder();
    await open(folder).facts.remember('a', { selfTest: psm, verified: 'a' });
    await open(folder).facts.remember('a', { selfTest: spm });
    const { facts } = open(folder);
    assert.deepEqual(await facts.forLoad(), { remembered: { a: spm }, verified: ['a'] });
  });

  it('loses nothing where two stores, as of two windows, write in turn', async () => {
    const folder = newFolder();
    const [one, two] = [open(folder).facts, open(folder).facts];
    await Promise.all([one.forLoad(), two.forLoad()]);
    await one.remember('a', { selfTest: psm });
    await two.remember('b', { selfTest: spm });
    await one.remember('c', { verified: 'c' });
    const { facts } = open(folder);
    assert.deepEqual(await facts.forLoad(), { remembered: { a: psm, b: spm }, verified: ['c'] });
  });

  it('loses nothing where much is remembered at once, from the first moment on', async () => {
    const folder = newFolder();
    await open(folder).facts.remember('old', { verified: 'old' });
    const { facts, warnings } = open(folder);
    const [first] = await Promise.all([
      facts.forLoad(),
      facts.remember('a', { selfTest: psm }),
      facts.remember('b', { verified: 'b' }),
      facts.remember('a', { verified: 'a' }),
    ]);
    assert.ok(first.verified.includes('old'));
    for (const store of [facts, open(folder).facts]) {
      const { remembered, verified } = await store.forLoad();
      assert.deepEqual([remembered, verified.sort()], [{ a: psm }, ['a', 'b', 'old']]);
    }
    assert.deepEqual(warnings, []);
    assert.deepEqual(await readdir(folder), ['model-facts.json']);
  });

  const speed = (threads: number, decodeTokensPerSecond: number) => ({
    backend: 'cpu',
    threads,
    promptTokensPerSecond: 100,
    decodeTokensPerSecond,
    weightsBytes: 5,
    seconds: 3,
    tokens: 9,
  });

  it('keeps the last speed of each backend and number of threads, also where two windows measure', async () => {
    const folder = newFolder();
    const [one, two] = [open(folder).facts, open(folder).facts];
    await one.remember('a', { selfTest: psm, speeds: [speed(1, 10)] });
    await two.remember('a', { speeds: [speed(2, 20)] });
    await two.remember('a', { speeds: [{ ...speed(1, 30), backend: 'cuda' }] });
    await one.remember('a', { speeds: [speed(1, 11)] });
    await one.remember('b', { verified: 'b' });
    const { facts, warnings } = open(folder);
    const { a = [], ...others } = await facts.speeds();
    assert.deepEqual(
      a.map(({ backend, threads, decodeTokensPerSecond: s }) => `${backend} ${threads}: ${s}`).sort(),
      ['cpu 1: 11', 'cpu 2: 20', 'cuda 1: 30'],
    );
    assert.deepEqual(others, {});
    assert.deepEqual((await facts.forLoad()).remembered, { a: psm });
    assert.deepEqual(warnings, []);
  });

  const good = { version: 1, models: { a: { selfTest: psm, verified: true } } };
  const damaged: [title: string, text: string][] = [
    ['empty', ''],
    ['cut off', JSON.stringify(good).slice(0, -9)],
    ['another thing', '[]'],
    ['null', 'null'],
    ['of another version', JSON.stringify({ ...good, version: 2 })],
    ['with a wrong format', JSON.stringify(good).replace('prefix-suffix-middle', 'middle')],
    ['with a speed below nothing', JSON.stringify({ version: 1, models: { a: { speeds: [speed(1, -1)] } } })],
    ['with a score that was no number', JSON.stringify(good).replace('3.25', 'null')],
    ['binary', '\0\u0001\ufffd'],
  ];
  for (const [title, text] of damaged) {
    it(`starts anew with one warning where the file is ${title}`, async () => {
      const folder = await withFile(text);
      const { facts, warnings } = open(folder);
      assert.deepEqual(await facts.forLoad(), { remembered: {}, verified: [] });
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /^warn: .*found out anew/);
      await facts.remember('b', { verified: 'b' });
      assert.equal(warnings.length, 1);
      assert.deepEqual((await open(folder).facts.forLoad()).verified, ['b']);
    });
  }

  it('reads a file with more in it than this version knows', async () => {
    const folder = await withFile(
      JSON.stringify({ ...good, more: 1, models: { a: { verified: 'a', more: 1 } } }),
    );
    assert.deepEqual((await open(folder).facts.forLoad()).verified, ['a']);
  });

  it('keeps in memory, with one warning, what it can’t write', async () => {
    // A folder below a file can't be made, not even by root.
    const file = path.join(root, 'file');
    await writeFile(file, '');
    const { facts, warnings } = open(path.join(file, 'state'));
    await facts.remember('a', { selfTest: psm });
    await facts.remember('b', { verified: 'b' });
    assert.deepEqual(await facts.forLoad(), { remembered: { a: psm }, verified: ['b'] });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /ENOTDIR|EEXIST|ENOENT/);
    assert.equal(await readFile(file, 'utf8'), '');
  });

  it('keeps everything in memory without a folder', async () => {
    const { facts, warnings } = open(null);
    await facts.remember('a', { selfTest: psm, verified: 'a' });
    assert.deepEqual(await facts.forLoad(), { remembered: { a: psm }, verified: ['a'] });
    assert.deepEqual(warnings, []);
  });
});
