import { cancelled, EngineError } from '../errors.ts';
import type { Priority } from '../protocol.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { isCompletion, laneOf, lanes, rank, type Lane } from './lanes.ts';

/** A running job's view of the scheduler. */
export interface Turn {
  /** Aborted when the request is cancelled, runs out of time or is pre-empted. */
  readonly signal: AbortSignal;
  /**
   * To be called between two steps (slices of a prompt, decoded tokens): lets more urgent work go first. Throws when
   * this job was cancelled or pre-empted.
   */
  giveWay(): Promise<void>;
}

export interface JobOptions {
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** When it aborts, the job counts as a keystroke from then on: somebody waits for what was only work ahead. */
  readonly urgent?: AbortSignal;
  /** Of several waiting keystrokes with the same key only the newest is kept. */
  readonly key?: string | null;
  /**
   * What becomes of it while it runs and a more urgent job of its lane comes: it is ended with `preempted` (`end`,
   * the default for manual requests, warm-up and speculation), it rests and leaves its lane to the other (`rest`: it
   * must not use the lane's KV cache), or it keeps its lane until it is done (`stay`, the default for all others).
   *
   * A manual request ends since whoever asked has typed on, so that its answer is for a text that is no more. A
   * refactoring stays when chat comes, which waits for its end: both were asked for, are still wanted and share one
   * KV cache, so that ending the refactoring would throw away minutes of work for a question that can wait.
   */
  readonly whenPreempted?: 'end' | 'rest' | 'stay';
  /** It needs all lanes for itself. */
  readonly exclusive?: boolean;
}

interface Entry {
  priority: Priority;
  readonly key: string | null;
  readonly lanes: readonly Lane[];
  whenPreempted: 'end' | 'rest' | 'stay';
  readonly order: number;
  readonly preemption: AbortController;
  /** Completions that went first since it began to wait. */
  passed: number;
  /** Gives it the processor; null while it has it or is on its way out. */
  grant: (() => void) | null;
  /** Takes it out of the queue with an error, where it has not begun. */
  readonly refuse: (error: EngineError) => void;
  begun: boolean;
}

/** What nobody waits for any more once something more urgent comes in its lane. */
const disposable: ReadonlySet<Priority> = new Set(['manual', 'warm-up', 'speculation']);
/** A job of another lane that stood back for so many completions gets one step before the next of them. */
const patience = 2;

/**
 * Gives the processor to one job at a time, the most urgent first, first come first served among equals. A lane's KV
 * cache belongs to one job from its start to its end. All else stands back while completions are there, but never for
 * more than `patience` of them without a step of its own; a keystroke waits for one such step at most.
 */
export class Scheduler {
  /** All that wait for the processor: jobs that have not begun, and those between two steps. */
  #waiting: Entry[] = [];
  readonly #holders: Record<Lane, Entry | null> = { completion: null, chat: null, server: null };
  #processor: Entry | null = null;
  #unfinished = 0;
  #order = 0;
  readonly #timers: Timers;
  /** Forgets the end of the hold; null where nothing is held. */
  #held: (() => void) | null = null;

  constructor(timers: Timers = systemTimers) {
    this.#timers = timers;
  }

  /**
   * Lets no job run past its next step, those that need all lanes excepted, until `release`; for so many milliseconds
   * at most, since whoever asked for it may be gone.
   */
  hold(milliseconds: number): void {
    this.#held?.();
    this.#held = this.#timers.after(milliseconds, () => this.release());
  }

  /** Ends a hold. */
  release(): void {
    this.#held?.();
    this.#held = null;
    this.#dispatch();
  }

  /** True while a job runs or waits. */
  get busy(): boolean {
    return this.#unfinished > 0;
  }

