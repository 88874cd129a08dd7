import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import tls from 'node:tls';
import { Egress } from '../../../src/remote/egress.ts';
import type { EgressClosed } from '../../../src/remote/egressTypes.ts';
import { authorityFile, serverCertificate } from '../../support/certificates.ts';
import { FaultServer } from '../../support/faultServer.ts';

const server = await FaultServer.start(Buffer.from('x'), { secure: serverCertificate('server') });
after(() => server.stop());

describe('the authorities of the system', () => {
  it('are asked only when Node knows none, and then remembered', async (context) => {
    const { readFileSync } = await import('node:fs');
    const asked: unknown[] = [];
    const real = tls.getCACertificates;
    context.mock.method(tls, 'getCACertificates', (kind: 'system' | 'default') => {
      asked.push(kind);
      return kind === 'system' ? [readFileSync(authorityFile, 'utf8')] : real(kind);
    });
    const ends: EgressClosed[] = [];
    const egress = new Egress({ ledger: () => (closed) => ends.push(closed) });
    for (let times = 0; times < 2; times += 1) {
      const body = 'a question';
      const request = { purpose: 'catalogue', address: server.address(), method: 'POST', body } as const;
      assert.equal(await (await egress.request(request)).text(10), 'x');
    }
    assert.deepEqual(asked, ['system', 'default']);
    assert.deepEqual(
      ends.map(({ outcome, error, sent }) => [outcome, error, sent]),
      [
        ['failed', 'certificate', 0],
        ['answered', null, 10],
        ['answered', null, 10],
      ],
    );
    // Nothing was said to a server that was not known yet.
    assert.deepEqual(
      server.requests.map(({ body }) => body),
      ['a question', 'a question'],
    );
  });
});
