import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { endpointAt, httpThatAnswers } from '../../../support/endpoints.ts';
import { json, stream } from '../../../support/fakeServers/server.ts';
import { FakeTimers, settled } from '../../../support/fakeTimers.ts';
import { TransportWorld, all, call, failureOf, key } from '../../../support/transportWorld.ts';

let world: TransportWorld;
beforeEach(async () => {
  world = await TransportWorld.start();
});
afterEach(() => world.stop());

describe('the one repeat', () => {
  it('comes after a short wait, once', async () => {
    for (const status of [429, 503]) {
      const timers = new FakeTimers();
      const first = world.server.requests.length;
      world.server.reply = ({ index }) =>
        index === first ? json({ error: 'busy' }, status, { 'retry-after': '5' }) : json({ a: 1 });
      const answer = world.http({}, { key, timers }).json('/x', {}, call());
      while (timers.waiting === 0) await settled();
      assert.equal(world.server.requests.length, first + 1);
      await timers.pass(5000);
      assert.deepEqual(await answer, { a: 1 });
      assert.equal(world.server.requests.length, first + 2);
    }
  });

  it('is the last, and does not follow other failures or longer waits', async () => {
    const timers = new FakeTimers();
    world.server.reply = () => json({}, 429, { 'retry-after': '1' });
    const error = failureOf(all(world.http({}, { key, timers }).events('/x', {}, call())));
    while (timers.waiting === 0) await settled();
    await timers.pass(1000);
    assert.equal((await error).code, 'rate-limited');
    assert.equal(world.server.requests.length, 2);
    for (const [status, wait] of [
      [429, '6'],
      [500, '1'],
      [502, '1'],
      [529, '1'],
      [401, '1'],
    ] as const) {
      world.server.reply = () => json({}, status, { 'retry-after': wait });
      await failureOf(world.http({}, { key, timers }).json('/x', {}, call()));
    }
    assert.equal(world.server.requests.length, 7);
    assert.equal(timers.waiting, 0);
  });

  it('is given up with its request', async () => {
    const timers = new FakeTimers();
    const stop = new AbortController();
    world.server.reply = () => json({}, 503, { 'retry-after': '3' });
    const error = failureOf(world.http({}, { key, timers }).json('/x', {}, call(stop.signal)));
    while (timers.waiting === 0) await settled();
    stop.abort();
    assert.equal((await error).code, 'cancelled');
    await timers.pass(10_000);
    assert.deepEqual([world.server.requests.length, timers.waiting], [1, 0]);
  });
});

describe('a key', () => {
  it('that can be none is not sent, and not said', async () => {
    for (const bad of ['sk-one\nsk-two', 'schlüssel-1234567', 'two words']) {
      const error = await failureOf(world.http({}, { key: bad }).json('/x', {}, call()));
      assert.equal(error.code, 'unauthorized');
      assert.ok(!error.message.includes(bad));
    }
    assert.equal(world.server.requests.length, 0);
  });
});

describe('streams', () => {
  const text = ': comment\n\nevent: a\ndata: {"x":\ndata: "Grüße 👋"}\n\ndata:{"y":2}\r\n\r\ndata: [DONE]\n';
  const wanted = [
    { event: 'a', data: '{"x":\n"Grüße 👋"}' },
    { event: null, data: '{"y":2}' },
    { event: null, data: '[DONE]' },
  ];

  it('of events are the same however they are cut', async () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      const events = httpThatAnswers(endpointAt('http://x'), pieces, 'text/event-stream').events(
        '/',
        {},
        call(),
      );
      assert.deepEqual(await all(events), wanted, `cut at ${at}`);
    }
  });

  it('of lines are the same however they are cut', async () => {
    const bytes = Buffer.from('{"a":"Grüße 👋"}\n\n{"b":2}\r\n{"c":3}');
    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      const lines = httpThatAnswers(endpointAt('http://x'), pieces, 'application/x-ndjson').lines(
        '/',
        {},
        call(),
      );
      assert.deepEqual(await all(lines), [{ a: 'Grüße 👋' }, { b: 2 }, { c: 3 }], `cut at ${at}`);
    }
  });

  it('do not give what their end cut off', async () => {
    world.server.reply = () => stream('data: {"a":1}\n\ndata: {"b":');
    assert.deepEqual(await all(world.http().events('/x', {}, call())), [{ event: null, data: '{"a":1}' }]);
    world.server.reply = () => ({ body: '{"a":1}\n{"b":' });
    assert.deepEqual(await all(world.http().lines('/x', {}, call())), [{ a: 1 }]);
    world.server.reply = () => ({ body: '{"a":1}\nnonsense\n{"b":2}\n' });
    assert.match(
      (await failureOf(all(world.http().lines('/x', {}, call())))).message,
      /a line of its answer is no JSON/,
    );
  });

  it('may be one JSON value', async () => {
    world.server.reply = () => json({ whole: true });
    assert.deepEqual(await all(world.http().events('/x', {}, call())), [
      { event: null, data: '{"whole":true}' },
    ]);
  });
});
