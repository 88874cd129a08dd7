import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import { after, describe, it } from 'node:test';
import { HearthServer } from '../../../../src/host/server/server.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { EgressError } from '../../../../src/remote/egressError.ts';
import type { EgressClosed, EgressOpened } from '../../../../src/remote/egressTypes.ts';
import {
  chatAnswer,
  eventsOf,
  MadeUpModels,
  ServedWorld,
  token,
  held,
  untilSo,
} from '../../../support/servedWorld.ts';

const path = '/v1/chat/completions';
const body = { messages: [{ role: 'user', content: 'Hi' }] };
const worlds: ServedWorld[] = [];
after(() => Promise.all(worlds.map((world) => world.server.stop())));

async function started(more: Parameters<typeof ServedWorld.start>[0] = {}): Promise<ServedWorld> {
  const world = await ServedWorld.start(more);
  worlds.push(world);
  return world;
}

describe('the server', () => {
  it('listens on this machine’s own address and on no other', async () => {
    const world = await started();
    const others = Object.values(os.networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    for (const host of [...others, '127.0.0.2', '::1']) {
      const socket = net.connect(world.server.port, host);
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      assert.match(error.code ?? '', /^E/, host);
    }
    assert.equal(world.server.address, `http://127.0.0.1:${world.server.port}/v1`);
  });

  it('ends what is under way when it is stopped, and can be started again on its port', async () => {
    const world = await started();
    const { gates, given } = held(world.models);
    const asked = world.post(path, { ...body, stream: true });
    asked.catch(() => undefined);
    await untilSo(() => gates.length === 1);
    await world.server.stop();
    await assert.rejects(asked);
    await untilSo(() => given.length === 1);
    const again = await started({ port: world.server.port });
    assert.equal(again.server.port, world.server.port);
    assert.equal((await again.ask('/health')).status, 200);
  });

  it('says that its port is taken', async () => {
    const { server } = await started();
    await assert.rejects(started({ port: server.port }), (error: EgressError) => {
      assert.ok(error instanceof EgressError);
      assert.equal(error.systemCode, 'EADDRINUSE');
      assert.match(error.message, new RegExp(`port ${server.port} is used by another program`));
      return true;
    });
  });

  it('is one entry of the ledger, and does not listen where the guard refuses', async () => {
    const ledger: [opened: EgressOpened, closed: EgressClosed | null][] = [];
    let offline = false;
    const egress = new Egress({
      wallClock: () => 1000,
      guard: () => (offline ? 'Hearth is offline.' : null),
      ledger: (opened) => {
        const entry: [EgressOpened, EgressClosed | null] = [opened, null];
        ledger.push(entry);
        return (closed) => (entry[1] = closed);
      },
    });
    const rules = () => ({ token, allowedOrigins: [] });
    const options = { egress, port: 0, rules, models: new MadeUpModels() };
    const server = await HearthServer.start(options);
    assert.deepEqual(ledger[0]?.[0], {
      ...{ purpose: 'server', method: 'LISTEN', host: '127.0.0.1:0', reach: 'loopback', proxy: null },
      ...{ when: 1000, verified: false, about: null },
    });
    assert.deepEqual(
      ledger.map(([, closed]) => closed),
      [null],
    );
    await server.stop();
    assert.deepEqual(
      ledger.map(([, closed]) => closed?.outcome),
      ['stopped'],
    );
    offline = true;
    await assert.rejects(HearthServer.start(options), { code: 'forbidden', message: 'Hearth is offline.' });
    assert.deepEqual(
      ledger.map(([, closed]) => closed?.outcome),
      ['stopped', 'refused'],
    );
  });

  it('writes nothing of what is asked and answered to the log', async () => {
    const world = await started();
    world.models.onChat = () => Promise.resolve(chatAnswer({ text: 'SECRET-ANSWER' }));
    await world.post(path, {
      messages: [{ role: 'user', content: 'SECRET-QUESTION' }],
      model: 'SECRET-MODEL',
    });
    await world.post(path, { messages: [{ role: 'user', content: 'SECRET-QUESTION' }] });
    await world.post(`${path}?SECRET-QUERY`, 'SECRET-BODY');
    assert.deepEqual(world.log, [
      'Server: POST /v1/chat/completions: HTTP 404.',
      'Server: POST /v1/chat/completions: HTTP 200.',
      'Server: POST /v1/chat/completions: HTTP 400.',
    ]);
  });

  it('keeps a connection for the next request', async () => {
    const world = await started();
    const request = `GET /health HTTP/1.1\r\nHost: localhost\r\n`;
    const { text } = world.raw(`${request}\r\n${request}Connection: close\r\n\r\n`);
    assert.equal((await text).match(/HTTP\/1\.1 200/g)?.length, 2);
  });

  it('streams characters of all kinds, and line ends, within one event each', async () => {
    const world = await started();
    const texts = ['\n\n', 'data: x\n\n', '漢 👩‍👩‍👧', '\u2028\r\n', '"\\'];
    world.models.onChat = (_query, { onEvent }) => {
      for (const text of texts) onEvent({ kind: 'text', text });
      return Promise.resolve(chatAnswer());
    };
    const { text } = await world.post(path, { ...body, stream: true });
    const found = eventsOf(text)
      .filter((event) => event !== '[DONE]')
      .map((event) => (event as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content);
    assert.deepEqual(found.filter(Boolean), texts);
  });
});
