import * as vscode from 'vscode';
import { isWritten, type RefactorEvent, type RefactorState } from '../../core/refactor/lifecycle.ts';
import type { RefactorFailure } from '../../core/refactor/result.ts';
import { RefactorTask } from '../../core/refactor/task.ts';

/** The state of one refactor with what is said of it. Whoever shows it is told of each change. */
export class RunState {
  /** Every change of the state goes through it. */
  readonly task = new RefactorTask();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #message: string | null = null;
  #failure: RefactorFailure | null = null;
  #isWorking = false;
  #isQuiet = false;
  #isSoon = false;

  constructor() {
    this.task.onStep(({ to }) => this.#stepped(to));
  }

  get now(): RefactorState {
    return this.task.state;
  }

  get ended(): boolean {
    return this.task.ended;
  }

  get isWritten(): boolean {
    return isWritten(this.now);
  }

  /** Whether the model is at it. What comes of it is told with its result. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  get canAskAgain(): boolean {
    return !this.#isWorking && (this.now === 'ready' || this.now === 'failed' || this.now === 'outdated');
  }

  /** Why it failed, is outdated or tried once more, or what is new after it. */
  get message(): string | null {
    return this.#message;
  }

  get failure(): RefactorFailure | null {
    return this.#failure;
  }

  /** False where the event means nothing in this state. */
  send(event: RefactorEvent): boolean {
    return this.task.send(event);
  }

  /** Several events of which only the last state is anything to tell, by who calls this. */
  sendQuietly(...events: readonly RefactorEvent[]): void {
    this.#isQuiet = true;
    for (const event of events) this.task.send(event);
    this.#isQuiet = false;
  }

  /** What is said from the next change on. */
  say(message: string | null, failure: RefactorFailure | null = null): void {
    [this.#message, this.#failure] = [message, failure];
  }

  /** Something went wrong, as the event tells. */
  fail(event: 'unanswered' | 'unapplied' | 'conflicted', failure: RefactorFailure, message: string): void {
    this.say(message, failure);
    this.task.send(event);
  }

  /** Something of it looks otherwise. */
  changed(): void {
    this.#changed.fire();
  }

  /** Calls `look` once what happens now is over: one edit can bring several events, and its text comes before them. */
  soon(look: () => void): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      if (!this.ended) look();
    });
  }

  /** Tells nobody of `ready` and `failed` while the model works. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    this.#isWorking = true;
    try {
      return await work();
    } finally {
      this.#isWorking = false;
    }
  }

  /** What the user says; null: they gave up. Undefined: the state is another one by now, and the question taken back. */
  async whileHere<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | null | undefined> {
    const over = new AbortController();
    const unheard = this.task.onStep(() => over.abort());
    try {
      const said = await ask(over.signal);
      return over.signal.aborted ? undefined : said;
    } catch {
      return over.signal.aborted ? undefined : null;
    } finally {
      unheard();
    }
  }

  #stepped(to: RefactorState): void {
    const isToldLater = this.#isWorking && (to === 'ready' || to === 'failed');
    if (!isToldLater && !this.#isQuiet) this.#changed.fire();
  }
}
