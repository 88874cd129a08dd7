import type { Fate } from './fate.ts';
import type { SurvivalVerdict } from './survival.ts';

const COUNTS = [
  'shown',
  'accepted',
  'partlyAccepted',
  'typed',
  'rejected',
  'ignored',
  /** UTF-16 units that came into documents by accepting, in whole or in part. */
  'characters',
  /** Accepted texts that were looked at after 30 seconds and after 5 minutes, and those still there. */
  'judged30s',
  'kept30s',
  'judged5min',
  'kept5min',
] as const;
export type Count = (typeof COUNTS)[number];

/** What happened with suggestions, all inferred. */
export type Counts = Readonly<Record<Count, number>> & {
  /** How many were shown within each span of time after the request; see `timeBucket`. */
  readonly times: readonly number[];
};

/** Older days are forgotten. */
export const INSIGHT_DAYS = 90;

/** Languages a day; what is above this counts as `other`. */
const MOST_LANGUAGES = 100;

/** Times are kept in buckets that grow by the square root of 2: up to 1 ms, 1.4, 2, … and above 32 s the last. */
const TIME_BUCKETS = 32;

/** Numbers above this are damage, not use. */
const MOST = 1_000_000_000;

type Days = Map<string, Map<string, Counts>>;

/**
 * Counters per day and language, without any code, name or path. A day is a local date, `YYYY-MM-DD`. Inside,
 * counters may be negative, since an undone acceptance takes back one that another `Insight` has counted; what is
 * read or written never is.
 */
export class Insight {
  readonly #days: Days = new Map();

  /** A suggestion was given to the editor, so many milliseconds after it was asked for. */
  shown(day: string, languageId: string, milliseconds: number): void {
    const times = new Array<number>(timeBucket(milliseconds) + 1).fill(0);
    times[times.length - 1] = 1;
    this.#count(day, languageId, { shown: 1 }, times);
  }

  fate(day: string, fate: Fate): void {
    const { kind, languageId, characters, parts } = fate;
    if (fate.undone) {
      this.#count(day, languageId, { rejected: 1, accepted: -1, characters: -fate.text.length });
    } else if (kind === 'partly-accepted') {
      this.#count(day, languageId, { partlyAccepted: parts === 1 ? 1 : 0, characters });
    } else if (kind === 'accepted') this.#count(day, languageId, { accepted: 1, characters });
    else this.#count(day, languageId, { [kind]: 1 });
  }

  survival(day: string, { languageId, after, still }: SurvivalVerdict): void {
    const kept = still ? 1 : 0;
    const counts = after === 30_000 ? { judged30s: 1, kept30s: kept } : { judged5min: 1, kept5min: kept };
    this.#count(day, languageId, counts);
  }

  /** Adds all that `other` has counted. */
  add(other: Insight): void {
    for (const [day, languages] of other.#days) {
      for (const [languageId, counts] of languages) {
        this.#count(day, languageId, counts, counts.times);
      }
    }
  }

