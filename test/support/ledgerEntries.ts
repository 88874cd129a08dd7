import type { LedgerEntry, LedgerStart } from '../../src/core/network/ledger.ts';
import type { EgressClosed, EgressOpened } from '../../src/remote/egressTypes.ts';

/** A question to an endpoint elsewhere, as the egress tells of it. */
export function openedRequest(more: Partial<EgressOpened> = {}): EgressOpened {
  return {
    ...{ purpose: 'endpoint', method: 'POST', host: 'api.example:443', reach: 'internet', proxy: null },
    when: Date.UTC(2026, 10, 26, 12),
    verified: true,
    about: {
      ...{ endpoint: 'Cloud', purpose: 'chat', tokens: 1234, redactions: 2 },
      places: [
        { path: 'src/price.ts', startLine: 3, endLine: 9 },
        { path: 'README.md', startLine: 1, endLine: 1 },
      ],
    },
    ...more,
  };
}

/** How it ended. */
export function closedRequest(more: Partial<EgressClosed> = {}): EgressClosed {
  return {
    ...{ outcome: 'answered', status: 200, error: null, sent: 5100, received: 2000 },
    milliseconds: 812.4,
    ...more,
  };
}

/** The same as it is written down. */
export function ledgerStart(more: Partial<LedgerStart> = {}): LedgerStart {
  const { when, ...opened } = openedRequest();
  return { ...{ id: 'a-1', at: when, workspace: 'file:///shop', pid: 7 }, ...opened, ...more };
}

/** The same as an entry of the ledger. */
export function ledgerEntry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  return { ...ledgerStart(), ...{ end: closedRequest(), running: false }, ...more };
}
