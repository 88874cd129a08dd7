import type { Place } from '../chat/context.ts';
import type { Reach } from '../endpoints/reach.ts';

/** How a request ended. `stopped`: by whoever asked, in the midst of it. `refused`: no socket was opened. */
export const ledgerOutcomes = ['answered', 'redirected', 'failed', 'stopped', 'refused'] as const;
export type LedgerOutcome = (typeof ledgerOutcomes)[number];

export interface LedgerEnd {
  readonly outcome: LedgerOutcome;
  readonly status: number | null;
  /** What went wrong, as a code. */
  readonly error: string | null;
  /** Bytes of the bodies; headers are not counted. */
  readonly sent: number;
  readonly received: number;
  readonly milliseconds: number;
}

/** What went to an endpoint. */
export interface LedgerAbout {
  /** The endpoint's name. */
  readonly endpoint: string;
  /** What it was asked for, as a word of the program (`chat`). */
  readonly purpose: string;
  /** Files and lines of the workspace whose text was in it. */
  readonly places: readonly Place[];
  /** Of the prompt, counted or estimated. */
  readonly tokens: number;
  /** How many secrets were replaced in it. */
  readonly redactions: number;
}

/** A request as it is written down before its socket opens: where it went and what it had, never the text itself. */
export interface LedgerStart {
  /** Names it among those of all processes. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why a socket was opened, as a word of the program (`endpoint`, `model-download`). */
  readonly purpose: string;
  readonly method: string;
  /** Name and port, or the path of the socket file. */
  readonly host: string;
  readonly reach: Reach;
  readonly proxy: string | null;
  /** Whether the server's certificate was checked. */
  readonly verified: boolean;
  /** The workspace that it was asked in, as an address; null for none. The paths of `about` belong to it. */
  readonly workspace: string | null;
  /** Process that asked. */
  readonly pid: number;
  readonly about: LedgerAbout | null;
}

/** A request that was asked, and how it ended. */
export interface LedgerEntry extends LedgerStart {
  readonly end: LedgerEnd | null;
  /** Without an end: whether it is under way; else its program ended before it did. */
  readonly running: boolean;
}

/** What is written down at once: that a request begins, or that it ended. */
export type LedgerLine = LedgerStart | { readonly id: string; readonly end: LedgerEnd };

/** What requests came to. */
export interface LedgerTotals {
  readonly requests: number;
  /** Those that went to another machine. */
  readonly away: number;
  /** Of prompts that went to another machine. */
  readonly tokens: number;
  /** Bytes of all bodies that went to another machine. */
  readonly sent: number;
  readonly received: number;
}

/**
 * The requests that lines tell of, the newest first. An end may stand before its beginning, since processes write as
 * they come; one without a beginning is left out, and a line that stands there twice counts once.
 */
export function entriesOf(
  lines: readonly LedgerLine[],
  isRunning: (start: LedgerStart) => boolean,
): LedgerEntry[] {
  const starts = new Map<string, LedgerStart>();
  const ends = new Map<string, LedgerEnd>();
  for (const line of lines) {
    if ('end' in line) ends.set(line.id, ends.get(line.id) ?? line.end);
    else starts.set(line.id, starts.get(line.id) ?? line);
  }
  const entries = [...starts.values()].map((start) => {
    const end = ends.get(start.id) ?? null;
    return { ...start, end, running: end === null && isRunning(start) };
  });
  return entries.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}

/** Whether a request went, or may have gone, to another machine. */
export function wentAway({ reach, end }: Pick<LedgerEntry, 'reach' | 'end'>): boolean {
  return isAway(reach) && end?.outcome !== 'refused';
}

/** Whether a place is another machine. */
export function isAway(reach: Reach): boolean {
  return reach === 'private' || reach === 'internet';
}

/** What requests came to. */
export function totalsOf(entries: readonly LedgerEntry[]): LedgerTotals {
  const away = entries.filter(wentAway);
  const sum = (count: (entry: LedgerEntry) => number): number =>
    away.reduce((total, entry) => total + count(entry), 0);
  return {
    requests: entries.length,
    away: away.length,
    tokens: sum(({ about }) => about?.tokens ?? 0),
    sent: sum(({ end }) => end?.sent ?? 0),
    received: sum(({ end }) => end?.received ?? 0),
  };
}
