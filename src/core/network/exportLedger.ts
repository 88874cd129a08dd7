import { placeLabel } from '../chat/placeText.ts';
import { wentAway, type LedgerEntry } from './ledger.ts';
import { outcomeText, purposeText } from './ledgerText.ts';

/** The entries as JSON, for programs: an array, each with its time in ISO 8601 besides. */
export function ledgerJson(entries: readonly LedgerEntry[]): string {
  const exported = entries.map((entry) => ({
    time: new Date(entry.at).toISOString(),
    leftThisMachine: wentAway(entry),
    ...entry,
  }));
  return `${JSON.stringify(exported, undefined, 2)}\n`;
}

type Cell = string | number | boolean | null;

/** The columns of the table, with what stands in them. */
const columns: Readonly<Record<string, (entry: LedgerEntry) => Cell>> = {
  time: ({ at }) => new Date(at).toISOString(),
  destination: ({ host }) => host,
  reach: ({ reach }) => reach,
  'left this machine': (entry) => wentAway(entry),
  proxy: ({ proxy }) => proxy,
  'certificate checked': ({ verified }) => verified,
  method: ({ method }) => method,
  purpose: (entry) => purposeText(entry),
  endpoint: ({ about }) => about?.endpoint ?? null,
  files: ({ about }) => (about?.places ?? []).map(placeLabel).join('; '),
  tokens: ({ about }) => about?.tokens ?? null,
  redactions: ({ about }) => about?.redactions ?? null,
  'bytes sent': ({ end }) => end?.sent ?? null,
  'bytes received': ({ end }) => end?.received ?? null,
  outcome: (entry) => outcomeText(entry),
  status: ({ end }) => end?.status ?? null,
  milliseconds: ({ end }) => (end === null ? null : Math.round(end.milliseconds)),
  workspace: ({ workspace }) => workspace,
};

/** The entries as a table of comma-separated values (RFC 4180), with a line of headings. */
export function ledgerCsv(entries: readonly LedgerEntry[]): string {
  const rows = entries.map((entry) => Object.values(columns).map((cell) => cell(entry)));
  return [Object.keys(columns), ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  // A spreadsheet takes what begins so for a formula, and a file may have any name.
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
