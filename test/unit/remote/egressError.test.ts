import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionError, EgressError, proxyError, statusError } from '../../../src/remote/egressError.ts';

function failed(code: string): Error {
  return Object.assign(new Error(`${code} at 10.1.2.3 for key=secret`), { code });
}

describe('a failure of a connection', () => {
  const rows: readonly [systemCode: string, code: string, sentence: RegExp][] = [
    ['ENOTFOUND', 'dns', /^The name h:1 can't be looked up: check the address and the network connection\.$/],
    ['EAI_AGAIN', 'dns', /can't be looked up/],
    ['ECONNREFUSED', 'refused', /^h:1 refuses the connection: check that a server runs there\.$/],
    ['EHOSTUNREACH', 'unreachable', /^h:1 can't be reached \(EHOSTUNREACH\): check .* firewall\.$/],
    ['ENETUNREACH', 'unreachable', /can't be reached/],
    ['ETIMEDOUT', 'timeout', /^h:1 does not answer/],
    ['ECONNRESET', 'broken', /^h:1 cut the connection: try again\.$/],
    ['EPIPE', 'broken', /cut the connection/],
    [
      'HPE_INVALID_CONSTANT',
      'broken',
      /^The connection to h:1 failed \(HPE_INVALID_CONSTANT\): try again\.$/,
    ],
    ['EPROTO', 'tls', /^h:1 does not speak TLS as it should: .* the right one of http and https\.$/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /does not speak TLS/],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'certificate',
      /signed by nobody whom this machine trusts: .* NODE_EXTRA_CA_CERTS/,
    ],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate', /signed by nobody/],
    ['CERT_HAS_EXPIRED', 'certificate', /is not valid today: check this machine's clock/],
    ['CERT_NOT_YET_VALID', 'certificate', /is not valid today/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate', /is made out to another name: check the address\.$/],
    ['CERT_REVOKED', 'certificate', /was refused \(CERT_REVOKED\)/],
  ];
  for (const [systemCode, code, sentence] of rows) {
    it(`${systemCode} is told as ${code}`, () => {
      const error = connectionError(failed(systemCode), 'h:1');
      assert.ok(error instanceof EgressError);
      assert.equal(error.code, code);
      assert.equal(error.systemCode, systemCode);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /secret/);
    });
  }

  it('of a proxy names the proxy and its setting', () => {
    const error = proxyError(failed('ECONNREFUSED'), 'p:3128');
    assert.equal(error.code, 'proxy');
    assert.equal(error.message, 'The proxy p:3128 refuses the connection: check the proxy setting.');
    assert.equal(
      proxyError(failed('ENOTFOUND'), 'p:3128').message,
      "The name of the proxy p:3128 can't be looked up: check the proxy setting and the network.",
    );
  });
});

describe('a status', () => {
  const rows: readonly [status: number, sentence: string][] = [
    [400, 'h did not give what was asked for (HTTP 400): check the address.'],
    [401, 'h asks for a key or a login (HTTP 401): give one that is valid.'],
    [403, 'h does not allow this (HTTP 403): check that you accepted its terms, and that your key is valid.'],
    [404, 'h has nothing at this address (HTTP 404): check the address.'],
    [
      407,
      'h is reached through a proxy that asks for a name and password (HTTP 407): put them in the proxy setting.',
    ],
    [429, 'h was asked too often (HTTP 429): try again later.'],
    [500, 'h has a problem of its own (HTTP 500): try again later.'],
  ];
  for (const [status, sentence] of rows) {
    it(`${status} is told in a sentence`, () => {
      assert.equal(statusError({ status, host: 'h', headers: {} }).message, sentence);
    });
  }
});
