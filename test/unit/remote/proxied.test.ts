import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Egress } from '../../../src/remote/egress.ts';
import type { EgressOpened, EgressOptions, EgressRequest } from '../../../src/remote/egressTypes.ts';
import type { ProxySettings } from '../../../src/remote/proxy.ts';
import { authorityFile, serverCertificate } from '../../support/certificates.ts';
import { DownloadWorld, modelBytes, sha256 } from '../../support/downloads.ts';
import { FakeTimers, settled } from '../../support/fakeTimers.ts';
import { FaultServer } from '../../support/faultServer.ts';
import { ProxyServer } from '../../support/proxyServer.ts';

const content = modelBytes(30_000);
const https = 'https://elsewhere.example/model.gguf';
let secure: FaultServer;
let plain: FaultServer;
let tunnel: ProxyServer;
let forward: ProxyServer;

beforeEach(async () => {
  secure = await FaultServer.start(content, { secure: serverCertificate('otherName') });
  plain = await FaultServer.start(content);
  tunnel = await ProxyServer.start(secure.port);
  forward = await ProxyServer.start(plain.port);
});
afterEach(() => Promise.all([tunnel, forward, secure, plain].map((server) => server.stop())));

function ask(
  proxy: ProxySettings,
  more: Partial<EgressRequest> = {},
  options: EgressOptions = {},
): ReturnType<Egress['request']> {
  const egress = new Egress({ proxy, certificateFiles: [authorityFile], ...options });
  return egress.request({ purpose: 'catalogue', address: https, ...more });
}

describe('a proxy', () => {
  it('gives a tunnel to the host, whose certificate is checked, and is in the ledger', async () => {
    const opened: EgressOpened[] = [];
    const ledger = (entry: EgressOpened): (() => void) => {
      opened.push(entry);
      return () => undefined;
    };
    const response = await ask({ address: tunnel.address }, {}, { ledger });
    assert.equal((await response.text(100_000)).length > 0, true);
    assert.deepEqual(tunnel.asked, ['CONNECT elsewhere.example:443']);
    assert.equal(secure.requests[0]?.headers.host, 'elsewhere.example');
    assert.equal(secure.requests[0]?.headers['proxy-authorization'], undefined);
    assert.deepEqual(
      opened.map(({ host, proxy, reach }) => [host, proxy, reach]),
      [['elsewhere.example:443', new URL(tunnel.address).host, 'internet']],
    );
    await assert.rejects(ask({ address: tunnel.address }, { address: 'https://other.example/' }), {
      code: 'certificate',
      message: /^The certificate of other\.example:443 is made out to another name/,
    });
  });

  it('is named by the environment too', async () => {
    (await ask({ environment: { https_proxy: tunnel.address } })).discard();
    assert.deepEqual(tunnel.asked, ['CONNECT elsewhere.example:443']);
  });

  it('gets its own name and password, and says when they are wrong', async () => {
    tunnel.authorization = `Basic ${Buffer.from('me:pass').toString('base64')}`;
    const address = tunnel.address.replace('//', '//me:pass@');
    (await ask({ address })).discard();
    const wrong = tunnel.address.replace('//', '//me:wrong@');
    await assert.rejects(ask({ address: wrong }), (error: Error & { code?: unknown }) => {
      assert.equal(error.code, 'proxy');
      assert.match(
        error.message,
        /^The proxy 127\.0\.0\.1:\d+ asks for a name and password.*: put them in the proxy setting\.$/,
      );
      assert.doesNotMatch(error.message, /wrong/);
      return true;
    });
    assert.equal(secure.requests.length, 1);
  });

  it('that refuses, is not there, or is none, is named', async () => {
    tunnel.refuses = 403;
    await assert.rejects(ask({ address: tunnel.address }), {
      code: 'proxy',
      status: 403,
      message: /refuses a connection to elsewhere\.example:443 \(HTTP 403\)/,
    });
    const gone = await ProxyServer.start(1);
    const address = gone.address;
    await gone.stop();
    await assert.rejects(ask({ address }), {
      code: 'proxy',
      message: /^The proxy 127\.0\.0\.1:\d+ refuses the connection: check the proxy setting\.$/,
    });
  });

  it('forwards plain http where that is allowed', async () => {
    forward.authorization = 'Basic eDp5';
    const proxy = { address: forward.address, authorization: 'Basic eDp5' };
    const address = 'http://elsewhere.example:8080/a?b=1';
    const response = await ask(proxy, { address, allowHttp: true, method: 'POST', body: 'text' });
    response.discard();
    assert.deepEqual(forward.asked, ['POST http://elsewhere.example:8080/a?b=1']);
    assert.equal(plain.requests[0]?.headers.host, 'elsewhere.example:8080');
    assert.equal(plain.requests[0]?.body, 'text');
  });

  it('is not asked for this machine', async () => {
    (await ask({ address: forward.address }, { address: plain.address() })).discard();
    assert.deepEqual(forward.asked, []);
  });

  it('leads no redirect into this machine', async () => {
    secure.reply = () => ({ status: 302, headers: { location: 'https://127.0.0.1:1/admin' } });
    await assert.rejects(ask({ address: tunnel.address }), {
      code: 'redirect',
      message: /redirects into this machine, which is not followed/,
    });
  });

  it('that falls silent is given up, and a request is stopped while it is asked', async () => {
    const mute = await FaultServer.start(content);
    const deaf = await ProxyServer.start(mute.port);
    const timers = new FakeTimers();
    // What is behind the tunnel speaks no TLS and waits for more.
    const running = ask({ address: deaf.address }, { connectMs: 3000 }, { timers });
    const rejected = assert.rejects(running, { name: 'EgressError' });
    while (deaf.asked.length === 0) await settled();
    await timers.pass(3000);
    await rejected;
    const stop = new AbortController();
    const stopped = assert.rejects(ask({ address: deaf.address }, { signal: stop.signal }), {
      code: 'aborted',
    });
    stop.abort();
    await stopped;
    await deaf.stop();
    await mute.stop();
  });

  it('serves a whole download in parts', async () => {
    const world = new DownloadWorld('model.gguf', {
      proxy: { address: tunnel.address },
      certificateFiles: [authorityFile],
    });
    const result = await world.run(secure, { address: https, expected: { sha256: sha256(content) } });
    assert.equal(result.digestFrom, 'expected');
    assert.ok(tunnel.asked.length >= 5);
  });
});
