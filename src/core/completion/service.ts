import { suffixStands } from './alignment.ts';
import { Answers } from './answers.ts';
import type { CachedAnswer, KnownAnswer } from './cache.ts';
import { ModelStream, type StreamOptions } from './modelStream.ts';
import { noLongerWanted } from './noLongerWanted.ts';
import { failure } from './outcome.ts';
import { Pace } from './pace.ts';
import type { CompletionOutcome, CompletionPorts, CompletionQuery, ModelAnswer } from './ports.ts';
import { Report } from './report.ts';
import { readPlace, settle, type Asking, type Place } from './stages.ts';
import { TokenLedger } from './tokenLedger.ts';
import type { Insertion } from './types.ts';

export interface ServiceOptions {
  /** Answers without the model: from what is shown, from the cache, from an answer that is being written. */
  readonly cache: boolean;
  /** Whether to work ahead in the background once a suggestion is shown. */
  readonly speculate: () => boolean;
  /** Milliseconds that this user's refusals ask to wait before an automatic request. */
  readonly backOffMs?: () => number;
}

/** A request that nobody waits for any more lives on for so long: the next key may agree with it. */
const graceMs = 150;
/** Quiet time after a suggestion was shown before the model works ahead. */
const speculateAfterMs = 120;
/** Answers that a request by hand gives where they come quickly, and most of them for one place. */
const usualAnswers = 3;
const mostAnswers = 5;
/** Milliseconds after which a request by hand gives what it has. */
const unfeltMs = 600;
/**
 * All requests of one editor window: answers from what is known already, joins what is being written, asks the model
 * otherwise, one answer at a time, and works ahead when nothing else is to do. Nothing here depends on an editor;
 * `hearth replay` drives the same code.
 */
export class CompletionService {
  readonly #ports: CompletionPorts;
  readonly #options: ServiceOptions;
  readonly #answers: Answers;
  readonly #ledger = new TokenLedger();
  readonly #background = new Set<Promise<unknown>>();
  readonly #pace = new Pace();
  #stream: ModelStream | null = null;
  /** Work ahead of any request: what follows the shown suggestion, or an evaluated prompt. */
  #ahead: ModelStream | null = null;
  #quiet: AbortController | null = null;
  #newest: Report | null = null;
  /** Aborted, and replaced, when everything is to end. */
  #end = new AbortController();

  constructor(ports: CompletionPorts, options: ServiceOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#answers = new Answers(options.cache);
  }

  /** Calls of the model and their tokens: all, those of work ahead, and those whose answer was never shown. */
  get counters() {
    return this.#ledger.totals;
  }

  /** How fast the model was measured to be; null before the first measurement. */
  get speeds() {
    return this.#pace.speeds;
  }

