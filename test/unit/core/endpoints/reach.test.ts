import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reachOf } from '../../../../src/core/endpoints/reach.ts';

describe('reachOf', () => {
  const rows: readonly [reach: string, hosts: string][] = [
    [
      'loopback',
      'localhost LOCALHOST localhost. a.localhost 127.0.0.1 127.9.9.9 0.0.0.0 [::] [::1] ::1 [::ffff:7f00:1]',
    ],
    ['private', '10.0.0.1 172.16.0.1 172.31.9.9 192.168.1.2 169.254.1.1 [fd00::1] [fe80::1] printer.local'],
    ['private', '[::ffff:a00:1]'],
    ['internet', 'example.com 8.8.8.8 172.15.0.1 172.32.0.1 192.169.0.1 128.0.0.1 [2001:db8::1]'],
    ['internet', 'localhost.example.com 127.0.0.1.example.com notlocalhost fd.example.com'],
  ];
  for (const [reach, hosts] of rows) {
    for (const host of hosts.split(' ')) {
      it(`${host} is ${reach}`, () => assert.equal(reachOf(host), reach));
    }
  }

  it('takes the names that URLs give to odd forms', () => {
    assert.equal(reachOf(new URL('http://2130706433/').hostname), 'loopback');
    assert.equal(reachOf(new URL('http://0x7f.1/').hostname), 'loopback');
    assert.equal(reachOf(new URL('http://[0:0:0:0:0:ffff:127.0.0.1]/').hostname), 'loopback');
  });
});
