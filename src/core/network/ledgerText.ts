import type { LedgerEnd, LedgerEntry } from './ledger.ts';

const purposes: Readonly<Record<string, string>> = {
  'model-download': 'model download',
  catalogue: 'catalogue of models',
  'engine-package': 'package of the engine',
  'endpoint-probe': 'what the server can do',
  discovery: 'search for local servers',
  server: 'server for other programs',
};
const uses: Readonly<Record<string, string>> = {
  completion: 'completion',
  chat: 'chat',
  refactor: 'refactor',
  probe: 'what the server can do',
  count: 'counting of tokens',
};

/** What a request was for, in a few words. */
export function purposeText({ purpose, about }: Pick<LedgerEntry, 'purpose' | 'about'>): string {
  return (about === null ? purposes[purpose] : uses[about.purpose]) ?? purpose;
}

/** How a request ended, or that it has not, in a few words. */
export function outcomeText({ end, running }: Pick<LedgerEntry, 'end' | 'running'>): string {
  if (end === null) return running ? 'under way' : 'cut off when Hearth ended';
  const { outcome, status, error } = end;
  if (outcome === 'failed') return `failed (${error ?? 'unknown'})`;
  return isRefusal(end) ? `answered with HTTP ${status ?? 0}` : outcome;
}

/** Whether the server answered that it does not do what was asked; what it says of that is often not read to its end. */
export function isRefusal({ outcome, status }: LedgerEnd): boolean {
  return (outcome === 'answered' || outcome === 'stopped') && status !== null && status >= 400;
}
