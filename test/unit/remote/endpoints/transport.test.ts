import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EgressOpened, EgressRequest } from '../../../../src/remote/egressTypes.ts';
import { EndpointHttp as Http } from '../../../../src/remote/endpoints/transport.ts';
import { authorityFile, serverCertificate } from '../../../support/certificates.ts';
import { about, endpointAt, httpTo, keysOf } from '../../../support/endpoints.ts';
import { FakeServer, json, stream } from '../../../support/fakeServers/server.ts';
import { FakeTimers, settled } from '../../../support/fakeTimers.ts';
import { TransportWorld, all, call, failureOf, key } from '../../../support/transportWorld.ts';

let world: TransportWorld;
beforeEach(async () => {
  world = await TransportWorld.start();
});
afterEach(() => world.stop());

describe('a request', () => {
  it('carries the key, what it is for, and JSON there and back', async () => {
    world.server.reply = () => json({ answer: 42 });
    const opened: EgressOpened[] = [];
    const ledger = (entry: EgressOpened): (() => void) => {
      opened.push(entry);
      return () => undefined;
    };
    const answer = await world
      .http({}, { key, egress: { ledger } })
      .json('/x', { question: 'Grüße' }, call());
    assert.deepEqual(answer, { answer: 42 });
    const [seen] = world.server.requests;
    assert.equal(seen?.headers.authorization, `Bearer ${key}`);
    assert.deepEqual([seen?.method, seen?.path, seen?.body], ['POST', '/v1/x', { question: 'Grüße' }]);
    assert.deepEqual([opened[0]?.purpose, opened[0]?.about], ['endpoint', about]);
    await world.http({}, { key: null }).json('/../y', null, call());
    assert.equal(world.server.requests[1]?.headers.authorization, undefined);
    assert.deepEqual(world.server.asked[1], 'GET /y');
  });

  it('takes no redirect, to this host or another', async () => {
    const other = await FakeServer.start(() => json({}));
    for (const location of ['/v2/x', other.address('/x')]) {
      world.server.reply = () => ({ status: 307, headers: { location } });
      const error = await failureOf(world.http().json('/x', {}, call()));
      assert.equal(error.code, 'bad-answer');
      assert.match(error.message, /sends on to another address, which is not followed/);
    }
    assert.equal(world.server.requests.length, 2);
    assert.equal(other.requests.length, 0);
    await other.stop();
  });

  it('tells a web page, and what is no JSON, from an answer', async () => {
    const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Log in</html>' };
    for (const ask of ['json', 'events', 'lines'] as const) {
      world.server.reply = () => page;
      const asked =
        ask === 'json'
          ? world.http().json('/x', {}, call())
          : all<unknown>(world.http()[ask]('/x', {}, call()));
      const error = await failureOf(asked);
      assert.equal(error.code, 'bad-answer');
      assert.match(error.message, /it answers with a web page, a login perhaps/);
    }
    world.server.reply = () => ({ headers: { 'content-type': 'image/png' }, body: 'x' });
    assert.match(
      (await failureOf(all(world.http().events('/x', {}, call())))).message,
      /it answers with image\/png/,
    );
    world.server.reply = () => ({ body: '{"half":' });
    assert.match(
      (await failureOf(world.http().json('/x', {}, call()))).message,
      /what it answers is no JSON/,
    );
    await world.server.allClosed();
  });

  it('has an answer of bounded size', async () => {
    world.server.reply = () => ({ ...json({}), body: ['['.repeat(1 << 20)], then: 'endless' });
    assert.equal((await failureOf(world.http().json('/x', {}, call()))).code, 'bad-answer');
    world.server.reply = () => stream(['data: ' + 'x'.repeat(1 << 20)], 'endless');
    const error = await failureOf(all(world.http().events('/x', {}, call())));
    assert.match(error.message, /one event of its answer has no end/);
    await world.server.allClosed();
    assert.equal(world.server.closedEarly, 2);
  });

  it('is stopped by its signal, at the server, too', async () => {
    for (const ask of ['json', 'events', 'lines'] as const) {
      world.server.reply = () => ({ ...json({}), body: ['{"a":1}\n', '{"b"'], then: 'hang' });
      const stop = new AbortController();
      const asked =
        ask === 'json'
          ? world.http().json('/x', {}, call(stop.signal))
          : all<unknown>(world.http()[ask]('/x', {}, call(stop.signal)));
      const failed = failureOf(asked);
      while (world.server.open === 0) await settled();
      stop.abort();
      assert.equal((await failed).code, 'cancelled');
      await world.server.allClosed();
    }
    assert.deepEqual([world.server.requests.length, world.server.closedEarly], [3, 3]);
  });

  it('is closed at the server when nobody reads on', async () => {
    world.server.reply = () => stream(['data: {"a":1}\n\n'], 'endless');
    for await (const event of world.http().events('/x', {}, call())) {
      assert.deepEqual(event, { event: null, data: '{"a":1}' });
      break;
    }
    await world.server.allClosed();
    assert.equal(world.server.closedEarly, 1);
  });

  it('gives up a server that falls silent, before its answer and in the midst of it', async () => {
    const timers = new FakeTimers();
    const options = { key, egress: { timers }, timers };
    let reached: () => void = () => undefined;
    world.server.reply = () => new Promise(() => reached());
    const at = new Promise<void>((resolve) => (reached = resolve));
    const before = failureOf(world.http({}, options).json('/x', {}, call(undefined, 5000)));
    await at;
    await timers.pass(5000);
    assert.equal((await before).code, 'unreachable');
    assert.match((await before).message, /sent nothing for 5 s/);
    world.server.reply = () => stream('data: {"a":1}\n\n', 'hang');
    const events = world.http({}, options).events('/x', {}, call(undefined, 5000));
    assert.ok(!(await events.next()).done);
    const amid = failureOf(events.next());
    await settled();
    await timers.pass(5000);
    assert.equal((await amid).code, 'broken');
    await world.server.allClosed();
  });

  it('gives up a stream that has signs of life only', async () => {
    const timers = new FakeTimers();
    world.server.reply = () => stream(': still there\n\n', 'endless');
    const failed = failureOf(all(world.http({}, { key, timers }).events('/x', {}, call())));
    let over = false;
    void failed.then(() => (over = true));
    while (!over) await timers.pass(60_000);
    assert.match((await failed).message, /no more of its answer for 15 minutes/);
    await world.server.allClosed();
  });

  it('waits long for an answer, not for a connection, and speaks plain http with own servers only', async () => {
    const sent: EgressRequest[] = [];
    const egress = {
      request: (request: EgressRequest) => {
        sent.push(request);
        return Promise.reject(new Error('enough'));
      },
    };
    for (const kind of ['local', 'own-network', 'cloud'] as const) {
      const endpoint = endpointAt('http://models.example', { class: kind });
      await failureOf(new Http({ egress, endpoint, keys: keysOf(key) }).json('/x', null, call()));
    }
    assert.deepEqual(
      sent.map(({ connectMs, idleMs, allowHttp }) => [connectMs, idleMs, allowHttp]),
      [
        [8000, 600_000, true],
        [8000, 600_000, true],
        [8000, 600_000, false],
      ],
    );
    assert.deepEqual(
      sent.map(({ redirects }) => redirects),
      [0, 0, 0],
    );
  });
});

