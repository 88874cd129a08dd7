import { typedBetween } from './alignment.ts';
import { CompletionCache, isAhead, type CachedAnswer, type KnownAnswer } from './cache.ts';
import type { ModelStream } from './modelStream.ts';
import type { CompletionOutcome, ModelAnswer } from './ports.ts';
import { Rejections } from './rejections.ts';
import type { Report } from './report.ts';
import { insertionAt, type Place, type Settled } from './stages.ts';

/** What the editor shows, and where. */
export interface Shown {
  readonly place: Place;
  readonly text: string;
  /** The model call that it comes from, or null for what was known. */
  readonly stream: ModelStream | null;
}

/** Suggestions whose place is remembered, so that they can be turned down later. */
const mostShown = 20;

/** What is known without the model: the shown suggestion, the cache of answers, and what was turned down. */
export class Answers {
  readonly #enabled: boolean;
  readonly #cache = new CompletionCache();
  readonly #rejections = new Rejections();
  readonly #shown = new Map<CompletionOutcome, Shown>();
  #current: Shown | null = null;

  /** `enabled` false: nothing is known, ever, but what was turned down. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** The rest of what is shown, or an answer of the cache. */
  known(place: Place): KnownAnswer | null {
    if (!this.#enabled) return null;
    if (this.#current !== null) {
      const typed = typedBetween(this.#current.place, place);
      if (typed !== null && isAhead(this.#current.text, typed)) {
        const { multiline } = this.#current.place;
        const text = this.#current.text.slice(typed.length);
        return { text, reason: 'shown', multiline, from: this.#current.place };
      }
    }
    return this.#cache.find(place, this.isRejected(place));
  }

  /** All suggestions known for exactly this place, the one that is shown first. */
  allKnown(place: Place): readonly CachedAnswer[] {
    if (!this.#enabled) return [];
    const known = this.known(place);
    const others = this.#cache.at(place).filter(({ text }) => text !== known?.text);
    return (known === null ? others : [known, ...others]).filter(({ text }) => text !== null);
  }

  /** Takes note of an answer for `place`; others known for it come after it. */
  remember(place: Place, { text, reason }: Settled): void {
    // How long a line may become depends on the speed, which may be measured better later.
    if (!this.#enabled || reason === 'unfinished') return;
    const others = this.#cache.at(place).filter((other) => other.text !== null && other.text !== text);
    if (text === null && others.length > 0) return;
    this.#cache.set(place, [{ text, reason, multiline: place.multiline }, ...others]);
  }

  /** Takes note of all answers for `place`, best first. */
  rememberAll(place: Place, answers: readonly CachedAnswer[]): void {
    if (this.#enabled) this.#cache.set(place, answers);
  }

  isRejected(place: Place): (text: string) => boolean {
    return (text) => this.#rejections.has(place, text);
  }

  /** The last step of every way: the answer as an insertion, unless the user turned it down before. */
  give(
    report: Report,
    place: Place,
    { text, reason, dropped }: Settled,
    from: { answer: ModelAnswer; stream: ModelStream } | null,
    more: readonly CachedAnswer[] = [],
  ): CompletionOutcome {
    const answer = from?.answer ?? null;
    if (text === null) return report.answered('filter', reason, place, answer, { dropped });
    if (!report.query.manual && this.isRejected(place)(text))
      return report.answered('filter', 'rejected', place, answer, { dropped });
    const insertion = insertionAt(place, text);
    if (insertion === null) return report.answered('filter', 'repeats-suffix', place, answer, { dropped });
    const alternatives = more.flatMap((other) => insertionAt(place, other.text ?? '') ?? []);
    const outcome = report.answered('shown', 'shown', place, answer, { dropped, insertion, alternatives });
    this.#shown.set(outcome, { place, text, stream: from?.stream ?? null });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > mostShown && oldest !== undefined) this.#shown.delete(oldest);
    return outcome;
  }

  /** Gives answers that are known. */
  giveKnown(report: Report, place: Place, known: readonly CachedAnswer[]): CompletionOutcome {
    report.source = 'cache';
    const [{ text, reason } = { text: null, reason: 'empty' as const }, ...more] = known;
    return this.give(report, place, { text, reason, dropped: [] }, null, more);
  }

  /** The editor shows `outcome`; `along`: it is what is left of the one before. Null for what was not given here. */
  show(outcome: CompletionOutcome): (Shown & { readonly along: boolean }) | null {
    const shown = this.#shown.get(outcome);
    if (shown === undefined) return null;
    const before = this.#current;
    this.#current = shown;
    const typed = before === null ? null : typedBetween(before.place, shown.place);
    return { ...shown, along: typed !== null && before?.text === typed + shown.text };
  }

  /** The shown suggestion was accepted: typing can't go along with it any more. */
  accepted(): void {
    this.#current = null;
  }

  /** The suggestion was turned down. */
  rejected(outcome: CompletionOutcome): void {
    const shown = this.#shown.get(outcome);
    if (shown !== undefined) this.#rejections.add(shown.place, shown.text);
    this.#current = null;
  }

  clear(): void {
    this.#cache.clear();
    this.#rejections.clear();
    this.#shown.clear();
    this.#current = null;
  }
}