  /**
   * Answers a request; never rejects. `signal` ends this request's waiting; what the model writes for it ends soon after,
   * unless another request joins.
   */
  async request(query: CompletionQuery, signal: AbortSignal): Promise<CompletionOutcome> {
    const report = new Report(query, AbortSignal.any([signal, this.#end.signal]), this.#ports);
    this.#newest = report;
    const place = await readPlace(query, this.#ports);
    report.contextRead();
    if (report.signal.aborted) return report.nothing('document', 'superseded');
    if ('reason' in place) return report.nothing('document', place.reason, place.detail);
    try {
      if (query.manual) return await this.#byHand(report, place);
      const known = this.#answers.known(place);
      const outcome = known === null ? null : await this.#byHeart(report, place, known);
      return outcome ?? (await this.#byModel(report, place));
    } catch (error) {
      return report.failed(error);
    }
  }

  /** Evaluates the prompt for a place at which a request is likely, if the model has nothing else to do. */
  async warmUp(query: CompletionQuery): Promise<void> {
    if (!this.#options.speculate() || this.#stream?.running === true || this.#ahead?.running === true) return;
    const newest = this.#newest;
    const { signal } = this.#end;
    const place = await readPlace(query, this.#ports);
    if ('reason' in place || this.#newest !== newest || signal.aborted) return;
    await this.#startAhead(place, 'warm-up', { ...this.#asking(query), maxTokens: 0 });
  }

  /** The editor shows `outcome`; what would be asked after its acceptance is worked out ahead. */
  shown(outcome: CompletionOutcome): void {
    const shown = this.#answers.show(outcome);
    if (shown === null || outcome.insertion === null) return;
    if (shown.stream !== null) this.#ledger.shown(shown.stream);
    if (!this.#options.speculate() || shown.along || shown.place.query.overlay !== undefined) return;
    this.#inBackground(this.#workAhead(shown.place, outcome.insertion));
  }

  /** The suggestion that is shown was accepted: typing can't go along with it any more. */
  accepted(): void {
    this.#answers.accepted();
  }

  /** The suggestion was turned down: it is not shown again at its place unless asked for. */
  rejected(outcome: CompletionOutcome): void {
    this.#answers.rejected(outcome);
  }

  /** Ends everything that is under way. */
  cancelAll(): void {
    this.#end.abort(noLongerWanted);
    this.#end = new AbortController();
    this.#clear();
    this.#stream = null;
    this.#ahead = null;
  }

  /** Forgets all answers: another model or other settings would give others. */
  forget(): void {
    this.cancelAll();
    this.#answers.clear();
    this.#pace.reset();
  }

  /** Resolves when no background work is left. */
  async idle(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled([...this.#background]);
  }

  /**
   * Answers with what is known. Where the editor closed brackets meanwhile, or some were typed over, that is judged anew;
   * null where it does not pass.
   */
  async #byHeart(report: Report, place: Place, known: KnownAnswer): Promise<CompletionOutcome | null> {
    if (known.text === null || suffixStands(known.from.window.suffix, place.window.suffix))
      return this.#answers.giveKnown(report, place, [known]);
    const end = this.#end.signal;
    const answer = { text: known.text, stopReason: 'stop-rule' } as const;
    const settled = await settle(place, answer, this.#ports);
    if (end.aborted) return report.nothing('document', 'superseded');
    if (settled.text === null) return null;
    this.#answers.remember(place, settled);
    report.source = 'cache';
    return this.#answers.give(report, place, settled, null);
  }

  /** Joins what is being written, or asks anew, until there is an answer for `place` or the request is given up. */
  async #byModel(report: Report, place: Place): Promise<CompletionOutcome> {
    const end = this.#end.signal;
    for (;;) {
      const stream = this.#joinable(report, place) ?? (await this.#askAnew(report, place));
      if (stream === null) return report.nothing('model', 'superseded');
      const answer = await this.#await(stream, place, report.signal);
      if (answer === 'given-up') return report.nothing('model', 'superseded');
      // It went another way than what was typed, or was ended for something more urgent.
      if (answer === null) continue;
      const typed = stream.typedUntil(place) ?? '';
      const rest = { ...answer, text: answer.text.slice(typed.length) };
      const settled = await settle(place, rest, this.#ports);
      if (end.aborted) return report.nothing('model', 'superseded');
      this.#answers.remember(place, settled);
      const before = suffixStands(stream.place.window.suffix, place.window.suffix);
      if (typed !== '' && before && settled.text !== null)
        this.#answers.remember(stream.place, { ...settled, text: typed + settled.text });
      return this.#answers.give(report, place, settled, { answer, stream });
    }
  }

  #joinable(report: Report, place: Place): ModelStream | null {
    if (!this.#options.cache) return null;
    const writing = [this.#stream, this.#ahead].find(
      (stream) => stream !== null && stream.options.asking.maxTokens > 0 && stream.agreesWith(place),
    );
    if (writing == null) return null;
    report.source = writing.running ? 'stream' : 'cache';
    writing.raise();
    return writing;
  }

  /** A new call of the model; null when the request was given up, or a newer one came, while it waited for its turn. */
  async #askAnew(report: Report, place: Place): Promise<ModelStream | null> {
    if (this.#newest !== report) return null;
    // What does not agree is of no use any more, and in the way.
    this.#clear();
    const wait = Math.max(this.#pace.debounceMs(), this.#options.backOffMs?.() ?? 0);
    if (this.#options.cache && wait > 0) await this.#ports.sleep(wait, report.signal);
    if (report.signal.aborted || this.#newest !== report) return null;
    report.source = 'model';
    this.#stream = this.#start(place, 'keystroke', this.#asking(report.query), report.query.deadlineMs);
    return this.#stream;
  }

  /** The answer of `stream` if it agrees with `place`, null if not; `given-up` as soon as the request is. */
  async #await(
    stream: ModelStream,
    place: Place,
    signal: AbortSignal,
  ): Promise<ModelAnswer | null | 'given-up'> {
    stream.waiting += 1;
    stream.joined += 1;
    try {
      return await unlessAborted(stream.join(place), signal);
    } catch (error) {
      // Work ahead that this request joined may have been ended for another reason than this request.
      const ended = failure(error)[0] === 'superseded';
      if (ended && !signal.aborted && stream.options.priority === 'speculation') return null;
      throw error;
    } finally {
      stream.waiting -= 1;
      if (signal.aborted && stream.running) this.#inBackground(this.#lapse(stream));
    }
  }

  /** Unless another request joins soon, nobody wants this answer. */
  async #lapse(stream: ModelStream): Promise<void> {
    const { joined } = stream;
    await this.#ports.sleep(graceMs, this.#end.signal);
    if (stream.waiting === 0 && stream.joined === joined) stream.abort();
  }

  /** What is asked by hand: several lines where that is possible, and another answer where such are known. */
  async #byHand(report: Report, place: Place): Promise<CompletionOutcome> {
    this.#clear();
    const began = this.#ports.now();
    const end = this.#end.signal;
    const known = this.#answers.allKnown(place);
    const another = known.some(({ multiline }) => multiline || !place.multiline);
    if (another && known.length >= mostAnswers) return this.#answers.giveKnown(report, place, known);
    const avoid = another ? known.flatMap(({ text }) => text ?? []) : [];
    const asking = { ...this.#asking(report.query), maxTokens: report.query.maxTokens, avoid };
    const stream = (this.#stream = this.#start(place, 'manual', asking, report.query.deadlineMs));
    const answer = await this.#await(stream, place, report.signal);
    if (answer === 'given-up' || answer === null) return report.nothing('model', 'superseded');
    const settled = await settle(place, answer, this.#ports);
    if (end.aborted) return report.nothing('model', 'superseded');
    if (settled.text === null && known.length > 0) return this.#answers.giveKnown(report, place, known);
    const fresh: CachedAnswer = { ...settled, multiline: place.multiline };
    const others = known.filter(({ text }) => text !== settled.text);
    const all = another ? [...others, fresh] : [fresh, ...others];
    if (settled.text !== null) all.push(...(await this.#others(report, place, all, began)));
    if (end.aborted) return report.nothing('model', 'superseded');
    this.#answers.rememberAll(place, all);
    const [first = fresh, ...more] = all;
    return this.#answers.give(report, place, { ...settled, text: first.text }, { answer, stream }, more);
  }

  /**
   * More answers for cycling, which VS Code does among those of one request: as many as make `usualAnswers` with `given`,
   * as long as that takes no time that is felt.
   */
  async #others(
    report: Report,
    place: Place,
    given: readonly CachedAnswer[],
    began: number,
  ): Promise<CachedAnswer[]> {
    const more: CachedAnswer[] = [];
    while (given.length + more.length < usualAnswers && this.#ports.now() - began < unfeltMs) {
      const avoid = [...given, ...more].flatMap(({ text }) => text ?? []);
      const asking = { ...this.#asking(report.query), avoid };
      this.#stream = this.#start(place, 'manual', asking, report.query.deadlineMs);
      // The first answer stands, whatever becomes of others.
      const answer = await this.#await(this.#stream, place, report.signal).catch(() => null);
      if (answer === null || answer === 'given-up') break;
      const { text, reason } = await settle(place, answer, this.#ports);
      if (text === null || avoid.includes(text)) break;
      more.push({ text, reason, multiline: place.multiline });
    }
    return more;
  }

  /** Works out what would be asked right after `insertion` is accepted at `place`. */
  async #workAhead(place: Place, insertion: Insertion): Promise<void> {
    this.#quiet?.abort(noLongerWanted);
    const quiet = (this.#quiet = new AbortController());
    await this.#ports.sleep(speculateAfterMs, quiet.signal);
    if (quiet.signal.aborted || this.#stream?.running === true) return;
    const { offset } = place.query;
    const overlay = { start: offset, end: offset + insertion.replaceRight, text: insertion.text };
    const next = await readPlace({ ...place.query, manual: false, overlay }, this.#ports);
    if (quiet.signal.aborted || 'reason' in next || this.#answers.known(next) !== null) return;
    await this.#startAhead(next, 'speculation', this.#asking(place.query));
  }

  /** Works ahead of any request, on one thing at a time; resolves when that has ended. */
  async #startAhead(place: Place, priority: 'warm-up' | 'speculation', asking: Asking): Promise<void> {
    this.#ahead?.abort();
    this.#ahead = this.#start(place, priority, asking, 0);
    await this.#ahead.answer.catch(() => undefined);
  }

  #clear(): void {
    this.#quiet?.abort(noLongerWanted);
    this.#ahead?.abort();
    this.#stream?.abort();
  }

  #asking({ maxTokens }: CompletionQuery): Asking {
    return {
      maxTokens: this.#pace.maxTokens(maxTokens),
      budgetTokens: this.#pace.budgetTokens(),
      avoid: [],
    };
  }

  #start(place: Place, priority: StreamOptions['priority'], asking: Asking, deadlineMs: number): ModelStream {
    const stream = new ModelStream(place, this.#ports, { asking, priority, deadlineMs });
    const end = this.#end.signal;
    const task = stream.answer.then(
      (answer) => {
        if (!end.aborted) this.#pace.observe(answer);
        this.#ledger.ended(stream, answer.tokens);
      },
      (error: unknown) => this.#ledger.ended(stream, (error as { tokens?: ModelAnswer['tokens'] }).tokens),
    );
    this.#inBackground(task);
    return stream;
  }

  #inBackground(work: Promise<unknown>): void {
    const task = work.catch(() => undefined).finally(() => this.#background.delete(task));
    this.#background.add(task);
  }
}

/** `promise`, or `given-up` as soon as `signal` aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | 'given-up'> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve('given-up');
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
