import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { isProven, newChallenge, proofOf } from '../../../../src/host/server/identity.ts';
import { isHearthAt } from '../../../../src/host/server/portTaken.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { ServedWorld, token } from '../../../support/servedWorld.ts';

const egress = new Egress();
const ends: (() => unknown)[] = [];
after(() => Promise.all(ends.map((end) => end())));

async function served(rules = { token: token as string | null, allowedOrigins: [] }): Promise<ServedWorld> {
  const world = await ServedWorld.start({ rules: () => rules });
  ends.push(() => world.server.stop());
  return world;
}

/** A program that has taken a port, with what it heard. */
async function program(answer: (url: string) => Promise<string> | string) {
  const heard: string[] = [];
  const server = http.createServer((request, reply) => {
    heard.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`);
    void (async () => reply.end(await answer(request.url ?? '')))();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return { heard, port: (server.address() as AddressInfo).port };
}

describe('who has a port', () => {
  it('is Hearth where it proves that it has the token', async () => {
    const { server } = await served();
    assert.equal(await isHearthAt(egress, server.port, token), true);
  });

  it('is somebody else where it has another token, or none', async () => {
    const { server } = await served();
    assert.equal(await isHearthAt(egress, server.port, `${token}x`), false);
    const without = await served({ token: null, allowedOrigins: [] });
    assert.equal(await isHearthAt(egress, without.server.port, token), false);
  });

  it('is not Hearth because it says so, and is sent no token', async () => {
    const { heard, port } = await program(() => '{"status":"ok","server":"hearth"}');
    assert.equal(await isHearthAt(egress, port, token), false);
    assert.equal(heard.length, 1);
    assert.ok(!heard[0]?.includes(token));
  });

  it('is not Hearth with the answer to an earlier question, nor with that of Hearth at another port', async () => {
    const { server } = await served();
    const of = (path: string): Promise<string> =>
      fetch(`http://127.0.0.1:${server.port}${path}`).then((answer) => answer.text());
    const earlier = await of(`/health?challenge=${newChallenge()}`);
    assert.match(earlier, /"proof":"[0-9a-f]{64}"/);
    const replays = await program(() => earlier);
    assert.equal(await isHearthAt(egress, replays.port, token), false);
    const passesOn = await program(of);
    assert.equal(await isHearthAt(egress, passesOn.port, token), false);
    assert.match(passesOn.heard[0] ?? '', /^\/health\?challenge=[\w-]{43} /);
  });

  it('is nobody that Hearth knows where nobody listens', async () => {
    const { server } = await served();
    await server.stop();
    assert.equal(await isHearthAt(egress, server.port, token), false);
  });
});

describe('the proof', () => {
  it('is the HMAC-SHA256 of port and challenge with the token', async () => {
    const { server } = await served();
    const challenge = newChallenge();
    const answer = await fetch(`http://127.0.0.1:${server.port}/health?challenge=${challenge}`);
    assert.deepEqual(await answer.json(), {
      ...{ status: 'ok', server: 'hearth' },
      proof: createHmac('sha256', token).update(`${server.port}:${challenge}`).digest('hex'),
    });
  });

  it('is given to no challenge that is too short, too long, or no such text', async () => {
    const world = await served();
    for (const query of [
      '',
      '?challenge=',
      '?challenge=short',
      `?challenge=${'a'.repeat(129)}`,
      '?other=1',
    ]) {
      const { status, text } = await world.ask(`/health${query}`, { token: null });
      assert.deepEqual([status, JSON.parse(text)], [200, { status: 'ok', server: 'hearth' }], query);
    }
    const odd = await world.ask(`/health?challenge=${encodeURIComponent('a:b '.repeat(8))}`);
    assert.ok(!odd.text.includes('proof'));
  });

  it('convinces of nothing but what it is for', () => {
    const asked = { token, port: 5, challenge: newChallenge() };
    const proof = proofOf(token, 5, asked.challenge);
    assert.equal(isProven({ server: 'hearth', proof }, asked), true);
    assert.equal(isProven({ server: 'another', proof }, asked), false);
    assert.equal(isProven({ server: 'hearth', proof: [proof] }, asked), false);
    assert.equal(isProven({ server: 'hearth', proof: proof.toUpperCase() }, asked), false);
    assert.equal(isProven({ server: 'hearth', proof }, { ...asked, port: 6 }), false);
    for (const answer of [null, undefined, 'hearth', 5, []]) assert.equal(isProven(answer, asked), false);
  });
});