describe('a failed connection', () => {
  it('says what is wrong, and what to do', async () => {
    const address = world.server.address();
    await world.server.stop();
    const error = await failureOf(httpTo(endpointAt(address), { key }).json('/x', null, call()));
    assert.equal(error.code, 'unreachable');
    assert.match(
      error.message,
      /^team can't be reached \(127\.0\.0\.1:\d+ refuses the connection\): check that a server runs there\.$/,
    );
    const plain = httpTo(endpointAt('http://models.example', { class: 'cloud' }), { key });
    assert.match((await failureOf(plain.json('/x', null, call()))).message, /use https:\/\/\.$/);
  });

  it('is one sentence where nothing may be sent', async () => {
    for (const [why, sentence] of [
      [
        'Hearth is offline and opens no connection to box:1: go online.',
        'team is not asked, because Hearth is offline and opens no connection to box:1: go online.',
      ],
      [
        'This workspace is not trusted, so nothing is sent to box:1: trust it first.',
        'team is not asked, because this workspace is not trusted, so nothing is sent to box:1: trust it first.',
      ],
    ] as const) {
      const egress = { guard: () => why };
      const refused = await failureOf(world.http({}, { key, egress }).json('/x', null, call()));
      assert.deepEqual([refused.code, refused.message], ['forbidden', sentence]);
    }
  });

  it('is one to a server whose certificate fails', async () => {
    const names = ['server', 'otherName', 'expired'] as const;
    for (const name of names) {
      const secure = await FakeServer.start(() => json({}), serverCertificate(name));
      const egress =
        name === 'server' ? { systemCertificates: false } : { certificateFiles: [authorityFile] };
      const asked = httpTo(endpointAt(secure.address()), { key, egress }).json('/x', {}, call());
      const error = await failureOf(asked);
      assert.equal(error.code, 'unreachable');
      assert.match(error.message, /\(The certificate of 127\.0\.0\.1:\d+ is .*\): /);
      assert.equal(secure.requests.length, 0);
      await secure.stop();
    }
  });

  it('is told from a server that speaks something else, and from one that breaks off', async () => {
    const other = net
      .createServer((socket) => socket.end('220 mail.example ESMTP\r\n'))
      .listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const asked = httpTo(endpointAt(`http://127.0.0.1:${port}`), { key }).json('/x', null, call());
    const none = await failureOf(asked);
    assert.equal(none.code, 'bad-answer');
    assert.match(none.message, /what answers there does not speak HTTP/);
    other.close();
    world.server.reply = () => ({ ...json({}), body: '{"a":', then: 'cut' });
    assert.equal((await failureOf(world.http().json('/x', {}, call()))).code, 'broken');
    world.server.reply = () => stream('data: {"a":1}\n\ndata: {"b', 'cut');
    const error = await failureOf(all(world.http().events('/x', {}, call())));
    assert.equal(error.code, 'broken');
    assert.match(error.message, /^team broke off its answer \(/);
  });
});
