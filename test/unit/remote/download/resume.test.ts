import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { discardUnfinished, download, unfinished } from '../../../../src/remote/download/download.ts';
import { DownloadWorld, modelBytes, sha256 } from '../../../support/downloads.ts';
import { settled } from '../../../support/fakeTimers.ts';
import { FaultServer } from '../../../support/faultServer.ts';

const size = 100_000;
const content = modelBytes(size, 7);
let server: FaultServer;
let world: DownloadWorld;

beforeEach(async () => {
  server = await FaultServer.start(content);
  world = new DownloadWorld();
});
afterEach(() => server.stop());

/** Loads some of the file and pauses; says how much is there. */
async function paused(): Promise<number> {
  const stop = new AbortController();
  server.reply = () => ({ trickle: 500 });
  const running = world.run(server, {
    signal: stop.signal,
    tuning: { tellMs: 0 },
    onProgress: ({ bytes }) => bytes > size / 2 && stop.abort(),
  });
  await assert.rejects(running, { name: 'DownloadError', code: 'paused' });
  server.reply = () => ({});
  server.requests.length = 0;
  return (await unfinished(world.target))?.bytes ?? 0;
}

describe('a download that was paused', () => {
  it('keeps what was loaded, and loads only the rest', async () => {
    const bytes = await paused();
    assert.ok(bytes > size / 2 && bytes < size, String(bytes));
    assert.deepEqual(world.files(), ['model.gguf.part', 'model.gguf.part.json']);
    const result = await world.run(server);
    assert.equal(result.sha256, sha256(content));
    // The first bytes and the seams are loaded twice.
    const again = server.sent - (size - bytes);
    assert.ok(again <= 64 + server.requests.length * 2 * 16, `${again} bytes again`);
    assert.deepEqual(world.files(), ['model.gguf']);
  });

  it('can be discarded', async () => {
    await paused();
    await discardUnfinished(world.target);
    assert.deepEqual(world.files(), []);
    assert.equal(await unfinished(world.target), null);
  });

  it('begins anew where the file changed meanwhile', async () => {
    await paused();
    server.content = modelBytes(size, 8);
    server.etag = '"v2"';
    assert.equal((await world.run(server)).sha256, sha256(server.content));
  });

  it('begins anew where the file changed and only its bytes say so', async () => {
    await paused();
    server.content = modelBytes(size, 8);
    assert.equal((await world.run(server)).sha256, sha256(server.content));
  });

  it('begins anew from another address', async () => {
    await paused();
    const result = await world.run(server, { address: server.address('/other.gguf') });
    assert.equal(result.sha256, sha256(content));
    assert.ok(server.sent >= size);
  });

  it('begins anew where the part file lost bytes', async () => {
    await paused();
    truncateSync(`${world.target}.part`, 100);
    assert.equal((await world.run(server)).sha256, sha256(content));
  });

  it('begins anew where the state is of a later Hearth', async () => {
    await paused();
    writeFileSync(`${world.target}.part.json`, '{"writer":"hearth","version":2}');
    assert.equal((await world.run(server)).sha256, sha256(content));
  });

  it('keeps what is there when a page asks for a login, when the net is gone, when the server refuses', async () => {
    const bytes = await paused();
    for (const reply of [
      { status: 200, body: '<html>log in</html>' },
      { status: 404 },
      { status: 503 },
      { status: 302, headers: { location: 'http://login.invalid/' } },
    ]) {
      server.reply = () => reply;
      await assert.rejects(world.run(server), { name: 'DownloadError' });
      assert.equal((await unfinished(world.target))?.bytes, bytes);
    }
    const options = world.options(server);
    await server.stop();
    await assert.rejects(
      download(options),
      /127\.0\.0\.1:\d+ refuses the connection: check that a server runs there\. What was loaded is kept\./,
    );
    assert.equal((await unfinished(world.target))?.bytes, bytes);
  });

  it('sweeps away the half of a state that a killed process left, and nothing else', async () => {
    await paused();
    const half = `${world.target}.part.json.1234deadbeef.tmp`;
    writeFileSync(half, 'x');
    writeFileSync(`${world.target}.part.json.mine.tmp`, 'x');
    await world.run(server);
    assert.deepEqual(world.files(), ['model.gguf', 'model.gguf.part.json.mine.tmp']);
  });
});

describe('a download that was cancelled', () => {
  it('rejects and leaves nothing', async () => {
    const stop = new AbortController();
    server.reply = () => ({ trickle: 500 });
    const running = world.run(server, {
      signal: stop.signal,
      tuning: { tellMs: 0 },
      onProgress: ({ bytes }) => bytes > 0 && stop.abort('cancel'),
    });
    await assert.rejects(running, { name: 'DownloadError', code: 'cancelled' });
    assert.deepEqual(world.files(), []);
  });

  for (const state of ['connecting', 'verifying'] as const) {
    it(`rejects while ${state}`, async () => {
      const stop = new AbortController();
      const running = world.run(server, {
        signal: stop.signal,
        onProgress: (progress) => progress.state === state && stop.abort('cancel'),
      });
      await assert.rejects(running, { code: 'cancelled' });
      assert.deepEqual(world.files(), []);
    });
  }

  it('rejects while it waits to try again', async () => {
    const stop = new AbortController();
    server.reply = () => ({ status: 503 });
    const running = world.run(server, {
      signal: stop.signal,
      onProgress: ({ state, trouble }) => {
        if (state !== 'waiting') return;
        assert.match(trouble ?? '', /has a problem of its own \(HTTP 503\)/);
        stop.abort('cancel');
      },
    });
    await assert.rejects(running, { code: 'cancelled' });
    assert.equal(server.requests.length, 1);
  });

  it('rejects before anything is sent when it was stopped before', async () => {
    await assert.rejects(world.run(server, { signal: AbortSignal.abort() }), { code: 'paused' });
    assert.equal(server.requests.length, 0);
    assert.deepEqual(world.files(), []);
  });
});

describe('a download whose process is killed', () => {
  it('goes on in the next one, from where the state on disk says', async () => {
    // No connection gets further than this, so that the process is there to be killed.
    server.reply = (request) => (request.index === 0 ? {} : { stallAfter: 15_000 });
    const child = spawn(
      process.execPath,
      [path.join(import.meta.dirname, '../../../support/downloadChild.ts'), server.address(), world.target],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    while (((await unfinished(world.target))?.bytes ?? 0) < 40_000) await settled();
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(`${world.target}.part.lock`));
    const there = await unfinished(world.target);
    assert.ok(there !== null && there.bytes >= 40_000 && there.bytes < size, JSON.stringify(there));
    assert.equal(there.address, server.address());
    assert.equal(there.total, size);

    server.reply = () => ({});
    server.requests.length = 0;
    const result = await world.run(server);
    assert.ok(readFileSync(result.path).equals(content));
    const again = server.sent - (size - there.bytes);
    assert.ok(again >= 0 && again <= 64 + server.requests.length * 2 * 16, `${again} bytes again`);
    assert.deepEqual(readdirSync(world.folder), ['model.gguf']);
  });
});
