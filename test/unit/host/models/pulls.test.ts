import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { PullRow } from '../../../../src/host/models/modelRows.ts';
import { keyOfAddress, type PlannedFile, type PullPlan } from '../../../../src/host/models/pullPlan.ts';
import { Pulls } from '../../../../src/host/models/pulls.ts';
import { directReader } from '../../../../src/models/headerReader.ts';
import { Registry } from '../../../../src/models/registry.ts';
import { DownloadError } from '../../../../src/remote/download/downloadError.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { sha256 } from '../../../support/downloads.ts';
import { temporaryFolder, until } from '../../../support/engine.ts';
import { FaultServer } from '../../../support/faultServer.ts';
import { smallModel, splitModel } from '../../../support/smallModel.ts';

let server: FaultServer;
let content: Buffer;
let parts: Buffer[];

before(async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'model.gguf');
  const tensors = [{ name: 'blk.0.ffn_up.weight', dims: [1024, 100], type: 'F32', fill: 'ones' }] as const;
  await smallModel(file, { tensors });
  content = readFileSync(file);
  parts = (await splitModel(path.join(folder, 'big'), 2)).map((part) => readFileSync(part));
  server = await FaultServer.start(content);
});
afterEach(() => {
  server.content = content;
  server.reply = () => ({});
  server.stalled = 0;
});
after(() => server.stop());

class World {
  readonly registry = new Registry(path.join(temporaryFolder(), 'Größe 大'));
  changes = 0;
  readonly pulls = new Pulls({
    registry: this.registry,
    egress: new Egress(),
    problem: (file) => directReader.problem(file),
    changed: () => (this.changes += 1),
  });

  /** Whether the server has fallen silent, and something of what it sent before has come. */
  async silent(key: string): Promise<boolean> {
    return server.stalled > 0 && ((await this.rows()).get(key)?.bytes ?? 0) > 0;
  }

  target(name = 'm.gguf'): string {
    return path.join(this.registry.folder, 'host', name);
  }

  plan(more: Partial<PlannedFile> = {}, catalogueId: string | null = null): PullPlan {
    const address = server.address();
    const file = { address, target: this.target(), sha256: null, bytes: null, ...more };
    return { key: catalogueId ?? keyOfAddress(file.address), catalogueId, files: [file] };
  }

  pull(plan: PullPlan, signal = new AbortController().signal): Promise<string> {
    return this.pulls.pull(plan, signal, () => undefined);
  }

  rows(): Promise<Map<string, PullRow>> {
    return this.pulls.rows(keyOfAddress);
  }

  async records() {
    return (await this.registry.read()).contents.models;
  }
}

async function failureOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => assert.fail('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  return { code: (error as Error & { code: string }).code, message: error.message };
}

