import { typedBetween } from './alignment.ts';
import { isAhead } from './cache.ts';
import { noLongerWanted } from './noLongerWanted.ts';
import type { CompletionPorts, ModelAnswer, ModelCall } from './ports.ts';
import { generate, type Asking, type Place } from './stages.ts';

export interface StreamOptions {
  readonly asking: Asking;
  readonly priority: ModelCall['priority'];
  readonly deadlineMs: number;
}

/** One call of the model, which is not bound to the request that began it: later ones join while they agree with it. */
export class ModelStream {
  readonly place: Place;
  readonly options: StreamOptions;
  /** How many requests wait for it now. */
  waiting = 0;
  /** How many requests have waited for it so far. */
  joined = 0;
  /** The model's whole answer; rejects like the port. */
  readonly answer: Promise<ModelAnswer>;
  readonly #controller = new AbortController();
  readonly #urgent = new AbortController();
  #text = '';
  #state: 'running' | 'done' | 'failed' = 'running';
  #grown: (() => void)[] = [];

  constructor(place: Place, ports: CompletionPorts, options: StreamOptions) {
    this.place = place;
    this.options = options;
    this.answer = this.#run(ports);
    // Whoever waits for it hears of a failure.
    this.answer.catch(() => undefined);
  }

  /** Whether more may come of it. */
  get running(): boolean {
    return this.#state === 'running' && !this.#controller.signal.aborted;
  }

  abort(): void {
    this.#controller.abort(noLongerWanted);
    this.#wake();
  }

  /** A request waits for it now, whatever it was begun for. */
  raise(): void {
    this.#urgent.abort(noLongerWanted);
  }

  /** What was typed between the stream's place and `place`; null where anything else happened. */
  typedUntil(place: Place): string | null {
    return typedBetween(this.place, place);
  }

  /** Whether what was typed since may be the beginning of what is being written, or is that of what was written. */
  agreesWith(place: Place): boolean {
    if (this.#controller.signal.aborted || this.#state === 'failed') return false;
    const typed = this.typedUntil(place);
    if (typed === null) return false;
    if (this.#state === 'done') return typed === '' || isAhead(this.#text, typed);
    return this.#text.startsWith(typed) || typed.startsWith(this.#text);
  }

  /** Resolves with the whole answer, or with null as soon as it goes another way than what was typed. Rejects like the port. */
  async join(place: Place): Promise<ModelAnswer | null> {
    while (this.running && this.agreesWith(place)) {
      await new Promise<void>((wake) => this.#grown.push(wake));
    }
    if (this.#state === 'failed') return this.answer;
    return this.agreesWith(place) ? this.answer : null;
  }

  async #run(ports: CompletionPorts): Promise<ModelAnswer> {
    const { asking, priority, deadlineMs } = this.options;
    try {
      const answer = await generate(this.place, ports, asking, {
        priority,
        deadlineMs,
        signal: this.#controller.signal,
        urgent: this.#urgent.signal,
        onText: (text) => {
          this.#text = text;
          this.#wake();
        },
      });
      this.#text = answer.text;
      this.#state = 'done';
      return answer;
    } catch (error) {
      this.#state = 'failed';
      throw error;
    } finally {
      this.#wake();
    }
  }

  #wake(): void {
    const waiting = this.#grown;
    this.#grown = [];
    for (const wake of waiting) wake();
  }
}
