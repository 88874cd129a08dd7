import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { statusError } from '../../../src/remote/egressError.ts';
import type { EgressOptions } from '../../../src/remote/egressTypes.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { EgressWorld } from '../../support/egressWorld.ts';
import { type FakeTimers, settled } from '../../support/fakeTimers.ts';
import { FaultServer } from '../../support/faultServer.ts';

let world: EgressWorld;
let server: FaultServer;
let timers: FakeTimers;

beforeEach(async () => {
  world = await EgressWorld.start();
  ({ server, timers } = world);
});
afterEach(() => world.stop());

describe('a request', () => {
  it('is answered, leaves no connection, and is in the ledger', async () => {
    const response = await world.ask();
    assert.equal(response.status, 200);
    assert.equal(response.headers['etag'], '"v1"');
    assert.equal(response.address, server.address('/x'));
    assert.equal(await response.text(100), world.content.toString());
    await world.allClosed();
    const host = `127.0.0.1:${server.port}`;
    assert.deepEqual(world.ledger, [
      [
        {
          purpose: 'catalogue',
          method: 'GET',
          host,
          reach: 'loopback',
          proxy: null,
          when: 1_700_000_000_000,
          verified: false,
          about: null,
        },
        {
          outcome: 'answered',
          status: 200,
          error: null,
          sent: 0,
          received: world.content.length,
          milliseconds: 0,
        },
      ],
    ]);
    assert.equal(server.requests[0]?.headers['user-agent'], 'Hearth');
    assert.equal(timers.waiting, 0);
  });

  it('is in the ledger before its connection stands', async () => {
    const running = world.ask();
    assert.deepEqual(
      world.ledger.map(([opened, closed]) => [opened.host, closed]),
      [[`127.0.0.1:${server.port}`, null]],
    );
    assert.equal(server.connections, 0);
    (await running).discard();
    assert.equal(world.ledger[0]?.[1]?.outcome, 'stopped');
    await world.allClosed();
  });

  it('sends a body, and counts it', async () => {
    const response = await world.ask({
      method: 'POST',
      body: 'Grüße',
      headers: { 'Content-Type': 'text/plain' },
    });
    await response.text(100);
    const [seen] = server.requests;
    assert.deepEqual([seen?.method, seen?.body], ['POST', 'Grüße']);
    assert.equal(seen?.headers['content-length'], '7');
    assert.equal(world.ledger[0]?.[1]?.sent, 7);
  });

  it('counts a body that was under way when it was stopped', async () => {
    const stop = new AbortController();
    const silent = net.createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => stop.abort());
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const body = new Uint8Array(50_000_000);
    const asked = {
      address: `http://127.0.0.1:${port}/x`,
      method: 'POST',
      body,
      signal: stop.signal,
    } as const;
    await assert.rejects(world.ask(asked), { code: 'aborted' });
    silent.close();
    assert.deepEqual([world.ledger[0]?.[1]?.outcome, world.ledger[0]?.[1]?.sent], ['stopped', body.length]);
  });

  it('of this machine never goes the way that an editor may lead to a proxy', async (test) => {
    // VS Code puts its own function in this one's place.
    const patched = test.mock.method(http, 'request', () => assert.fail('led elsewhere'));
    for (const host of ['127.0.0.1', 'localhost'])
      assert.equal((await world.ask({ address: server.address('/x', host) })).status, 200, host);
    assert.equal(patched.mock.callCount(), 0);
  });

  it('sends name and password of the address as authorization, and does not name them', async () => {
    const address = server.address('/x').replace('//', '//me:secret@');
    const response = await world.ask({ address });
    assert.equal(response.address, server.address('/x'));
    response.discard();
    assert.equal(server.requests[0]?.headers.authorization, 'Basic bWU6c2VjcmV0');
    assert.doesNotMatch(JSON.stringify(world.ledger), /secret/);
  });

  it('reaches a socket file of this machine', async () => {
    const socketPath = path.join(temporaryFolder(), 's.sock');
    const local = await FaultServer.start(world.content, { socketPath });
    try {
      const response = await world.ask({ address: 'http://anything/x', socketPath });
      assert.equal(await response.text(100), world.content.toString());
      assert.deepEqual([world.ledger[0]?.[0].host, world.ledger[0]?.[0].reach], [socketPath, 'unix']);
    } finally {
      await local.stop();
    }
    await assert.rejects(world.ask({ address: 'http://anything/x', socketPath }), {
      code: 'refused',
      message: /There is no socket/,
    });
  });

  it('gives any status to whoever asked, who can make a sentence of it', async () => {
    server.reply = () => ({ status: 429, headers: { 'retry-after': '150' } });
    const response = await world.ask();
    const error = statusError(response);
    response.discard();
    assert.deepEqual([error.code, error.status, error.retryAfterMs], ['status', 429, 150_000]);
    assert.equal(
      error.message,
      `127.0.0.1:${server.port} was asked too often (HTTP 429): try again in 3 minutes.`,
    );
    const dated = statusError({
      status: 503,
      host: 'h',
      headers: { date: 'Mon, 05 Jan 2026 10:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2026 10:00:30 GMT' },
    });
    assert.equal(dated.retryAfterMs, 30_000);
    assert.equal(
      statusError({ status: 503, host: 'h', headers: { 'retry-after': 'soon' } }).retryAfterMs,
      null,
    );
  });
});

