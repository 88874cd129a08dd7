import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { entriesOf, totalsOf, wentAway, type LedgerLine } from '../../../../src/core/network/ledger.ts';
import { closedRequest, ledgerEntry, ledgerStart } from '../../../support/ledgerEntries.ts';

/** Lines of so many requests, some without an end, in any order. */
const lines = fc
  .array(fc.record({ at: fc.nat(50), ended: fc.boolean() }), { maxLength: 20 })
  .chain((requests) => {
    const all = requests.flatMap(({ at, ended }, index): LedgerLine[] => {
      const start = ledgerStart({ id: `r${index}`, at });
      return ended ? [start, { id: start.id, end: closedRequest({ sent: index }) }] : [start];
    });
    return fc.tuple(
      fc.constant(requests),
      fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
    );
  });

describe('entriesOf', () => {
  it('finds each request once with its own end, the newest first, in whatever order lines were written', () => {
    fc.assert(
      fc.property(lines, ([requests, written]) => {
        const entries = entriesOf([...written, ...written], () => false);
        assert.equal(entries.length, requests.length);
        for (const { id, at, end } of entries) {
          const index = Number(id.slice(1));
          assert.equal(at, requests[index]?.at);
          assert.equal(end?.sent, requests[index]?.ended === true ? index : undefined);
        }
        assert.deepEqual(
          entries.map(({ at }) => at),
          requests.map(({ at }) => at).sort((a, b) => b - a),
        );
      }),
    );
  });

  it('leaves out an end whose beginning was dropped', () => {
    assert.deepEqual(
      entriesOf([{ id: 'gone', end: closedRequest() }], () => true),
      [],
    );
  });

  it('asks only for those without an end whether they are under way', () => {
    const start = ledgerStart();
    const other = { ...start, id: 'a-2', at: start.at + 1 };
    const entries = entriesOf([start, { id: start.id, end: closedRequest() }, other], () => true);
    assert.deepEqual(
      entries.map(({ id, running }) => [id, running]),
      [
        ['a-2', true],
        ['a-1', false],
      ],
    );
  });
});

describe('totalsOf', () => {
  it('counts what left this machine, and not what was refused or stayed', () => {
    const entries = [
      ledgerEntry(),
      ledgerEntry({ reach: 'private', about: null }),
      ledgerEntry({ reach: 'loopback' }),
      ledgerEntry({ end: closedRequest({ outcome: 'refused', sent: 0, received: 0 }) }),
      // Nobody knows how much of it went before its program ended.
      ledgerEntry({ end: null }),
    ];
    assert.deepEqual(totalsOf(entries), { requests: 5, away: 3, tokens: 2468, sent: 10_200, received: 4000 });
    assert.deepEqual(entries.map(wentAway), [true, true, false, false, true]);
  });
});
