import * as v from 'valibot';
import { ledgerOutcomes, type LedgerLine } from '../../core/network/ledger.ts';

const count = v.pipe(v.number(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(0));

const start = v.object({
  id: v.string(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
  purpose: v.string(),
  method: v.string(),
  host: v.string(),
  reach: v.picklist(['unix', 'loopback', 'private', 'internet']),
  proxy: v.nullable(v.string()),
  verified: v.boolean(),
  workspace: v.nullable(v.string()),
  pid: line,
  about: v.nullable(
    v.object({
      endpoint: v.string(),
      purpose: v.string(),
      places: v.array(v.object({ path: v.string(), startLine: line, endLine: line })),
      tokens: count,
      redactions: count,
    }),
  ),
});

const end = v.object({
  id: v.string(),
  end: v.object({
    outcome: v.picklist(ledgerOutcomes),
    status: v.nullable(v.number()),
    error: v.nullable(v.string()),
    sent: count,
    received: count,
    milliseconds: count,
  }),
});

const anyLine = v.union([end, start]);

/** A line as it stands in a file, without its line end. Holds what its type names, whatever else an object has. */
export function ledgerLine(line: LedgerLine): string {
  return JSON.stringify(v.parse(anyLine, line));
}

/** Reads whole lines; what is damaged, or of a kind that is not known here, is left out. */
export function readLedgerLines(text: string): LedgerLine[] {
  return text.split('\n').flatMap((line) => readLine(line) ?? []);
}

function readLine(text: string): LedgerLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const read = v.safeParse(anyLine, value);
  return read.success ? read.output : null;
}
