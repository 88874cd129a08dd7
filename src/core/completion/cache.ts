import { RadixTrie } from '../text/radixTrie.ts';
import { sameSuffix, typedBetween, type AlignedPlace } from './alignment.ts';
import type { Reason } from './reasons.ts';
import type { Place } from './stages.ts';

/** An answer that was found for a place. */
export interface CachedAnswer {
  /** What to insert there (line ends `\n`), or null: there is nothing to suggest, for `reason`. */
  readonly text: string | null;
  readonly reason: Reason;
  /** Whether it was allowed to span lines. */
  readonly multiline: boolean;
}

/** One that is known, and the place that it was found for. */
export interface KnownAnswer extends CachedAnswer {
  readonly from: AlignedPlace;
}

interface Entry {
  readonly key: string;
  /** No more of the place than is counted: a window's segments are long, too. */
  readonly place: AlignedPlace;
  /** Best first. */
  answers: CachedAnswer[];
}

/** Bounds: entries (Copilot keeps 100), and UTF-16 units of their windows and texts together. */
const defaultLimits = { entries: 200, units: 4_000_000 };

/**
 * Answers by the text that they were given for: a radix trie of prefixes finds in one walk every answer that what was
 * typed since may still agree with. A model that decodes greedily would give the same answer again, so an entry, also
 * one that says "nothing", holds until it is pushed out. Least recently used goes first.
 */
export class CompletionCache {
  readonly #limits: typeof defaultLimits;
  readonly #trie = new RadixTrie<Entry[]>();
  /** All entries, least recently used first. */
  readonly #entries = new Map<Entry, number>();
  #units = 0;

  constructor(limits: Partial<typeof defaultLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** UTF-16 units that are held. */
  get units(): number {
    return this.#units;
  }

  /** Takes note of answers for `place`, best first, in place of those known. */
  set(place: Place, answers: readonly CachedAnswer[]): void {
    const key = keyOf(place);
    const found = this.#trie.get(key) ?? [];
    const entry = found.find((other) => other.place.window.suffix === place.window.suffix) ?? {
      key,
      place: alignedPlace(place),
      answers: [],
    };
    entry.answers = [...answers];
    if (!found.includes(entry)) this.#trie.set(key, [...found, entry]);
    this.#touch(entry);
    this.#shrink();
  }

  /** The answers that were found for exactly this place. */
  at(place: Place): readonly CachedAnswer[] {
    const entry = this.#trie.get(keyOf(place))?.find((other) => typedBetween(other.place, place) === '');
    if (entry === undefined) return [];
    this.#touch(entry);
    return entry.answers;
  }

  /**
   * The best answer for `place`: what is left of one for an earlier place that was typed along since, the latest such
   * place first; or the known "nothing" for exactly this place. What was turned down comes only where there is no other.
   */
  find(place: Place, isRejected: (text: string) => boolean = () => false): KnownAnswer | null {
    let rejected: KnownAnswer | null = null;
    const key = keyOf(place);
    const along = [...this.#trie.prefixesOf(key)].reverse();
    // The walk has compared what stands before the cursor; comparing the texts behind it takes longest and comes last.
    for (const [entry, typed] of along.flatMap(({ length, value }) => withTyped(value, key.slice(length)))) {
      const may = entry.answers.some(({ text }) => (text === null ? typed === '' : isAhead(text, typed)));
      if (!may || !sameSuffix(entry.place.window.suffix, place.window.suffix, typed)) continue;
      for (const answer of entry.answers) {
        if (answer.text === null || !isAhead(answer.text, typed)) continue;
        this.#touch(entry);
        const known = { ...answer, text: answer.text.slice(typed.length), from: entry.place };
        if (!isRejected(known.text)) return known;
        rejected ??= known;
      }
      const [nothing] = entry.answers;
      if (typed === '' && nothing?.text === null && (nothing.multiline || !place.multiline)) {
        return rejected ?? { ...nothing, from: entry.place };
      }
    }
    return rejected;
  }

  clear(): void {
    this.#trie.clear();
    this.#entries.clear();
    this.#units = 0;
  }

  #touch(entry: Entry): void {
    this.#units -= this.#entries.get(entry) ?? 0;
    this.#entries.delete(entry);
    const units = unitsOf(entry);
    this.#entries.set(entry, units);
    this.#units += units;
  }

  #shrink(): void {
    for (const [entry, units] of this.#entries) {
      if (this.#entries.size <= this.#limits.entries && this.#units <= this.#limits.units) return;
      this.#entries.delete(entry);
      this.#units -= units;
      const others = this.#trie.get(entry.key)?.filter((other) => other !== entry) ?? [];
      if (others.length === 0) this.#trie.delete(entry.key);
      else this.#trie.set(entry.key, others);
    }
  }
}

/** True where `text` goes on after what was `typed` of it. */
export function isAhead(text: string | null, typed: string): boolean {
  return text !== null && text.length > typed.length && text.startsWith(typed);
}

function withTyped(entries: readonly Entry[], typed: string): [Entry, string][] {
  return entries.map((entry) => [entry, typed]);
}

/** What the model sees before the cursor, told apart by document and the line at which its window starts. */
function keyOf({ query, window }: Place): string {
  return `${query.document}\0${window.startLine}\0${window.prefix}`;
}

function alignedPlace({ query: { document }, window: { prefix, suffix, startLine } }: Place): AlignedPlace {
  return { query: { document }, window: { prefix, suffix, startLine } };
}

function unitsOf({ key, place: { window }, answers }: Entry): number {
  return (
    key.length +
    window.prefix.length +
    window.suffix.length +
    answers.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)
  );
}