  /**
   * Runs `job` when its turn comes. Rejects with `cancelled` or `deadline` without running it if aborted before, and
   * with `preempted` if a more urgent job took its place.
   */
  async run<T>(options: JobOptions, job: (turn: Turn) => Promise<T>): Promise<T> {
    throwIfAborted(options.signal);
    const { priority, key = null, exclusive = false } = options;
    const { whenPreempted = disposable.has(priority) ? 'end' : 'stay' } = options;
    const preemption = new AbortController();
    const signal = AbortSignal.any([options.signal, preemption.signal]);
    let refuse = (_error: EngineError): void => undefined;
    const refused = new Promise<never>((_resolve, reject) => (refuse = reject));
    refused.catch(() => undefined);
    const entry: Entry = {
      priority,
      key,
      lanes: exclusive ? lanes : [laneOf(priority)],
      whenPreempted,
      order: this.#order++,
      preemption,
      passed: 0,
      grant: null,
      refuse,
      begun: false,
    };
    this.#coalesce(entry);
    this.#unfinished += 1;
    const raise = (): void => this.#raise(entry);
    if (options.urgent?.aborted === true) raise();
    else options.urgent?.addEventListener('abort', raise, { once: true });
    try {
      const started = this.#wait(entry, signal);
      this.#preempt(entry);
      await Promise.race([started, refused]);
      throwIfAborted(signal);
      return await job({ signal, giveWay: () => this.#giveWay(entry, signal) });
    } catch (error) {
      throw error instanceof Error ? error : new Error(String(error));
    } finally {
      options.urgent?.removeEventListener('abort', raise);
      this.#unfinished -= 1;
      this.#leave(entry);
    }
  }

  #raise(entry: Entry): void {
    entry.priority = 'keystroke';
    entry.whenPreempted = 'stay';
    this.#preempt(entry);
    this.#dispatch();
  }

  /** Ends waiting keystrokes that this one makes stale. */
  #coalesce({ priority, key }: Entry): void {
    if (priority !== 'keystroke' || key === null) return;
    const stale = this.#waiting.filter(
      (other) => !other.begun && other.priority === priority && other.key === key,
    );
    this.#waiting = this.#waiting.filter((other) => !stale.includes(other));
    for (const other of stale) other.refuse(cancelled());
  }

  /** Ends jobs whose lane a more urgent one needs, where they can be ended. */
  #preempt(entry: Entry): void {
    for (const lane of entry.lanes) {
      const holder = this.#holders[lane];
      if (holder === null || holder === entry || holder.whenPreempted !== 'end') continue;
      if (rank(holder.priority) > rank(entry.priority)) {
        holder.preemption.abort(
          new EngineError('preempted', 'A more urgent request took the place of this one.'),
        );
      }
    }
  }

  /** Waits for the processor (and, before the start, the lane); rejects at once when aborted. */
  #wait(entry: Entry, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        // What rests has its own memory to free, which is done when nothing else runs.
        if (entry.begun && entry.whenPreempted === 'rest') return;
        entry.grant = null;
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(abortError(signal));
        this.#dispatch();
      };
      entry.grant = () => {
        signal.removeEventListener('abort', onAbort);
        entry.grant = null;
        resolve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#dispatch();
    });
  }

  async #giveWay(entry: Entry, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const next = this.#next(entry);
    const second = next === undefined || rank(next.priority) >= rank(entry.priority);
    if (second && this.#held === null) return;
    if (!second && entry.whenPreempted === 'rest') this.#leaveLanes(entry);
    this.#processor = null;
    await this.#wait(entry, signal);
    throwIfAborted(signal);
  }

  #leave(entry: Entry): void {
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    this.#leaveLanes(entry);
    if (this.#processor === entry) this.#processor = null;
    this.#dispatch();
  }

  #leaveLanes(entry: Entry): void {
    for (const lane of entry.lanes) if (this.#holders[lane] === entry) this.#holders[lane] = null;
  }

  #dispatch(): void {
    if (this.#processor !== null) return;
    const next = this.#next(null);
    if (next === undefined || (this.#held !== null && next.lanes.length === 1)) return;
    this.#waiting = this.#waiting.filter((entry) => entry !== next);
    if (isCompletion(next.priority)) for (const other of this.#waiting) other.passed += 1;
    next.passed = 0;
    next.begun = true;
    for (const lane of next.lanes) this.#holders[lane] = next;
    this.#processor = next;
    next.grant?.();
  }

  /** Who would get the processor next; `resting` is the job that is about to leave it, if any. */
  #next(resting: Entry | null): Entry | undefined {
    const ready = this.#waiting.filter((entry) => this.#canGo(entry, resting));
    if (resting !== null) return mostUrgent(ready);
    // Only between two completions: one that has begun is not interrupted.
    return (
      mostUrgent(ready.filter(({ lanes, passed }) => !lanes.includes('completion') && passed >= patience)) ??
      mostUrgent(ready)
    );
  }

  #canGo(entry: Entry, resting: Entry | null): boolean {
    const free = (lane: Lane): boolean => {
      const holder = this.#holders[lane];
      return holder === null || holder === entry || (holder === resting && holder.whenPreempted === 'rest');
    };
    if (!entry.lanes.every(free)) return false;
    // Nothing new begins before a job that waits for all lanes, which might never be free together otherwise.
    return entry.begun || !this.#waiting.some((other) => other.lanes.length > 1 && other.order < entry.order);
  }
}

function mostUrgent(entries: readonly Entry[]): Entry | undefined {
  return entries.reduce<Entry | undefined>((best, entry) => {
    if (best === undefined) return entry;
    const urgency = rank(entry.priority) - rank(best.priority);
    return urgency < 0 || (urgency === 0 && entry.order < best.order) ? entry : best;
  }, undefined);
}

/** The error that an aborted signal stands for. */
export function abortError(signal: AbortSignal): EngineError {
  const reason: unknown = signal.reason;
  if (reason instanceof EngineError) return reason;
  const timedOut = reason instanceof DOMException && reason.name === 'TimeoutError';
  return timedOut ? new EngineError('deadline', 'The request was not done by its deadline.') : cancelled();
}

/** Throws `cancelled`, `deadline` or `preempted` for an aborted signal. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}
