import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyFor, type ProxySettings } from '../../../src/remote/proxy.ts';

const https = 'https://files.example/model';
const http = 'http://files.example/model';

/** The proxy as `host`, with its authorization behind it. */
function chosen(target: string, settings: ProxySettings): string | null {
  const proxy = proxyFor(new URL(target), settings);
  if (proxy === null) return null;
  return `${proxy.secure ? 'tls ' : ''}${proxy.host}${proxy.authorization === null ? '' : ` ${proxy.authorization}`}`;
}

describe('proxyFor', () => {
  const rows: readonly [what: string, target: string, settings: ProxySettings, proxy: string | null][] = [
    ['nothing is set', https, {}, null],
    ['the setting', https, { address: 'http://p.example:3128' }, 'p.example:3128'],
    ['a setting without a scheme', https, { address: 'p.example:3128' }, 'p.example:3128'],
    ['a setting without a port', https, { address: 'http://p.example' }, 'p.example:80'],
    ['a proxy that speaks TLS', https, { address: 'https://p.example' }, 'tls p.example:443'],
    [
      'name and password',
      https,
      { address: 'http://me:p%40ss@p.example:1' },
      'p.example:1 Basic bWU6cEBzcw==',
    ],
    [
      'an odd password',
      https,
      { address: 'http://me:100%25%zz@p.example:1' },
      'p.example:1 Basic bWU6MTAwJTI1JXp6',
    ],
    [
      'an authorization',
      https,
      { address: 'p.example:1', authorization: 'Bearer x' },
      'p.example:1 Bearer x',
    ],
    ['the environment', https, { environment: { HTTPS_PROXY: 'http://e.example:1' } }, 'e.example:1'],
    ['small letters', https, { environment: { https_proxy: 'http://e.example:1' } }, 'e.example:1'],
    [
      'the one for http',
      http,
      { environment: { HTTPS_PROXY: 'a.example:1', HTTP_PROXY: 'b.example:1' } },
      'b.example:1',
    ],
    [
      'the one for http, for want of another',
      https,
      { environment: { http_proxy: 'b.example:1' } },
      'b.example:1',
    ],
    ['the one for https is not for http', http, { environment: { HTTPS_PROXY: 'a.example:1' } }, null],
    [
      'the setting comes first',
      https,
      { address: 's.example:1', environment: { HTTPS_PROXY: 'e.example:1' } },
      's.example:1',
    ],
    ['this machine', 'https://localhost/', { address: 'p.example:1' }, null],
    ['this machine by number', 'http://127.0.0.1:8080/', { address: 'p.example:1' }, null],
  ];
  for (const [what, target, settings, proxy] of rows) {
    it(what, () => assert.equal(chosen(target, settings), proxy));
  }

  const exceptions: readonly [exceptions: string, target: string, direct: boolean][] = [
    ['*', https, true],
    ['files.example', https, true],
    ['FILES.EXAMPLE', https, true],
    ['.example', https, true],
    ['*.example', https, true],
    ['example', https, true],
    ['iles.example', https, false],
    ['a.example, files.example', https, true],
    ['a.example files.example:443', https, true],
    ['files.example:80', https, false],
    ['files.example:80', http, true],
    ['10.0.0.1', 'https://10.0.0.1/', true],
    ['[fd00::1]:443', 'https://[fd00::1]/', true],
    ['fd00::1', 'https://[fd00::1]/', true],
    ['', https, false],
  ];
  for (const [list, target, direct] of exceptions) {
    it(`NO_PROXY=${list} ${direct ? 'lets' : 'does not let'} ${target} go directly`, () => {
      const environment = { HTTP_PROXY: 'p.example:1', no_proxy: list };
      assert.equal(chosen(target, { environment }), direct ? null : 'p.example:1');
      assert.equal(
        chosen(target, { address: 'p.example:1', noProxy: [list] }) === null,
        direct && !/[ ,]/.test(list),
      );
    });
  }

  it('says what is wrong with a setting', () => {
    for (const [address, message] of [
      ['socks5://p.example:1', /kind socks5 can't be used: name one that speaks http or https/],
      ['http://', /is no address: write it like http:\/\/proxy\.example:3128/],
      ['my proxy', /is no address/],
    ] as const) {
      assert.throws(() => chosen(https, { address }), { name: 'EgressError', code: 'proxy', message });
    }
  });
});
