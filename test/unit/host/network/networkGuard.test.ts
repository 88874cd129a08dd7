import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { networkGuard } from '../../../../src/host/network/networkGuard.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { EgressError } from '../../../../src/remote/egressError.ts';
import type { EgressClosed, EgressPurpose } from '../../../../src/remote/egressTypes.ts';
import { FaultServer } from '../../../support/faultServer.ts';
import { openedRequest } from '../../../support/ledgerEntries.ts';

const reaches = ['unix', 'loopback', 'private', 'internet'] as const;
const purposes: readonly EgressPurpose[] = [
  ...(['model-download', 'catalogue', 'engine-package'] as const),
  ...(['endpoint', 'endpoint-probe', 'discovery'] as const),
];

describe('networkGuard', () => {
  it('offline refuses everything, this machine included, and says how to end that', () => {
    const guard = networkGuard({ offline: () => 'do this.', trusted: () => true });
    for (const reach of reaches) {
      for (const purpose of purposes) {
        const sentence = 'Hearth is offline and opens no connection to api.example:443: do this.';
        assert.equal(guard(openedRequest({ reach, purpose })), sentence);
      }
    }
  });

  it('in a workspace that is not trusted refuses what endpoints elsewhere would get, and nothing else', () => {
    const guard = networkGuard({ offline: () => null, trusted: () => false });
    for (const reach of reaches) {
      for (const purpose of purposes) {
        const refused = /^endpoint/.test(purpose) && /private|internet/.test(reach);
        const sentence = guard(openedRequest({ reach, purpose }));
        assert.equal(sentence !== null, refused, `${purpose} to ${reach}`);
        if (sentence !== null)
          assert.match(sentence, /not trusted, so nothing is sent to api\.example:443: /);
      }
    }
  });

  it('else lets everything pass', () => {
    const guard = networkGuard({ offline: () => null, trusted: () => true });
    for (const reach of reaches) {
      for (const purpose of purposes) assert.equal(guard(openedRequest({ reach, purpose })), null);
    }
  });

  it('is asked before a socket opens, and what is under way when it begins ends with a reason', async () => {
    const server = await FaultServer.start(Buffer.from('some bytes of a file'));
    let offline = false;
    const ends: EgressClosed[] = [];
    const egress = new Egress({
      ledger: () => (closed) => void ends.push(closed),
      guard: networkGuard({ offline: () => (offline ? 'do this.' : null), trusted: () => true }),
    });
    const ask = () => egress.request({ purpose: 'catalogue', address: server.address('/x') });
    try {
      server.reply = () => ({ stallAfter: 4 });
      const response = await ask();
      offline = true;
      egress.stop(new EgressError('forbidden', 'It was stopped: Hearth is offline.'));
      await assert.rejects(response.text(100), {
        code: 'forbidden',
        message: 'It was stopped: Hearth is offline.',
      });
      const before = server.requests.length;
      await assert.rejects(ask(), {
        code: 'forbidden',
        message: /^Hearth is offline and opens no connection to 127\.0\.0\.1:\d+: do this\.$/,
      });
      assert.equal(server.requests.length, before);
      assert.deepEqual(
        ends.map(({ outcome }) => outcome),
        ['stopped', 'refused'],
      );
    } finally {
      await server.stop();
    }
  });
});
