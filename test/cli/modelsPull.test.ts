import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { temporaryFolder, until } from '../support/engine.ts';
import { FaultServer } from '../support/faultServer.ts';
import {
  catalogueOf,
  failure,
  ModelsCommand,
  newState,
  type Json,
  type Run,
} from '../support/modelsCommand.ts';
import { smallModel } from '../support/smallModel.ts';

const folder = path.join(temporaryFolder(), 'Größe 大 (1)');
const command = new ModelsCommand(folder);

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('hearth models pull', () => {
  let server: FaultServer;
  let content: Buffer;

  before(async () => {
    const file = path.join(folder, 'large.gguf');
    const tensors = [{ name: 'blk.0.ffn_up.weight', dims: [1024, 1536], type: 'F32', fill: 'ones' }] as const;
    await smallModel(file, { name: 'Large', tensors });
    content = readFileSync(file);
    server = await FaultServer.start(content);
  });
  afterEach(() => {
    server.content = content;
    server.reply = () => ({});
    server.requests.length = 0;
    server.stalled = 0;
  });
  after(() => server.stop());

  const target = (state: string, name = 'large.gguf'): string =>
    path.join(state, 'models', `127.0.0.1_${server.port}`, name);

  it('fetches, verifies, pins and lists a model', async () => {
    const state = newState();
    const headers = { 'x-linked-etag': `"${sha256(content)}"` };
    server.reply = () => ({ headers });
    const run = await command.run(['pull', server.address('/large.gguf'), '--json'], state);
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.partialDeepStrictEqual(JSON.parse(run.stdout) as Json, {
      ...{ name: 'Large', path: target(state), bytes: content.length, installed: true, source: 'hearth' },
      ...{ deletable: true, sha256: sha256(content), digestFrom: 'host' },
    });
    assert.deepEqual(readFileSync(target(state)), content);
    const lines = run.stderr.trimEnd().split('\n');
    assert.ok(lines.length >= 2 && lines.length <= 12, run.stderr);
    assert.match(lines.at(-1) ?? '', /^Downloading: 100 % of 6\.3 MB/);
    // Another file at the address is not what was pinned.
    rmSync(target(state));
    server.content = Buffer.concat([content, Buffer.from('more')]);
    const changed = await command.run(['pull', server.address('/large.gguf'), '--json'], state);
    assert.equal(changed.status, 2);
    assert.match(failure(changed).code, /^(digest|length)$/);
    assert.ok(!existsSync(target(state)));
  });

  it('is paused by an interrupt, shows it in the list, and goes on from there', async () => {
    const state = newState();
    const address = server.address('/Größe 大.gguf');
    server.reply = () => ({ stallAfter: 700_000 });
    const first = command.start(['models', 'pull', address], state);
    await until(() => server.stalled >= 4 && first.told() !== '', 'silence');
    first.interrupt();
    const { status, stdout, stderr } = await first.ended;
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
    assert.match(stderr, /It is paused at \d+ % of 6\.3 MB: "hearth models pull .*" goes on with it\.\n$/);
    const [row] = (await command.rows(['list'], state)).filter(({ pull }) => pull !== null);
    const { bytes, state: paused } = row?.pull as { bytes: number; state: string };
    assert.equal(paused, 'paused');
    assert.ok(bytes > 0);
    server.reply = () => ({});
    server.requests.length = 0;
    const second = await command.run(['pull', String(row?.key)], state);
    assert.deepEqual(
      { status: second.status, stdout: second.stdout },
      { status: 0, stdout: `${target(state, 'Größe 大.gguf')}\n` },
    );
    assert.match(second.stderr, new RegExp(`SHA-256 ${sha256(content)}`));
    // Besides what was missing, the first bytes are asked for again, and some where connections meet.
    const again = server.sent - (content.length - bytes);
    assert.ok(again >= 0 && again < 50_000, `${server.sent} of ${content.length}, had ${bytes}`);
    assert.deepEqual(readFileSync(target(state, 'Größe 大.gguf')), content);
  });

  it('drops a paused fetch when asked to', async () => {
    const state = newState();
    server.reply = () => ({ stallAfter: 700_000 });
    const first = command.start(['models', 'pull', server.address('/large.gguf'), '--json'], state);
    await until(() => server.stalled >= 4 && first.told() !== '', 'silence');
    first.interrupt();
    assert.equal(failure(await first.ended).code, 'paused');
    const key = `address:${server.address('/large.gguf')}`;
    assert.deepEqual(await command.json(['remove', key], state), { removed: key, deleted: true });
    assert.ok(!existsSync(`${target(state)}.part`));
  });

  it('refuses other bytes than those of the digest, web pages and half models', async () => {
    const address = server.address('/large.gguf');
    const stated = { 'x-linked-etag': `"${sha256(content)}"` };
    const cases: [FaultServer['reply'], Buffer, RegExp][] = [
      [
        () => ({ headers: stated }),
        Buffer.concat([content.subarray(0, -1), Buffer.from([9])]),
        /is not the file that it should be/,
      ],
      [() => ({ status: 200, body: '<html>Sign in</html>' }), content, /sent a web page instead of a model/],
      [() => ({ status: 404 }), content, /has nothing at this address/],
      [() => ({}), content.subarray(0, 400_000), /can't be used\. It /],
    ];
    for (const [reply, served, says] of cases) {
      const state = newState();
      server.reply = reply;
      server.content = served;
      const run = await command.run(['pull', address, '--json'], state);
      assert.ok(run.status === 1 || run.status === 2, run.stdout);
      assert.match(failure(run).message, says);
      assert.ok(!existsSync(target(state)));
    }
  });

  it('refuses a file that differs from the catalogue, and takes the right one', async () => {
    const file = path.join(folder, 'pulled.json');
    const pullOf = async (digest: string): Promise<Run> => {
      writeFileSync(file, catalogueOf('some-model', { sha256: digest }));
      const env = { HF_ENDPOINT: server.address('') };
      return command.run(['pull', 'some-model', '--catalogue', file, '--json'], state, env);
    };
    const state = newState();
    const wrong = await pullOf('0'.repeat(64));
    assert.equal(wrong.status, 2, wrong.stdout);
    assert.equal(failure(wrong).code, 'digest');
    const right = await pullOf(sha256(content));
    assert.equal(right.status, 0, right.stdout);
    const entry = JSON.parse(right.stdout) as Json;
    const at = path.join(state, 'models', 'some-model', 'some-model.gguf');
    assert.partialDeepStrictEqual(entry, { path: at, digestFrom: 'catalogue' });
    assert.match(server.requests.at(-1)?.path ?? '', /^\/some\/repository\/resolve\/main\/some-model\.gguf$/);
  });

  it('does not take one model for another of the same name', async () => {
    const state = newState();
    const first = await command.json(['pull', server.address('/q4/model.gguf')], state);
    server.content = Buffer.concat([content.subarray(0, -1), Buffer.from([1])]);
    const second = await command.json(['pull', server.address('/q8/model.gguf')], state);
    assert.deepEqual(readFileSync(String(first.path)), content);
    assert.deepEqual(readFileSync(String(second.path)), server.content);
  });
});
