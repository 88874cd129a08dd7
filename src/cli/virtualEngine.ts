import type { ModelAnswer, ModelCall, ModelQuery } from '../core/completion/ports.ts';
import { cancelled } from '../engine/errors.ts';
import { priorities } from '../engine/protocol.ts';
import type { VirtualClock } from './virtualClock.ts';

/** Nominal speeds in tokens per second. */
export interface VirtualSpeed {
  readonly prompt: number;
  readonly decode: number;
}

/** Tokens of a prompt between two looks at the abort signal, as in the real engine. */
const sliceTokens = 128;
const never = new AbortController().signal;

/** What a call cost until it ended. */
export interface CallRecord {
  readonly priority: ModelCall['priority'];
  readonly cancelled: boolean;
  readonly tokens: ModelAnswer['tokens'];
}

interface Job {
  readonly query: ModelQuery;
  readonly call: ModelCall;
  readonly asked: number;
  readonly resolve: (answer: ModelAnswer) => void;
  readonly reject: (error: unknown) => void;
  /** What the real engine said, all of it; null before this job's first step. */
  real: { readonly answer: ModelAnswer; readonly texts: readonly string[]; readonly began: number } | null;
  reused: number;
  evaluated: number;
  generated: number;
  promptMs: number;
  firstTokenMs: number;
}

/**
 * The real engine's answers in virtual time: every call runs to its end in the real engine at once, and its text then
 * arrives token by token at nominal speeds. A call that ends early has evaluated and generated only what it came to by
 * then, and what it did not come to is not reused by the calls after it, though the real engine has it.
 */
export class VirtualEngine {
  readonly #clock: VirtualClock;
  readonly #ask: (query: ModelQuery, call: ModelCall) => Promise<ModelAnswer>;
  readonly #speed: VirtualSpeed;
  readonly #calls: CallRecord[] = [];
  #jobs: Job[] = [];
  #running = false;
  /** Tokens that the sequence holds in virtual time: always a beginning of what the real one holds. */
  #held = 0;

  constructor(
    clock: VirtualClock,
    ask: (query: ModelQuery, call: ModelCall) => Promise<ModelAnswer>,
    speed: VirtualSpeed,
  ) {
    this.#clock = clock;
    this.#ask = ask;
    this.#speed = speed;
  }

  /** Every call that has ended, in that order. */
  get calls(): readonly CallRecord[] {
    return this.#calls;
  }

  /** As the completion pipeline's port; an error `cancelled` has the `tokens` that were spent. */
  complete(query: ModelQuery, call: ModelCall): Promise<ModelAnswer> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({
        query,
        call,
        resolve,
        reject,
        asked: this.#clock.now(),
        real: null,
        reused: 0,
        evaluated: 0,
        generated: 0,
        promptMs: 0,
        firstTokenMs: 0,
      });
      if (!this.#running) void this.#run();
    });
  }

  /** One step of the most urgent call after the other: a slice of a prompt or one token. */
  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      try {
        if (await this.#step(job)) this.#jobs = this.#jobs.filter((other) => other !== job);
      } catch (error) {
        this.#jobs = this.#jobs.filter((other) => other !== job);
        job.reject(error);
      }
    }
    this.#running = false;
  }

  #next(): Job | undefined {
    const rank = ({ call }: Job): number => priorities.indexOf(call.priority);
    return this.#jobs.reduce<Job | undefined>(
      (best, job) => (best === undefined || rank(job) < rank(best) ? job : best),
      undefined,
    );
  }

  /** Whether the job has come to its end. */
  async #step(job: Job): Promise<boolean> {
    if (job.call.signal.aborted) return this.#cancel(job);
    const real = (job.real ??= await this.#start(job));
    const { prompt } = real.answer.tokens;
    const left = prompt - job.reused - job.evaluated;
    if (left > 0) {
      const slice = Math.min(sliceTokens, left);
      await this.#clock.sleep((slice / this.#speed.prompt) * 1000, never);
      job.evaluated += slice;
      this.#held = job.reused + job.evaluated;
      job.promptMs = this.#clock.now() - real.began;
    } else if (job.generated < real.answer.tokens.generated && !job.call.enough.aborted) {
      await this.#clock.sleep(1000 / this.#speed.decode, never);
      job.generated += 1;
      this.#held = prompt + job.generated;
      if (job.generated === 1) job.firstTokenMs = this.#clock.now() - real.began;
      const text = textAfter(job);
      if (text !== null && !job.call.signal.aborted) job.call.onText(text);
    } else {
      this.#finish(job, real);
      return true;
    }
    return false;
  }

  async #start(job: Job): Promise<NonNullable<Job['real']>> {
    const texts: string[] = [];
    const call = { ...job.call, signal: never, enough: never, deadlineMs: 0 };
    const onText = (text: string): void => void texts.push(text);
    const answer = await this.#clock.outside(this.#ask(job.query, { ...call, onText }));
    job.reused = Math.min(answer.tokens.reused, this.#held);
    this.#held = job.reused;
    return { answer, texts, began: this.#clock.now() };
  }

  #cancel(job: Job): true {
    const tokens = countsOf(job);
    if (job.real !== null) this.#calls.push({ priority: job.call.priority, cancelled: true, tokens });
    job.reject(Object.assign(cancelled(), { tokens }));
    return true;
  }

  #finish(job: Job, { answer, began }: NonNullable<Job['real']>): void {
    const tokens = countsOf(job);
    this.#calls.push({ priority: job.call.priority, cancelled: false, tokens });
    const total = this.#clock.now() - began;
    const whole = job.generated === answer.tokens.generated;
    job.resolve({
      ...answer,
      ...(whole ? {} : { text: textAfter(job, 'latest') ?? '', stopReason: 'stop-rule' as const }),
      tokens,
      milliseconds: {
        ...answer.milliseconds,
        ...('queue' in answer.milliseconds ? { queue: began - job.asked } : {}),
        prompt: job.promptMs,
        firstToken: job.generated === 0 ? total : job.firstTokenMs,
        total,
      },
    });
  }
}

function countsOf({ real, reused, evaluated, generated }: Job): ModelAnswer['tokens'] {
  return { prompt: real?.answer.tokens.prompt ?? 0, reused, evaluated, generated };
}

/** The text that came with the token generated last, or `latest` by then; the first tokens may have had none. */
function textAfter({ real, generated }: Job, which: 'own' | 'latest' = 'own'): string | null {
  if (real === null) return null;
  const index = real.texts.length - real.answer.tokens.generated + generated - 1;
  return real.texts[which === 'latest' ? Math.min(index, real.texts.length - 1) : index] ?? null;
}
