import { noMilliseconds, type Source, type Stage } from './history.ts';
import { failure, outcomeOf, withLines, type Findings } from './outcome.ts';
import type { CompletionOutcome, CompletionPorts, CompletionQuery, ModelAnswer } from './ports.ts';
import type { Reason } from './reasons.ts';
import type { Place } from './stages.ts';

/** One request of the service on its way: what it asked, since when, and who answers it. */
export class Report {
  readonly query: CompletionQuery;
  readonly signal: AbortSignal;
  source: Source = 'model';
  readonly #clock: Pick<CompletionPorts, 'now' | 'date'>;
  readonly #began: number;
  #context = 0;

  constructor(query: CompletionQuery, signal: AbortSignal, clock: Pick<CompletionPorts, 'now' | 'date'>) {
    this.query = query;
    this.signal = signal;
    this.#clock = clock;
    this.#began = clock.now();
  }

  /** The text around the cursor has been read. */
  contextRead(): void {
    this.#context = this.#clock.now() - this.#began;
  }

  /** Ended without an answer of anybody. */
  nothing(stage: Stage, reason: Reason, detail = ''): CompletionOutcome {
    return this.#outcome(stage, reason, { detail, source: 'none', milliseconds: this.#milliseconds() });
  }

  /** Ended by an error of a port. */
  failed(error: unknown): CompletionOutcome {
    const [reason, { detail }] = failure(error);
    return this.nothing('model', reason, detail);
  }

  /** Ended with an answer, which may be that there is nothing to suggest; `answer` is the model's, if it was asked. */
  answered(
    stage: Stage,
    reason: Reason,
    place: Place,
    answer: ModelAnswer | null,
    more: Findings,
  ): CompletionOutcome {
    const milliseconds = this.#milliseconds();
    if (answer === null) return this.#outcome(stage, reason, { source: this.source, milliseconds, ...more });
    const { prompt, firstToken } = answer.milliseconds;
    return this.#outcome(stage, reason, {
      source: this.source,
      // Tokens count once, with the request that asked for them.
      ...(this.source === 'model' ? { tokens: answer.tokens } : {}),
      parts: withLines(answer.parts, place.window),
      milliseconds: { ...milliseconds, prompt, firstToken },
      ...more,
    });
  }

  #milliseconds() {
    return { ...noMilliseconds, context: this.#context, total: this.#clock.now() - this.#began };
  }

  #outcome(stage: Stage, reason: Reason, more: Findings): CompletionOutcome {
    return outcomeOf(this.query, this.#clock.date(), stage, reason, more);
  }
}
