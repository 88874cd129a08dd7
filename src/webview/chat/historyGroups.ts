import type { HistoryEntry } from '../../core/chat/view.ts';

/** Conversations of about the same age. */
export interface HistoryGroup {
  readonly title: string;
  readonly entries: readonly HistoryEntry[];
}

const day = 24 * 60 * 60 * 1000;

/** Conversations by when they were last written in, in the order in which they come. Times in milliseconds. */
export function groupEntries(entries: readonly HistoryEntry[], now: number): readonly HistoryGroup[] {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const title = ageTitle(entry.at, now);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [entry]);
    else group.push(entry);
  }
  return [...groups].map(([title, grouped]) => ({ title, entries: grouped }));
}

function ageTitle(at: number, now: number): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (at >= midnight) return 'Today';
  if (at >= midnight - day) return 'Yesterday';
  if (at >= midnight - 6 * day) return 'Last 7 days';
  return at >= midnight - 29 * day ? 'Last 30 days' : 'Older';
}

/** When it was, in a few letters: the time today, the day before that. */
export function shortTime(at: number, now: number): string {
  const date = new Date(at);
  if (at >= new Date(now).setHours(0, 0, 0, 0))
    return date.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString('en-US', {
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}
