import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newToken, sameToken } from '../../../../src/host/server/token.ts';
import { errorOf, ServedWorld, token, type HttpQuestion } from '../../../support/servedWorld.ts';

const page = 'https://pages.example';
let world: ServedWorld;
before(async () => {
  world = await ServedWorld.start({ rules: () => ({ token, allowedOrigins: [page] }) });
});
after(() => world.server.stop());

describe('who may ask the server', () => {
  const posted = { method: 'POST', body: { messages: [{ role: 'user', content: 'Hi' }] } };
  const refused: [what: string, path: string, question: HttpQuestion, status: number, says: RegExp][] = [
    [
      'without a token',
      '/v1/models',
      { token: null },
      401,
      /has no token: send "Authorization: Bearer TOKEN"/,
    ],
    ['with another token', '/v1/models', { token: 'another' }, 401, /not the one of this server/],
    ['with a beginning of the token', '/v1/models', { token: token.slice(0, -1) }, 401, /not the one/],
    ['with a longer token', '/v1/models', { token: `${token}x` }, 401, /not the one/],
    [
      'with an empty token',
      '/v1/models',
      { headers: { authorization: 'Bearer ' }, token: null },
      401,
      /no token/,
    ],
    [
      'with a password',
      '/v1/models',
      { headers: { authorization: `Basic ${token}` }, token: null },
      401,
      /no token/,
    ],
    ['without a token, with a body', '/v1/chat/completions', { ...posted, token: null }, 401, /no token/],
    [
      'by another name (DNS rebinding)',
      '/v1/models',
      { headers: { host: 'evil.example' } },
      403,
      /127\.0\.0\.1 and localhost only/,
    ],
    [
      'by another name with the port',
      '/v1/models',
      { headers: { host: 'evil.example:4327' } },
      403,
      /localhost only/,
    ],
    [
      'by a name that begins like ours',
      '/v1/models',
      { headers: { host: 'localhost.evil.example' } },
      403,
      /localhost only/,
    ],
    ['by any address', '/v1/models', { headers: { host: '0.0.0.0' } }, 403, /localhost only/],
    [
      'by another name, about its health',
      '/health',
      { headers: { host: 'evil.example' } },
      403,
      /localhost only/,
    ],
    [
      'from a page',
      '/v1/models',
      { headers: { origin: 'https://evil.example' } },
      403,
      /hearth\.server\.allowedOrigins/,
    ],
    [
      'from a page of this machine',
      '/v1/models',
      { headers: { origin: 'http://localhost:3000' } },
      403,
      /allowedOrigins/,
    ],
    ['from a sandboxed page', '/v1/models', { headers: { origin: 'null' } }, 403, /allowedOrigins/],
    [
      'from a page under an allowed one’s name',
      '/v1/models',
      { headers: { origin: `${page}.evil.example` } },
      403,
      /allowedOrigins/,
    ],
    [
      'from a page, about its health',
      '/health',
      { headers: { origin: 'https://evil.example' } },
      403,
      /allowedOrigins/,
    ],
    [
      'from a page whether it may ask',
      '/v1/models',
      { method: 'OPTIONS', headers: { origin: 'https://evil.example' } },
      403,
      /allowedOrigins/,
    ],
    ['whether it may ask', '/v1/models', { method: 'OPTIONS' }, 405, /use GET, POST/],
    ['for another path', '/admin', {}, 404, /nothing at this address/],
    ['for another path without a token', '/admin', { token: null }, 401, /no token/],
    ['to change models', '/v1/models', { method: 'DELETE' }, 405, /use GET/],
    ['for a chat by GET', '/v1/chat/completions', {}, 405, /use POST/],
  ];
  for (const [what, path, question, status, says] of refused) {
    it(`refuses a request ${what}`, async () => {
      const answer = await world.ask(path, question);
      assert.equal(answer.status, status);
      const { message, type } = errorOf(answer);
      assert.match(message, says);
      assert.equal(typeof type, 'string');
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    });
  }

  it('asks the models nothing for all that', () => {
    assert.deepEqual([world.models.asked, world.models.loads], [[], 0]);
  });

  for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST:1234', '[::1]:80']) {
    it(`lets a request by the name ${host} in`, async () => {
      assert.equal((await world.ask('/v1/models', { headers: { host } })).status, 200);
    });
  }

  it('says to anybody of this machine that it lives, and no more', async () => {
    const { status, text, headers } = await world.ask('/health', { token: null });
    assert.deepEqual([status, JSON.parse(text)], [200, { status: 'ok', server: 'hearth' }]);
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('lets an allowed page ask, and read why it was refused', async () => {
    const asked = await world.ask('/v1/models', { headers: { origin: page } });
    assert.equal(asked.status, 200);
    assert.equal(asked.headers['access-control-allow-origin'], page);
    const refused = await world.ask('/v1/models', { token: 'x', headers: { origin: page } });
    assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [401, page]);
  });

  it('tells an allowed page’s browser, which has no token yet, that it may ask', async () => {
    const answer = await world.ask('/v1/models', {
      method: 'OPTIONS',
      token: null,
      headers: { origin: page, 'access-control-request-method': 'POST' },
    });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal(answer.headers['access-control-allow-origin'], page);
    assert.equal(answer.headers['access-control-allow-headers'], 'authorization, content-type');
  });

  it('takes no address with a name in it', async () => {
    const { text } = world.raw(
      `GET http://evil.example/v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    assert.match(await text, /^HTTP\/1\.1 400 .*has no path/s);
  });

  it('takes no request without the name that it was sent to', async () => {
    assert.match(
      await world.raw('GET /health HTTP/1.1\r\nConnection: close\r\n\r\n').text,
      /^HTTP\/1\.1 400/,
    );
    assert.match(
      await world.raw('GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n').text,
      /^HTTP\/1\.1 403/,
    );
    assert.match(await world.raw('GET /health HTTP/1.0\r\n\r\n').text, /^HTTP\/1\.1 403/);
  });

  it('writes neither a path of the client’s nor its token to the log', () => {
    const log = world.log.join('\n');
    assert.match(log, /Server: GET \/v1\/models: HTTP 401\./);
    assert.match(log, /Server: GET \(another path\): HTTP 404\./);
    assert.ok(!log.includes('/admin') && !log.includes(token));
  });
});

describe('a token', () => {
  it('has 32 bytes of chance', () => {
    const tokens = new Set(Array.from({ length: 50 }, newToken));
    assert.equal(tokens.size, 50);
    for (const one of tokens) assert.equal(Buffer.from(one, 'base64url').length, 32);
  });

  it('equals itself alone', () => {
    const one = newToken();
    assert.ok(sameToken(one, one));
    for (const other of ['', one.slice(1), `${one}a`, newToken()]) assert.ok(!sameToken(one, other));
  });
});
