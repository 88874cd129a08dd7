import type { Place } from '../../core/chat/context.ts';
import type { LedgerEntry } from '../../core/network/ledger.ts';

/** The requests of one day. */
export interface DayNode {
  readonly kind: 'day';
  /** Year, month and day here: `2026-11-26`. */
  readonly id: string;
  readonly label: string;
  readonly entries: readonly LedgerEntry[];
}

export interface EntryNode {
  readonly kind: 'entry';
  readonly entry: LedgerEntry;
}

/** A file, or lines of one, that went with a request. */
export interface PlaceNode {
  readonly kind: 'place';
  readonly entry: LedgerEntry;
  readonly place: Place;
  readonly index: number;
}

/** Says how many requests of a day are not shown. */
export interface MoreNode {
  readonly kind: 'more';
  readonly day: string;
  readonly count: number;
}

export type NetworkNode = DayNode | EntryNode | PlaceNode | MoreNode;

/** Rows of a day that are shown at most: a server on this machine may be asked with each keystroke. */
const mostEntries = 500;

/** The requests by the day, here, on which they were made; both in the order given. */
export function days(entries: readonly LedgerEntry[], now: Date): DayNode[] {
  const found = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const id = dayId(new Date(entry.at));
    const ofDay = found.get(id);
    if (ofDay === undefined) found.set(id, [entry]);
    else ofDay.push(entry);
  }
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return [...found].map(([id, ofDay]) => {
    const special = id === dayId(now) ? 'Today' : id === dayId(yesterday) ? 'Yesterday' : null;
    return { kind: 'day', id, label: special ?? dayText(new Date(ofDay[0]?.at ?? 0)), entries: ofDay };
  });
}

/** What stands below a row. */
export function childrenOf(node: NetworkNode): NetworkNode[] {
  if (node.kind === 'day') {
    const shown = node.entries.slice(0, mostEntries).map((entry): NetworkNode => ({ kind: 'entry', entry }));
    const count = node.entries.length - shown.length;
    return count === 0 ? shown : [...shown, { kind: 'more', day: node.id, count }];
  }
  if (node.kind !== 'entry') return [];
  const { entry } = node;
  return (entry.about?.places ?? []).map((place, index) => ({ kind: 'place', entry, place, index }));
}

function dayId(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function dayText(date: Date): string {
  return date.toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}
