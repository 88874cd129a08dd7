import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { budgets, measure } from '../../../bench/context/measure.ts';
import type { ContextMethod } from '../../../bench/context/methods/method.ts';
import { printTable, tableOf } from '../../../bench/context/report.ts';
import { isTest, loadRepositories, writeCopy } from '../../../bench/context/repository.ts';
import { filesDigest, readRepositoryList } from '../../../scripts/repositoryList.ts';
import { grammarsFolder } from '../../support/grammars.ts';
import { madeUp, shop } from './contextWorld.ts';

/** Gives the same text at every budget from `least` on, and nothing below. */
function fixed(name: string, text: string, least: number): ContextMethod {
  const path = 'src/money.ts';
  return {
    name,
    contexts: (_analysis, lines, asked) =>
      Promise.resolve(lines.map(() => asked.map((budget) => (budget < least ? [] : [{ path, text }])))),
  };
}

describe('the table', () => {
  const all = fixed('all', 'applyDiscount formatPrice roundCents subtotalOf describeItems Basket', 512);
  const signature = fixed('signature', 'function formatPrice(amount: number): string', 0);

  it('has the share of names that each method finds, by class and budget', async () => {
    const options = { seed: 1, lines: 100, grammars: grammarsFolder };
    const measured = await measure([madeUp(shop)], [all, signature], options);
    const { rows, names } = tableOf(measured, ['made-up'], 1);
    const row = (method: string, what: string, of: string) =>
      rows.find((one) => one.method === method && one.measure === what && one.class === of);
    const values = (cells: readonly (readonly number[] | null)[] | null | undefined) =>
      cells?.map((cell) => cell?.[0]);
    assert.ok(names.seen > 5, `${names.seen}`);
    assert.deepEqual(values(row('all', 'identifiers', 'seen')?.recall), [0, 100, 100, 100]);
    assert.deepEqual(values(row('all', 'definitions', 'seen')?.recall), [0, 0, 0, 0]);
    const found = row('signature', 'identifiers', 'seen')?.recall[0]?.[0] ?? 0;
    assert.ok(found > 0 && found < 100, `${found}`);
    assert.equal(row('signature', 'definitions', 'seen')?.recall[0]?.[0], found);
    assert.equal(
      row('signature', 'identifiers', 'seen')?.lead?.[3]?.[0],
      Math.round(10 * (100 - found)) / 10,
    );
    assert.equal(row('all', 'identifiers', 'seen')?.lead, null);
    assert.match(
      printTable('A shop', { repositories: ['made-up'], names, rows }),
      /all +0\.0 \[0\.0, 0\.0\] \/ 0\.0/,
    );
    assert.equal(budgets.length, 4);
  });
});

describe('the repositories', () => {
  const list = readRepositoryList();

  it('are at least eight in four languages, of which two are held out, in different ones', () => {
    assert.ok(list.length >= 8);
    assert.equal(new Set(list.map(({ language }) => language)).size, 4);
    const heldOut = list.filter((entry) => entry.heldOut);
    assert.equal(heldOut.length, 2);
    assert.equal(new Set(heldOut.map(({ language }) => language)).size, 2);
  });

  it('have fixed versions, digests, and a licence that lets everyone use them', () => {
    for (const entry of list) {
      assert.match(entry.version, /^\d+\.\d+/);
      for (const digest of [entry.sha256, entry.filesSha256]) assert.match(digest, /^[\da-f]{64}$/);
      assert.match(entry.licence, /^(MIT|Apache-2\.0|BSD-\d-Clause)/);
      assert.ok(entry.files >= 60 && entry.files <= 700, `${entry.name}: ${entry.files} files`);
    }
  });

  it('are called by short names, and an unknown one is an error', () => {
    assert.throws(() => loadRepositories(['nothing']), /There is no repository nothing; there are: ajv, /);
  });

  it('have another digest when a file is other, or called otherwise', () => {
    const files = [{ path: 'a.ts', text: 'one' }];
    const digest = filesDigest(files);
    assert.notEqual(filesDigest([{ path: 'a.ts', text: 'two' }]), digest);
    assert.notEqual(filesDigest([{ path: 'b.ts', text: 'one' }]), digest);
    assert.equal(filesDigest([{ path: 'a.ts', text: 'one' }]), digest);
  });

  it('are written as they are, with what names their modules', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
    try {
      writeCopy({ ...madeUp(shop), manifests: [{ path: 'go.mod', text: 'module shop\n' }] }, folder);
      assert.equal(readFileSync(path.join(folder, 'src/money.ts'), 'utf8'), shop['src/money.ts']);
      assert.equal(readFileSync(path.join(folder, 'go.mod'), 'utf8'), 'module shop\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('have tests where their languages put them', () => {
    const tests = [
      'a/b_test.go',
      'src/x.test.ts',
      'tests/y.py',
      'a/test_z.py',
      'src/sync/tests/q.rs',
      'src/tests.rs',
    ];
    const sources = ['a/contest.go', 'src/testing/x.ts', 'latest/y.py', 'src/attest.rs'];
    assert.deepEqual(tests.filter(isTest), tests);
    assert.deepEqual(sources.filter(isTest), []);
  });
});
