import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { childrenOf, days } from '../../../../src/vscode/network/networkTree.ts';
import { ledgerEntry } from '../../../support/ledgerEntries.ts';

const now = new Date(2026, 10, 26, 9, 30);
const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();

describe('days', () => {
  it('has the requests of each day here, in the order given, with names for the last two days', () => {
    const entries = [at(26, 9), at(26, 0), at(25, 23), at(24, 12)].map((when, index) =>
      ledgerEntry({ id: `r${index}`, at: when }),
    );
    assert.deepEqual(
      days(entries, now).map(({ id, label, entries }) => [id, label, entries.map((entry) => entry.id)]),
      [
        ['2026-11-26', 'Today', ['r0', 'r1']],
        ['2026-11-25', 'Yesterday', ['r2']],
        ['2026-11-24', 'Tuesday, 24 November 2026', ['r3']],
      ],
    );
  });

  it('loses no request, whenever it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })),
        (dates) => {
          const entries = dates.map((date, index) => ledgerEntry({ id: `r${index}`, at: date.getTime() }));
          const found = days(entries, now);
          assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
          const ids = found.flatMap(({ entries }) => entries.map(({ id }) => id));
          assert.deepEqual(ids.sort(), entries.map(({ id }) => id).sort());
        },
      ),
    );
  });
});

describe('childrenOf', () => {
  it('of a day are its requests, of a request the lines that went with it', () => {
    const [day] = days(
      [ledgerEntry({ at: at(26, 9) }), ledgerEntry({ id: 'r2', at: at(26, 8), about: null })],
      now,
    );
    assert.ok(day);
    const [asked, fetched] = childrenOf(day);
    assert.ok(asked?.kind === 'entry' && fetched?.kind === 'entry');
    assert.deepEqual(
      childrenOf(asked).map((node) => (node.kind === 'place' ? node.place.path : node.kind)),
      ['src/price.ts', 'README.md'],
    );
    assert.deepEqual(childrenOf(fetched), []);
  });

  it('of a day with very many are the newest, and how many more there are', () => {
    const many = Array.from({ length: 512 }, (_, index) => ledgerEntry({ id: `r${index}`, at: at(26, 8) }));
    const [day] = days(many, now);
    assert.ok(day);
    const children = childrenOf(day);
    assert.equal(children.length, 501);
    assert.deepEqual(children.at(-1), { kind: 'more', day: '2026-11-26', count: 12 });
  });
});
