import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, describe, it } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import fc from 'fast-check';
import { EngineError } from '../../../../src/engine/errors.ts';
import { Admission } from '../../../../src/host/server/admission.ts';
import { Refusal } from '../../../../src/host/server/refusal.ts';
import { FakeTimers } from '../../../support/fakeTimers.ts';
import { errorOf, ServedWorld, token, held, untilSo } from '../../../support/servedWorld.ts';
import { gate } from '../../../support/stage.ts';

const path = '/v1/chat/completions';
const body = { messages: [{ role: 'user', content: 'Hi' }] };
const worlds: ServedWorld[] = [];
after(() => Promise.all(worlds.map((world) => world.server.stop())));

async function started(more: Parameters<typeof ServedWorld.start>[0] = {}): Promise<ServedWorld> {
  const world = await ServedWorld.start(more);
  worlds.push(world);
  return world;
}

describe('requests at a time', () => {
  it('are as many as may be, and the others wait their turn or are refused', async () => {
    const world = await started({ limits: { mostRunning: 2, mostWaiting: 1 } });
    const { gates } = held(world.models);
    const running = [world.post(path, body), world.post(path, body)];
    await untilSo(() => gates.length === 2);
    const answers = Promise.all([world.post(path, body), world.post(path, body)]);
    const some = await Promise.race([
      answers.then(() => 'all'),
      untilSo(() => world.log.length > 0).then(() => 'refused'),
    ]);
    assert.equal(some, 'refused');
    assert.equal(gates.length, 2);
    gates[0]?.open();
    await running[0];
    await untilSo(() => gates.length === 3);
    for (const { open } of gates) open();
    const statuses = (await answers).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 429]);
    const refused = (await answers).find(({ status }) => status === 429);
    assert.equal(refused?.headers['retry-after'], '2');
    assert.match(refused === undefined ? '' : errorOf(refused).message, /Too many requests/);
    assert.equal((await running[1])?.status, 200);
  });

  it('do not keep the list of models from being read', async () => {
    const world = await started({ limits: { mostRunning: 1, mostWaiting: 0 } });
    const { gates } = held(world.models);
    const running = world.post(path, body);
    await untilSo(() => gates.length === 1);
    assert.equal((await world.ask('/v1/models')).status, 200);
    assert.equal((await world.post(path, body)).status, 429);
    gates[0]?.open();
    assert.equal((await running).status, 200);
  });

  it('take their turns whatever fails and whoever goes away', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), leaves: fc.boolean() }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (jobs, most) => {
          const admission = new Admission(most, 100);
          let running = 0;
          const all = jobs.map(({ fails, leaves }) => {
            const controller = new AbortController();
            const done = admission.run(controller.signal, async () => {
              running += 1;
              assert.ok(running <= most);
              await nextRound();
              running -= 1;
              if (fails) throw new Error('It failed.');
            });
            if (leaves) controller.abort();
            return done.catch(() => undefined);
          });
          await Promise.all(all);
          assert.equal(running, 0);
          // All places are free again.
          await Promise.all(
            Array.from({ length: most }, () =>
              admission.run(new AbortController().signal, () => Promise.resolve()),
            ),
          );
          const full = new Admission(1, 0);
          const open = gate();
          const first = full.run(new AbortController().signal, () => open.promise);
          await assert.rejects(
            full.run(new AbortController().signal, () => Promise.resolve()),
            Refusal,
          );
          open.open();
          await first;
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a client that goes away', () => {
  for (const stream of [true, false]) {
    it(`cancels its request in the engine${stream ? ' in the midst of events' : ''}`, async () => {
      const world = await started();
      const { gates, given } = held(world.models);
      const controller = new AbortController();
      const asked = world.post(path, { ...body, stream }, { signal: controller.signal });
      asked.catch(() => undefined);
      await untilSo(() => gates.length === 1);
      controller.abort();
      await assert.rejects(asked);
      await untilSo(() => given.length === 1);
      await untilSo(() => world.log.length === 1);
      assert.deepEqual(world.log, ['Server: POST /v1/chat/completions: given up by the client.']);
    });
  }

  it('while it waits is not asked for', async () => {
    const world = await started({ limits: { mostRunning: 1, mostWaiting: 5 } });
    const { gates } = held(world.models);
    const running = world.post(path, body);
    await untilSo(() => gates.length === 1);
    const controller = new AbortController();
    const waits = world.post(path, body, { signal: controller.signal });
    waits.catch(() => undefined);
    // It is in the queue once the list, asked for behind it, is there.
    await world.ask('/v1/models');
    controller.abort();
    await assert.rejects(waits);
    await untilSo(() => world.log.some((line) => line.includes('given up')));
    gates[0]?.open();
    await running;
    assert.equal(gates.length, 1);
  });

  it('in the midst of its body asks nothing', async () => {
    const world = await started();
    const { socket } = world.raw(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"mess`,
    );
    await world.ask('/v1/models');
    socket.destroy();
    await untilSo(() => world.log.some((line) => line.includes('given up')));
    assert.deepEqual(world.models.asked, []);
  });
});