describe('the guard', () => {
  it('refuses before anything is opened, by its own sentence', async () => {
    const seen: unknown[] = [];
    const guard: EgressOptions['guard'] = (request) => {
      seen.push([request.purpose, request.reach]);
      return 'Hearth is set to stay offline: change that in the settings.';
    };
    await assert.rejects(world.ask({}, { guard }), {
      name: 'EgressError',
      code: 'forbidden',
      message: 'Hearth is set to stay offline: change that in the settings.',
    });
    assert.deepEqual(seen, [['catalogue', 'loopback']]);
    assert.equal(server.connections, 0);
    assert.equal(server.requests.length, 0);
    assert.deepEqual([world.ledger[0]?.[1]?.outcome, world.ledger[0]?.[1]?.error], ['refused', 'forbidden']);
  });

  it('is asked for each redirect too', async () => {
    server.reply = () => ({ status: 302, headers: { location: '/elsewhere' } });
    let asked = 0;
    const guard = (): string | null => ((asked += 1) === 1 ? null : 'No.');
    await assert.rejects(world.ask({}, { guard }), { code: 'forbidden' });
    assert.equal(server.requests.length, 1);
  });
});

describe('an address', () => {
  for (const [address, message] of [
    ['model.gguf', /The address is none: write it whole, with https:\/\/ in front\./],
    ['file:///etc/passwd', /Addresses that begin with file: can't be asked/],
    ['http://files.example/x', /Plain http to files\.example could be read and changed on the way/],
    ['http://192.168.0.9/x', /Plain http/],
  ] as const) {
    it(`${address} is refused`, async () => {
      await assert.rejects(world.ask({ address }), { name: 'EgressError', code: 'invalid-address', message });
      assert.deepEqual(world.ledger, []);
    });
  }
});

describe('a request that is stopped', () => {
  it('before it began opens nothing', async () => {
    await assert.rejects(world.ask({ signal: AbortSignal.abort() }), {
      name: 'EgressError',
      code: 'aborted',
    });
    assert.equal(server.connections, 0);
    assert.equal(world.ledger[0]?.[1]?.outcome, 'stopped');
  });

  it('rejects while the answer is waited for', async () => {
    const stop = new AbortController();
    server.reply = () => {
      stop.abort();
      return { stallAfter: 0 };
    };
    await assert.rejects(world.ask({ signal: stop.signal }), { code: 'aborted' });
    await world.allClosed();
  });

  it('rejects while the body is read', async () => {
    const stop = new AbortController();
    server.reply = () => ({ stallAfter: 4 });
    const response = await world.ask({ signal: stop.signal });
    const reading = (async () => {
      for await (const chunk of response.body) {
        assert.equal(chunk.length, 4);
        stop.abort();
      }
    })();
    await assert.rejects(reading, { code: 'aborted' });
    assert.deepEqual([world.ledger[0]?.[1]?.outcome, world.ledger[0]?.[1]?.received], ['stopped', 4]);
    await world.allClosed();
  });

  it('rejects although the whole body has arrived', async () => {
    const stop = new AbortController();
    const response = await world.ask({ signal: stop.signal });
    while (server.requests[0]?.sent !== world.content.length) await settled();
    stop.abort();
    await assert.rejects(response.text(100), { code: 'aborted' });
  });
});

describe('a connection', () => {
  it('that does not come about is given up', async () => {
    // Speaks TLS with nobody.
    const silent = net.createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets: net.Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    const running = world.ask({
      address: `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
      connectMs: 5000,
    });
    const rejected = assert.rejects(running, {
      code: 'timeout',
      message: /did not connect within 5 s: check the network connection, or try again later\./,
    });
    while (sockets.length === 0) await settled();
    await timers.pass(5000);
    await rejected;
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('that brings nothing is given up, while the answer is waited for and in the middle', async () => {
    const mute = net.createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    let heard = false;
    mute.on('connection', (socket) => socket.on('error', () => undefined).once('data', () => (heard = true)));
    const running = world.ask({
      address: `http://127.0.0.1:${(mute.address() as AddressInfo).port}/`,
      idleMs: 7000,
    });
    const rejected = assert.rejects(running, { code: 'timeout', message: /sent nothing for 7 s/ });
    while (!heard) await settled();
    await timers.pass(7000);
    await rejected;
    mute.close();

    server.reply = () => ({ stallAfter: 4 });
    const response = await world.ask({ idleMs: 7000 });
    const reading = assert.rejects(response.text(100), { code: 'timeout' });
    while (server.stalled === 0) await settled();
    for (let turns = 0; turns < 20; turns += 1) await settled();
    await timers.pass(7000);
    await reading;
    await world.allClosed();
  });

  it('is not given up while the reader is busy', async () => {
    const response = await world.ask({ idleMs: 1000 });
    let read = 0;
    for await (const chunk of response.body) {
      await timers.pass(60_000);
      read += chunk.length;
    }
    assert.equal(read, world.content.length);
  });

  it('is closed by itself when nobody reads the answer', async () => {
    server.reply = () => ({ stallAfter: 4 });
    await world.ask({ idleMs: 1000 });
    await timers.pass(1000);
    await world.allClosed();
  });

  it('that is cut in the middle of the body is an error', async () => {
    server.reply = () => ({ cutAfter: 4 });
    const response = await world.ask();
    await assert.rejects(response.text(100), { code: 'broken', message: /cut the connection: try again\./ });
    assert.deepEqual([world.ledger[0]?.[1]?.outcome, world.ledger[0]?.[1]?.error], ['failed', 'broken']);
  });

  it('to a port where nobody listens says so, and keeps the path to itself', async () => {
    const address = server.address('/secret-path?key=1');
    await server.stop();
    await assert.rejects(world.ask({ address }), {
      code: 'refused',
      message: /^127\.0\.0\.1:\d+ refuses the connection: check that a server runs there\.$/,
      systemCode: 'ECONNREFUSED',
    });
  });

  it('brings no more text than was asked for', async () => {
    const response = await world.ask();
    await assert.rejects(response.text(5), { code: 'too-large' });
    await world.allClosed();
  });
});
