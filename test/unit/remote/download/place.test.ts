import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemDisk, type DownloadDisk } from '../../../../src/remote/download/disk.ts';
import { unfinished } from '../../../../src/remote/download/download.ts';
import type { DownloadProgress } from '../../../../src/remote/download/types.ts';
import { DownloadWorld, modelBytes, sha256 } from '../../../support/downloads.ts';
import { FaultServer } from '../../../support/faultServer.ts';

const size = 60_000;
const content = modelBytes(size, 3);
const right = { sha256: sha256(content) };
let server: FaultServer;
let world: DownloadWorld;

beforeEach(async () => {
  server = await FaultServer.start(content);
  world = new DownloadWorld();
});
afterEach(() => server.stop());

describe('the place of a download', () => {
  it('may have blanks and letters of any script, and a folder that is not there yet', async () => {
    const target = path.join(world.folder, 'Große Modelle 模型', 'قلب 100% #1.gguf');
    const result = await world.run(server, { target, expected: right });
    assert.deepEqual(result, {
      path: target,
      status: 'downloaded',
      bytes: size,
      sha256: right.sha256,
      digestFrom: 'expected',
    });
    assert.ok(readFileSync(target).equals(content));
  });

  it('is checked first: the wanted file is not loaded again', async () => {
    writeFileSync(world.target, content);
    const result = await world.run(server, { expected: right });
    assert.equal(result.status, 'already-there');
    assert.equal(result.sha256, right.sha256);
    assert.equal(server.requests.length, 0);
  });

  it('is never taken from another file', async () => {
    for (const [other, expected] of [
      [modelBytes(size, 4), right],
      [modelBytes(size - 1, 3), { bytes: size }],
      [Buffer.from('my diary'), {}],
    ] as const) {
      writeFileSync(world.target, other);
      await assert.rejects(world.run(server, { expected }), {
        code: 'exists',
        message: /is there already and is not the file wanted: move it away/,
      });
      assert.ok(readFileSync(world.target).equals(other));
    }
    assert.equal(server.requests.length, 0);
  });

  it('is not taken from a file that came into being meanwhile', async () => {
    const running = world.run(server, {
      validate: (file) => {
        assert.equal(file, `${world.target}.part`);
        writeFileSync(world.target, 'mine');
        return Promise.resolve(null);
      },
    });
    await assert.rejects(running, { code: 'exists', message: /what was loaded is kept/ });
    assert.equal(readFileSync(world.target, 'utf8'), 'mine');
    assert.equal((await unfinished(world.target))?.bytes, size);
  });

  it('leaves the part files of other programs alone', async () => {
    for (const [name, code] of [
      ['model.gguf.part', 'in-the-way'],
      ['model.gguf.part.json', 'in-the-way'],
    ] as const) {
      const other = new DownloadWorld();
      const file = path.join(other.folder, name);
      writeFileSync(file, '{"of":"another"}');
      await assert.rejects(other.run(server), { code, message: /another program may be loading it/ });
      assert.equal(readFileSync(file, 'utf8'), '{"of":"another"}');
      assert.deepEqual(other.files(), [name]);
    }
  });

  it('touches nothing else in the folder', async () => {
    for (const name of ['a.gguf', 'model.gguf.sha256', 'model.gguf.part.json.bak']) {
      writeFileSync(path.join(world.folder, name), 'mine');
    }
    await world.run(server);
    assert.deepEqual(world.files(), [
      'a.gguf',
      'model.gguf',
      'model.gguf.part.json.bak',
      'model.gguf.sha256',
    ]);
  });

  it('says so where it is no place for files', async () => {
    writeFileSync(path.join(world.folder, 'file'), '');
    const target = path.join(world.folder, 'file', 'model.gguf');
    await assert.rejects(world.run(server, { target }), { code: 'disk', message: /can't be written/ });
    mkdirSync(world.target);
    await assert.rejects(world.run(server), { name: 'DownloadError' });
  });

  it('is given to a file only that whoever asked finds right', async () => {
    const validate = (): Promise<string> => Promise.resolve('It is not the right model: choose another.');
    await assert.rejects(world.run(server, { validate }), {
      code: 'invalid',
      message: 'It is not the right model: choose another.',
    });
    assert.deepEqual(world.files(), []);
  });
});

describe('two downloads of one file', () => {
  it('are one: the second is refused in a sentence, the first ends well', async () => {
    const second: Promise<void>[] = [];
    const result = await world.run(server, {
      onProgress: ({ state }) => {
        if (state !== 'connecting' || second.length > 0) return;
        second.push(assert.rejects(world.run(server), { code: 'busy', message: /is being loaded already/ }));
      },
    });
    await Promise.all(second);
    assert.equal(second.length, 1);
    assert.equal(result.sha256, right.sha256);
    assert.deepEqual(world.files(), ['model.gguf']);
  });
});

describe('a full disk', () => {
  const disk = (free: number): DownloadDisk => ({ ...systemDisk, freeSpace: () => Promise.resolve(free) });

  it('is seen before anything is loaded, and the sentence says how much is needed', async () => {
    await assert.rejects(world.run(server, { disk: disk(1_000_000) }), {
      code: 'no-space',
      message:
        /^The file needs 60\.0 kB more, but the disk of .* has only 1\.0 MB free: free 66\.2 MB, or choose/,
    });
    assert.equal(server.requests.length, 1);
    assert.equal((await unfinished(world.target))?.bytes, 0);
  });

  it('may become full meanwhile by what others write', async () => {
    let asked = 0;
    const filling = { ...systemDisk, freeSpace: () => Promise.resolve((asked += 1) > 1 ? 1000 : 1e12) };
    server.reply = () => ({ trickle: 700 });
    await assert.rejects(world.run(server, { disk: filling }), { code: 'no-space' });
    assert.ok(((await unfinished(world.target))?.bytes ?? 0) > 0);
    assert.equal((await world.run(server)).sha256, right.sha256);
  });

  it('keeps the part when the system says so in the middle, and goes on when there is room', async () => {
    let written = 0;
    const full: DownloadDisk = {
      ...systemDisk,
      open: async (file) => {
        const part = await systemDisk.open(file);
        return {
          ...part,
          write: (bytes, position) => {
            written += bytes.length;
            if (written <= size / 2) return part.write(bytes, position);
            return Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
          },
        };
      },
    };
    server.reply = () => ({ trickle: 700 });
    await assert.rejects(world.run(server, { disk: full }), {
      code: 'no-space',
      message: /^The disk of .*model\.gguf is full: free some space and go on; what was loaded is kept\.$/,
    });
    const bytes = (await unfinished(world.target))?.bytes ?? 0;
    assert.ok(bytes > 1000 && bytes <= size / 2, String(bytes));
    server.requests.length = 0;
    assert.equal((await world.run(server)).sha256, right.sha256);
    assert.ok(server.sent < size - bytes + 1000);
  });
});

describe('the digest', () => {
  it('of the host is used where none is expected, and the key goes to the first host only', async () => {
    const store = await FaultServer.start(content);
    try {
      store.etag = '"of the store"';
      server.reply = () => ({
        status: 302,
        headers: {
          location: store.address('/blob?signature=1'),
          'x-linked-etag': `"${right.sha256}"`,
          'x-linked-size': String(size),
        },
      });
      const result = await world.run(server, { headers: { Authorization: 'Bearer hf_key' } });
      assert.equal(result.digestFrom, 'host');
      assert.equal(result.sha256, right.sha256);
      assert.ok(server.requests.every(({ headers }) => headers.authorization === 'Bearer hf_key'));
      assert.ok(store.requests.every(({ headers }) => headers.authorization === undefined));
      // Each begins at the address that was given.
      assert.equal(server.requests.length, store.requests.length);
      assert.ok(store.requests.length > 4);
    } finally {
      await store.stop();
    }
  });

  it('may be stated in the two standard headers; one of Git is none', async () => {
    const base64 = Buffer.from(right.sha256, 'hex').toString('base64');
    const rows: readonly [Record<string, string>, string][] = [
      [{ 'repr-digest': `sha-512=:AA==:, sha-256=:${base64}:` }, 'host'],
      [{ digest: `SHA-256=${base64}` }, 'host'],
      [{ 'x-linked-etag': `"${'a'.repeat(40)}"` }, 'none'],
      [{ 'content-digest': `sha-256=:${base64}:` }, 'none'],
    ];
    for (const [headers, digestFrom] of rows) {
      const other = new DownloadWorld();
      server.reply = () => ({ headers });
      assert.equal((await other.run(server)).digestFrom, digestFrom, JSON.stringify(headers));
    }
  });
});

describe('progress', () => {
  it('tells state, bytes, speed and time left, and never more than there is', async () => {
    const told: DownloadProgress[] = [];
    server.reply = () => ({ trickle: 1000 });
    let now = 0;
    const timers = { ...world.timers, after: world.timers.after.bind(world.timers), now: () => (now += 10) };
    await world.run(server, { onProgress: (progress) => told.push(progress), timers });
    assert.deepEqual(
      [...new Set(told.map(({ state }) => state))],
      ['connecting', 'downloading', 'verifying'],
    );
    const loading = told.filter(({ state }) => state === 'downloading');
    assert.ok(loading.length > 1);
    assert.ok(loading.every(({ bytes, total }) => bytes <= size && total === size));
    assert.ok(loading.every(({ bytes }, at) => at === 0 || bytes >= (loading[at - 1]?.bytes ?? 0)));
    const last = loading.at(-1);
    assert.ok(last !== undefined && last.bytesPerSecond > 0);
    assert.ok(Math.abs((last.secondsLeft ?? 0) - (size - last.bytes) / last.bytesPerSecond) < 1e-9);
  });
});