describe('a slow client', () => {
  const slow: [what: string, sent: string, status: RegExp][] = [
    ['that sends nothing', '', /^(HTTP\/1\.1 408|$)/],
    ['that sends half a header', 'GET /v1/models HTTP/1.1\r\nHost: local', /^HTTP\/1\.1 408/],
    [
      'that sends half a body',
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"mess`,
      /^HTTP\/1\.1 408/,
    ],
  ];
  for (const [what, sent, status] of slow) {
    it(`${what} is cut off`, async () => {
      const world = await started({ limits: { headersMs: 100, requestMs: 200, keepAliveMs: 100 } });
      assert.match(await world.raw(sent).text, status);
      assert.equal((await world.ask('/v1/models')).status, 200);
    });
  }

  it('that reads nothing of its answer is cut off, and its request cancelled', async () => {
    const timers = new FakeTimers();
    const world = await started({ timers, limits: { stallMs: 60_000 } });
    let stopped = false;
    let sent = 0;
    world.models.onChat = async (_query, { signal, onEvent }) => {
      signal.addEventListener('abort', () => (stopped = true));
      while (!stopped) {
        if (sent < 20_000_000) onEvent({ kind: 'text', text: 'x'.repeat(100_000) });
        sent += 100_000;
        await nextRound();
        if (sent > 20_000_000) await timers.pass(10_000);
      }
      throw new EngineError('cancelled', 'The request was cancelled.');
    };
    const { answer } = await world.open(path, { method: 'POST', body: { ...body, stream: true } });
    answer.pause();
    answer.on('error', () => undefined);
    await untilSo(() => stopped);
    await untilSo(() => world.log.length === 1);
    assert.match(world.log[0] ?? '', /given up/);
  });

  it('that waits long for its first event is not', async () => {
    const timers = new FakeTimers();
    const world = await started({ timers, limits: { requestMs: 100, headersMs: 100, keepAliveMs: 100 } });
    const { gates } = held(world.models);
    const asked = world.post(path, body);
    await untilSo(() => gates.length === 1);
    await timers.pass(3_600_000);
    // Node looks for slow requests ten times a second here.
    const others = await Promise.all(Array.from({ length: 3 }, () => world.raw('').text));
    assert.equal(others.length, 3);
    gates[0]?.open();
    assert.equal((await asked).status, 200);
  });

  it('has at most so many connections', async () => {
    const world = await started({ limits: { mostConnections: 2 } });
    const open = [world.raw(''), world.raw('')];
    await Promise.all(open.map(({ socket }) => once(socket, 'connect')));
    assert.equal(await world.raw('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n').text.catch(() => ''), '');
    for (const { socket } of open) socket.destroy();
  });

  it('with headers without end is cut off', async () => {
    const world = await started();
    const { text } = world.raw(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    assert.match(await text, /^HTTP\/1\.1 431/);
  });
});
