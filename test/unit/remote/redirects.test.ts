import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EgressWorld } from '../../support/egressWorld.ts';
import { FaultServer } from '../../support/faultServer.ts';

let world: EgressWorld;
let server: FaultServer;

beforeEach(async () => {
  world = await EgressWorld.start();
  ({ server } = world);
});
afterEach(() => world.stop());

describe('redirects', () => {
  it('are followed, each in the ledger', async () => {
    server.reply = ({ index }) =>
      index < 2 ? { status: 302, headers: { location: `/hop${index}`, 'x-linked-etag': '"1"' } } : {};
    const response = await world.ask();
    assert.equal(await response.text(100), world.content.toString());
    assert.equal(response.address, server.address('/hop1'));
    assert.deepEqual(
      response.hops.map(({ address, status }) => [address, status]),
      [
        [server.address('/x'), 302],
        [server.address('/hop0'), 302],
      ],
    );
    assert.equal(response.hops[0]?.headers['x-linked-etag'], '"1"');
    assert.deepEqual(
      world.ledger.map(([, closed]) => closed?.outcome),
      ['redirected', 'redirected', 'answered'],
    );
    await world.allClosed();
  });

  it('end at a limit', async () => {
    server.reply = () => ({ status: 307, headers: { location: '/x' } });
    await assert.rejects(world.ask({ redirects: 3 }), { code: 'redirect', message: /redirects without end/ });
    assert.equal(server.requests.length, 4);
  });

  it('keep what identifies the user from another host, also from another port', async () => {
    const other = await FaultServer.start(world.content);
    try {
      server.reply = () => ({ status: 302, headers: { location: other.address('/y') } });
      const headers = {
        Authorization: 'Bearer key',
        Cookie: 'id=1',
        'X-Api-Key': 'key',
        Accept: 'a/b',
        Range: 'bytes=0-3',
      };
      assert.equal(await (await world.ask({ headers })).text(100), 'some');
      const [seen] = other.requests;
      assert.equal(server.requests[0]?.headers.authorization, 'Bearer key');
      assert.deepEqual(Object.keys(seen?.headers ?? {}).sort(), [
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'range',
        'user-agent',
      ]);
    } finally {
      await other.stop();
    }
  });

  it('keep it on the same host', async () => {
    server.reply = ({ index }) => (index === 0 ? { status: 302, headers: { location: '/y' } } : {});
    (await world.ask({ headers: { authorization: 'Bearer key' } })).discard();
    assert.equal(server.requests[1]?.headers.authorization, 'Bearer key');
  });

  it('never take a body to another host', async () => {
    const other = await FaultServer.start(world.content);
    try {
      server.reply = () => ({ status: 307, headers: { location: other.address('/y') } });
      await assert.rejects(world.ask({ method: 'POST', body: 'my code' }), {
        code: 'redirect',
        message: /what was to be sent to another host, which is not followed/,
      });
      assert.equal(other.requests.length, 0);
    } finally {
      await other.stop();
    }
  });

  it('repeat a body on the same host by 307, and drop it by 303', async () => {
    for (const [status, expected] of [
      [307, ['POST', 'my code']],
      [303, ['GET', '']],
      [302, ['GET', '']],
    ] as const) {
      server.requests.length = 0;
      server.reply = ({ index }) => (index === 0 ? { status, headers: { location: '/y' } } : {});
      await (await world.ask({ method: 'POST', body: 'my code' })).text(100);
      assert.deepEqual([server.requests[1]?.method, server.requests[1]?.body], expected);
    }
  });

  for (const location of ['file:///etc/passwd', 'http://files.example/', 'http://:bad:/']) {
    it(`do not lead to ${location}`, async () => {
      server.reply = () => ({ status: 302, headers: { location } });
      await assert.rejects(world.ask(), { name: 'EgressError', code: /redirect|invalid-address/ });
      assert.equal(world.ledger.length, 1);
    });
  }
});
