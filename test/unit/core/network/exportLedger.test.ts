import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerCsv, ledgerJson } from '../../../../src/core/network/exportLedger.ts';
import { ledgerEntry } from '../../../support/ledgerEntries.ts';

const plain = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** Reads a table as RFC 4180 says. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n)/y;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    assert.ok(found, 'every cell is well formed');
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('ledgerCsv', () => {
  it('has a row of headings and one for each request', () => {
    const [headings = [], values = []] = readCsv(ledgerCsv([ledgerEntry()]));
    const row = Object.fromEntries(headings.map((heading, index) => [heading, values[index]]));
    assert.deepEqual(row, {
      ...{ time: '2026-11-26T12:00:00.000Z', destination: 'api.example:443', reach: 'internet' },
      ...{ 'left this machine': 'true', proxy: '', 'certificate checked': 'true', method: 'POST' },
      ...{ purpose: 'chat', endpoint: 'Cloud', files: 'src/price.ts:3-9; README.md:1', tokens: '1234' },
      ...{ redactions: '2', 'bytes sent': '5100', 'bytes received': '2000', outcome: 'answered' },
      ...{ status: '200', milliseconds: '812', workspace: 'file:///shop' },
    });
  });

  it('gives back any names, and none begins as a formula does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (endpoint, path) => {
        const about = {
          endpoint,
          purpose: 'chat',
          places: [{ path, startLine: 1, endLine: 1 }],
          tokens: 1,
          redactions: 0,
        };
        const [headings = [], values = []] = readCsv(ledgerCsv([ledgerEntry({ about })]));
        const value = (name: string): string => values[headings.indexOf(name)] ?? '';
        assert.equal(value('endpoint'), plain(endpoint));
        assert.equal(value('files'), plain(`${path}:1`));
        for (const one of values) assert.doesNotMatch(one, /^[=+\-@\t\r]/);
      }),
    );
  });
});

describe('ledgerJson', () => {
  it('is an array of all that is known, with the time as people and programs read it', () => {
    const entry = ledgerEntry();
    const [exported] = JSON.parse(ledgerJson([entry])) as unknown[];
    assert.deepEqual(exported, { time: '2026-11-26T12:00:00.000Z', leftThisMachine: true, ...entry });
  });
});