  /** Forgets the days before the last 90, of which `today` is one. */
  forget(today: string): void {
    const first = dayBefore(today, INSIGHT_DAYS - 1);
    for (const day of this.#days.keys()) if (day < first) this.#days.delete(day);
  }

  get empty(): boolean {
    return this.#days.size === 0;
  }

  /** The counts of the last `days` days up to `today`, by language, the one with the most shown first. */
  languages(today: string, days: number): [languageId: string, counts: Counts][] {
    const first = dayBefore(today, days - 1);
    const sums = new Map<string, Counts>();
    for (const [day, languages] of this.#days) {
      if (day < first || day > today) continue;
      for (const [languageId, counts] of languages) {
        sums.set(languageId, sum(sums.get(languageId) ?? zero, counts, counts.times));
      }
    }
    return [...sums]
      .map(([languageId, counts]): [string, Counts] => [languageId, atLeastZero(counts)])
      .sort(([a, one], [b, other]) => other.shown - one.shown || (a < b ? -1 : 1));
  }

  /** The counts of the last `days` days up to `today`. */
  total(today: string, days: number): Counts {
    return this.languages(today, days).reduce((total, [, counts]) => sum(total, counts, counts.times), zero);
  }

  serialise(): string {
    const days = Object.fromEntries(
      [...this.#days]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, languages]) => [
          day,
          Object.fromEntries(
            [...languages]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([languageId, counts]) => [languageId, atLeastZero(counts)]),
          ),
        ]),
    );
    return JSON.stringify({ version: 1, days });
  }

  /** Reads what `serialise` wrote; null for anything else. */
  static parse(text: string): Insight | null {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return null;
    }
    if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['days'])) return null;
    const insight = new Insight();
    for (const [day, languages] of Object.entries(value['days'])) {
      if (!isDay(day) || !isRecord(languages)) return null;
      for (const [languageId, counts] of Object.entries(languages)) {
        const parsed = parseCounts(counts);
        if (parsed === null || languageId !== languageKey(languageId)) return null;
        insight.#count(day, languageId, parsed, parsed.times);
      }
    }
    return insight;
  }

  #count(
    day: string,
    languageId: string,
    counts: Partial<Record<Count, number>>,
    times: readonly number[] = [],
  ): void {
    const languages = this.#days.get(day) ?? new Map<string, Counts>();
    this.#days.set(day, languages);
    const wanted = languageKey(languageId);
    const key = languages.has(wanted) || languages.size < MOST_LANGUAGES ? wanted : 'other';
    languages.set(key, sum(languages.get(key) ?? zero, counts, times));
  }
}

const zero: Counts = {
  ...(Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>),
  times: [],
};

function sum(one: Counts, other: Partial<Record<Count, number>>, otherTimes: readonly number[]): Counts {
  const counts = Object.fromEntries(
    COUNTS.map((name) => [name, Math.min(MOST, one[name] + (other[name] ?? 0))]),
  ) as Record<Count, number>;
  const length = Math.max(one.times.length, otherTimes.length);
  const times = Array.from({ length }, (_, index) => (one.times[index] ?? 0) + (otherTimes[index] ?? 0));
  return { ...counts, times };
}

function atLeastZero(counts: Counts): Counts {
  const raised = Object.fromEntries(COUNTS.map((name) => [name, Math.max(0, counts[name])]));
  return { ...counts, ...raised };
}

/** Index of the bucket of a time: the first whose upper end, the square root of 2 to its power, is not below it. */
export function timeBucket(milliseconds: number): number {
  if (!(milliseconds > 1)) return 0;
  return Math.min(TIME_BUCKETS - 1, Math.ceil(2 * Math.log2(milliseconds)));
}

/** The median time in milliseconds, exact to 19 % (half a bucket); null where nothing was shown. */
export function medianTime(times: readonly number[]): number | null {
  const all = times.reduce((total, count) => total + count, 0);
  if (all <= 0) return null;
  let below = 0;
  for (const [index, count] of times.entries()) {
    below += count;
    if (below * 2 >= all) return index === 0 ? 1 : 2 ** (index / 2 - 0.25);
  }
  return null;
}

/** The local date of `date`. */
export function dayOf(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The date so many days before `day`. */
function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** A language id, or `other` for what can't be one: extensions may use any text, and none may be a path. */
function languageKey(languageId: string): string {
  return /^[A-Za-z0-9][\w+#.-]{0,63}$/.test(languageId) ? languageId : 'other';
}

function parseCounts(value: unknown): Counts | null {
  if (!isRecord(value)) return null;
  const { times } = value;
  if (!Array.isArray(times) || times.length > TIME_BUCKETS || !times.every(isCount)) return null;
  const counts: Partial<Record<Count, number>> = {};
  for (const name of COUNTS) {
    const count = value[name];
    if (!isCount(count)) return null;
    counts[name] = count;
  }
  return sum(zero, counts, times);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