describe('Pulls', () => {
  it('puts the file there, records it as Hearth’s, and pins the digest that the host states', async () => {
    const world = new World();
    server.reply = () => ({ headers: { 'x-linked-etag': `"${sha256(content)}"` } });
    const progress: PullRow[] = [];
    const keys = new Set<string>();
    const plan = world.plan();
    const file = await world.pulls.pull(plan, new AbortController().signal, (row, key) => {
      progress.push(row);
      keys.add(key);
    });
    assert.equal(file, world.target());
    assert.deepEqual(readFileSync(file), content);
    assert.partialDeepStrictEqual(await world.records(), [
      {
        files: [{ path: 'host/m.gguf', bytes: content.length, sha256: sha256(content) }],
        digestFrom: 'host',
        origin: { kind: 'download', address: server.address() },
      },
    ]);
    const pin = await world.registry.pinned(server.address());
    assert.partialDeepStrictEqual(pin, { sha256: sha256(content), bytes: content.length, from: 'host' });
    assert.deepEqual([...keys], [plan.key]);
    assert.partialDeepStrictEqual(progress[0], { state: 'running', bytes: 0 });
    assert.partialDeepStrictEqual(progress.at(-1), { bytes: content.length, total: content.length });
    assert.equal((await world.rows()).size, 0);
    assert.equal(world.changes, 2);
  });

  it('pins what it computed where the host states nothing', async () => {
    const world = new World();
    await world.pull(world.plan());
    assert.equal((await world.registry.pinned(server.address()))?.from, 'computed');
    assert.equal((await world.records())[0]?.digestFrom, 'computed');
  });

  it('holds an address to what was pinned', async () => {
    const world = new World();
    await world.pull(world.plan());
    rmSync(world.target());
    server.content = Buffer.concat([content.subarray(0, -1), Buffer.from([7])]);
    const { code, message } = await failureOf(world.pull(world.plan()));
    assert.equal(code, 'digest');
    assert.ok(message.includes(sha256(content)));
    assert.ok(!existsSync(world.target()));
    server.content = content;
    assert.equal(await world.pull(world.plan()), world.target());
    assert.equal((await world.records())[0]?.digestFrom, 'computed');
  });

  it('takes the catalogue’s digest, and pins nothing by itself', async () => {
    const world = new World();
    const plan = world.plan({ sha256: sha256(content) }, 'coder:Q8_0');
    await world.pull(plan);
    const [record] = await world.records();
    assert.partialDeepStrictEqual(record, { digestFrom: 'catalogue', catalogueId: 'coder:Q8_0' });
    assert.equal(await world.registry.pinned(server.address()), null);
    const wrong = new World();
    assert.equal((await failureOf(wrong.pull(wrong.plan({ sha256: '0'.repeat(64) })))).code, 'digest');
    assert.deepEqual(await wrong.records(), []);
  });

  it('does not call a file its own that it knows nothing of', async () => {
    const world = new World();
    mkdirSync(path.dirname(world.target()), { recursive: true });
    writeFileSync(world.target(), content);
    assert.equal(await world.pull(world.plan()), world.target());
    assert.deepEqual(await world.records(), []);
  });

  it('does not call a file its own because it is the one that is wanted', async () => {
    const world = new World();
    mkdirSync(path.dirname(world.target()), { recursive: true });
    writeFileSync(world.target(), content);
    const plan = world.plan();
    const known = { ...plan, files: plan.files.map((file) => ({ ...file, sha256: sha256(content) })) };
    server.requests.length = 0;
    assert.equal(await world.pull(known), world.target());
    assert.equal(server.requests.length, 0);
    assert.deepEqual(await world.records(), []);
  });

  it('shows and keeps no secret of an address', async () => {
    const world = new World();
    const plan = world.plan();
    const [first] = plan.files;
    assert.ok(first !== undefined);
    const secret = { ...plan, files: [{ ...first, address: `${first.address}?token=SECRET` }] };
    await world.pull(secret);
    const [record] = await world.records();
    assert.ok(record !== undefined && !JSON.stringify(record).includes('SECRET'));
    assert.equal(await world.pull({ ...plan, files: [first] }), world.target(), 'the same file without it');
  });

  it('does not take a model from another address for the one that is wanted', async () => {
    const world = new World();
    await world.pull(world.plan());
    const other = world.plan({ address: server.address('/other.gguf') });
    const { code, message } = await failureOf(world.pull(other));
    assert.equal(code, 'taken');
    assert.ok(message.includes(server.address()));
    rmSync(world.target());
    assert.equal(await world.pull(other), world.target());
    assert.equal((await world.records()).length, 1);
  });

  it('refuses what is no whole model, and leaves nothing', async () => {
    const world = new World();
    server.content = content.subarray(0, 10_000);
    const { code, message } = await failureOf(world.pull(world.plan()));
    assert.equal(code, 'invalid');
    assert.match(message, /^What is at http.* can't be used\. It /);
    assert.ok(!existsSync(`${world.target()}.part`));
  });

  it('shows a failure until it is tried again', async () => {
    const world = new World();
    const plan = world.plan();
    server.reply = () => ({ status: 404 });
    const { message } = await failureOf(world.pull(plan));
    assert.match(message, /has nothing at this address/);
    assert.partialDeepStrictEqual((await world.rows()).get(plan.key), { state: 'failed', problem: message });
    server.reply = () => ({});
    await world.pull(plan);
    assert.equal((await world.rows()).size, 0);
  });

  it('is paused by an abort, known to the next window, and gone on with', async () => {
    const world = new World();
    const plan = world.plan();
    const controller = new AbortController();
    server.reply = () => ({ stallAfter: 40_000 });
    const pulling = failureOf(world.pull(plan, controller.signal));
    await until(() => world.silent(plan.key), 'silence after the first bytes');
    assert.equal((await world.rows()).get(plan.key)?.state, 'running');
    const second = await failureOf(world.pull(plan));
    assert.equal(second.code, 'busy');
    controller.abort();
    assert.equal((await pulling).code, 'paused');
    const other = new Pulls({
      registry: world.registry,
      egress: new Egress(),
      problem: () => Promise.resolve(null),
      changed: () => undefined,
    });
    for (const pulls of [world.pulls, other]) {
      const row = (await pulls.rows(keyOfAddress)).get(plan.key);
      assert.partialDeepStrictEqual(row, { state: 'paused', total: content.length, problem: null });
      assert.ok((row?.bytes ?? 0) > 0);
    }
    server.reply = () => ({});
    assert.equal(await other.pull(plan, new AbortController().signal, () => undefined), world.target());
    assert.deepEqual(readFileSync(world.target()), content);
    assert.equal((await world.rows()).size, 0);
  });

  it('removes what a paused one left, and no other file', async () => {
    const world = new World();
    const plan = world.plan();
    const controller = new AbortController();
    server.reply = () => ({ stallAfter: 40_000 });
    const pulling = failureOf(world.pull(plan, controller.signal));
    await until(() => world.silent(plan.key), 'silence after the first bytes');
    await assert.rejects(world.pulls.discard(plan.key, [world.target()]), /pause the download first/);
    controller.abort();
    await pulling;
    const foreign = world.target('foreign.gguf.part');
    writeFileSync(foreign, 'not ours');
    const left = await world.pulls.leftOf(plan.key, keyOfAddress);
    assert.deepEqual(left, [world.target()]);
    await world.pulls.discard(plan.key, [...left, world.target('foreign.gguf')]);
    assert.ok(!existsSync(`${world.target()}.part`));
    assert.ok(existsSync(foreign));
    assert.equal((await world.rows()).size, 0);
  });

  it('fetches all parts of a split model as one', async () => {
    const world = new World();
    const servers = await Promise.all(parts.map((part) => FaultServer.start(part)));
    const names = ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'];
    const files = servers.map((one, index) => ({
      address: one.address(`/${names[index]}`),
      target: world.target(names[index]),
      sha256: null,
      bytes: parts[index]?.length ?? null,
    }));
    const plan = { key: 'big', catalogueId: null, files };
    const progress: PullRow[] = [];
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    const file = await world.pulls.pull(plan, new AbortController().signal, (row) => progress.push(row));
    assert.equal(file, files[0]?.target);
    assert.ok(progress.every((row) => row.total === total && row.bytes <= total));
    assert.equal(progress.at(-1)?.bytes, total);
    const [record] = await world.records();
    assert.deepEqual(
      record?.files.map((one) => one.sha256),
      parts.map(sha256),
    );
    await Promise.all(servers.map((one) => one.stop()));
  });

  it('lists on where the state of a fetch is damaged', async () => {
    const world = new World();
    mkdirSync(path.dirname(world.target()), { recursive: true });
    writeFileSync(`${world.target()}.part`, '');
    const identity = { total: 5, etag: null, lastModified: null, digest: null };
    const state = { writer: 'hearth', version: 1, address: 'no address', identity, done: [] };
    writeFileSync(`${world.target()}.part.json`, JSON.stringify(state));
    assert.equal((await world.rows()).size, 0);
  });

  it('rejects with the download’s own error', async () => {
    const world = new World();
    server.reply = () => ({ status: 404 });
    await assert.rejects(world.pull(world.plan()), DownloadError);
  });
});
