import assert from 'node:assert/strict';
import { setImmediate as nextRound } from 'node:timers/promises';
import { EngineError } from '../../src/engine/errors.ts';
import { Scheduler, type JobOptions, type Turn } from '../../src/engine/llama/scheduler.ts';
import type { Priority } from '../../src/engine/protocol.ts';

/** A signal that is never aborted. */
export const never = new AbortController().signal;

export interface Gate {
  readonly promise: Promise<void>;
  open(this: void): void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

export interface AskOptions {
  steps?: number;
  signal?: AbortSignal;
  /** `default`: as the priority has it. */
  whenPreempted?: NonNullable<JobOptions['whenPreempted']> | 'default';
  key?: string | null;
  exclusive?: boolean;
}

/** Jobs that write down when they begin and end; one job runs until `let` is called with its name. */
export class Stage {
  readonly scheduler = new Scheduler();
  readonly log: string[] = [];
  readonly #gates = new Map<string, Gate>();

  /** Asks for a job that waits for `let(name)` once per step, and gives way between two steps. */
  ask(
    name: string,
    priority: Priority,
    { steps = 1, signal = never, whenPreempted = 'rest', key = null, exclusive = false }: AskOptions = {},
  ): Promise<string> {
    const preempted = whenPreempted === 'default' ? {} : { whenPreempted };
    return this.scheduler.run({ priority, signal, ...preempted, key, exclusive }, async (turn: Turn) => {
      this.log.push(`${name}(`);
      try {
        for (let step = 1; step <= steps; step += 1) {
          await this.#gate(name).promise;
          this.#gates.delete(name);
          if (step < steps) await turn.giveWay();
        }
      } finally {
        this.log.push(`)${name}`);
      }
      return name;
    });
  }

  /** Lets the job take its next step, and waits until everything that follows from it has happened. */
  async let(name: string): Promise<void> {
    this.#gate(name).open();
    await nextRound();
  }

  get happened(): string {
    return this.log.join(' ');
  }

  #gate(name: string): Gate {
    const found = this.#gates.get(name) ?? gate();
    this.#gates.set(name, found);
    return found;
  }
}

/** Asserts that a request fails with an error code. */
export const rejectsWith = (promise: Promise<unknown>, code: string): Promise<void> =>
  assert.rejects(promise, (error) => error instanceof EngineError && error.code === code);
