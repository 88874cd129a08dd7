import { gate } from '../core/completion/gate.ts';
import { toInsertion } from '../core/completion/insertion.ts';
import type { CompletionOutcome, CompletionQuery } from '../core/completion/ports.ts';
import type { TraceEvent } from '../core/replay/trace.ts';
import type { ReplayDocument } from './replayDocument.ts';
import { insertionChange } from './replayLockstep.ts';
import { answeredLine, quietLine, type Follows, type Replayed, type ReplayLine } from './replayReport.ts';
import type { ReplayClock } from './virtualClock.ts';

/** What of the completion service a replay drives (core/completion/service.ts). */
export interface ReplayService {
  request(query: CompletionQuery, signal: AbortSignal): Promise<CompletionOutcome>;
  shown(outcome: CompletionOutcome): void;
  accepted(): void;
  idle(): Promise<void>;
}

/** A suggestion on screen: where, and what is left of it. */
interface OnScreen {
  readonly outcome: CompletionOutcome;
  readonly offset: number;
  readonly text: string;
}

/**
 * Replays a trace as an editor would live it: each event at its time, an answer only as long as nothing newer was asked.
 * Typing, deleting, accepting and asking by hand ask for a suggestion, moving the cursor takes it away.
 */
export class LiveReplay {
  readonly #document: ReplayDocument;
  readonly #service: ReplayService;
  readonly #clock: ReplayClock;
  readonly #replayed: Promise<Replayed>[] = [];
  #onScreen: OnScreen | null = null;
  #asking: AbortController | null = null;
  #asked = false;

  constructor(document: ReplayDocument, service: ReplayService, clock: ReplayClock) {
    this.#document = document;
    this.#service = service;
    this.#clock = clock;
  }

  /** Lives through the trace; `onLine` gets the lines in the trace's order. */
  async run(events: readonly TraceEvent[], onLine: (line: ReplayLine) => void): Promise<Replayed[]> {
    let at = 0;
    let printed = Promise.resolve();
    for (const event of events) {
      if (event.kind !== 'open') {
        at = event.atMs;
        await this.#clock.advanceTo(at);
      }
      const replayed = this.#live(event, at);
      // Whoever awaits all lines hears of a failure.
      replayed.catch(() => undefined);
      this.#replayed.push(replayed);
      printed = printed.then(async () => onLine((await replayed).line));
      printed.catch(() => undefined);
    }
    const all = await this.#clock.until(Promise.all(this.#replayed));
    await this.#clock.until(this.#service.idle());
    await printed;
    return all;
  }

  #live(event: TraceEvent, at: number): Promise<Replayed> {
    const quiet = (reason?: ReplayLine['reason']): Promise<Replayed> =>
      Promise.resolve({ line: quietLine(event, at, reason), keystroke: false, follows: 'no' });
    switch (event.kind) {
      case 'open':
        this.#leave();
        this.#document.open(event);
        return quiet();
      case 'move':
        this.#leave();
        this.#document.apply(event);
        return quiet();
      case 'type': {
        const follows = this.#follow(event.offset, event.text);
        this.#document.apply(event);
        if (follows !== 'into' || this.#isAhead()) return this.#request(event, at, follows);
        this.#onScreen = null;
        return this.#request(event, at, 'to-the-end');
      }
      case 'delete':
        this.#onScreen = null;
        this.#document.apply(event);
        return this.#request(event, at, 'no');
      case 'complete':
        return this.#request(event, at, 'no');
      case 'accept':
        return this.#accept(event, at, quiet);
    }
  }

  /** The cursor went elsewhere: nothing is asked and nothing shown there. */
  #leave(): void {
    this.#asking?.abort();
    this.#asking = null;
    this.#onScreen = null;
  }

  /** Keeps what is left of the suggestion on screen if `text` is its beginning. */
  #follow(offset: number, text: string): Follows {
    const before = this.#onScreen;
    this.#onScreen = null;
    if (before === null || before.offset !== offset || !before.text.startsWith(text)) return 'no';
    const rest = before.text.slice(text.length);
    if (rest === '') return 'to-the-end';
    this.#onScreen = { ...before, offset: offset + text.length, text: rest };
    return 'into';
  }

  /** Whether the suggestion on screen has more than the closer that the editor has just put there. */
  #isAhead(): boolean {
    const { text, cursor } = this.#document;
    const around = { prefix: text.slice(0, cursor), suffix: text.slice(cursor) };
    return this.#onScreen !== null && toInsertion(this.#onScreen.text, around, '\n') !== null;
  }

  async #request(
    event: Extract<TraceEvent, { kind: 'type' | 'delete' | 'complete' | 'accept' }>,
    at: number,
    follows: Follows,
  ): Promise<Replayed> {
    const keystroke = event.kind === 'type';
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const manual = event.kind === 'complete';
    const query = this.#document.query(manual);
    const refused = gate({
      enabled: true,
      snoozed: false,
      manual,
      scheme: 'file',
      languageId: query.languageId,
      languages: {},
      readOnly: false,
      cursors: 1,
      composing: false,
      offset: query.offset,
      lineSuffix: this.#document.lineSuffix(),
    });
    if (refused !== null) {
      this.#onScreen = null;
      return { line: quietLine(event, at, refused), keystroke, follows };
    }
    const outcome = await this.#service.request(query, asking.signal);
    const replaced = asking.signal.aborted;
    if (!replaced) {
      const { insertion } = outcome;
      this.#onScreen = insertion === null ? null : { outcome, offset: query.offset, text: insertion.text };
      if (insertion !== null) this.#service.shown(outcome);
    }
    const cold = !this.#asked && outcome.record.tokens.prompt > 0;
    if (cold) this.#asked = true;
    return { line: answeredLine(event, at, outcome, { cold, replaced }), keystroke, follows };
  }

  #accept(
    event: Extract<TraceEvent, { kind: 'accept' | 'complete' }>,
    at: number,
    quiet: (reason: ReplayLine['reason']) => Promise<Replayed>,
  ): Promise<Replayed> {
    const shown = this.#onScreen;
    if (shown === null || shown.offset !== this.#document.cursor) return quiet('nothing-shown');
    this.#onScreen = null;
    const replaceRight = shown.outcome.insertion?.replaceRight ?? 0;
    this.#service.accepted();
    this.#document.change(insertionChange({ text: shown.text, replaceRight }, shown.offset));
    return this.#request(event, at, 'no').then(({ line, ...rest }) => ({
      ...rest,
      line: { ...line, reason: 'accepted' },
    }));
  }
}
