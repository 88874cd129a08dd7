import { asEngineError } from './errors.ts';
import type { LogLevel, LoadedModel, SelfTestReply } from './protocol.ts';
import type { EngineSession } from './session.ts';
import type { Timers } from './timers.ts';

export interface SelfTestOptions {
  readonly timers: Timers;
  /** Quiet time after a completion before the self-test of the prompt order may run. */
  readonly idleMs: number;
  /** Whether work may be done that nobody asked for; asked when it would begin. */
  readonly may: () => boolean;
  readonly log: (level: LogLevel, message: string) => void;
  /** Takes what was found out. */
  readonly found: (session: EngineSession, reply: SelfTestReply) => Promise<void>;
}

/** Once nobody types for a while: finds out a model's prompt order, if that is only guessed so far. */
export class SelfTests {
  readonly #options: SelfTestOptions;
  readonly #asked = new WeakSet<EngineSession>();
  #works = true;
  #cancel: () => void = () => undefined;

  constructor(options: SelfTestOptions) {
    this.#options = options;
  }

  /** Somebody works: not now. */
  cancel(): void {
    this.#cancel();
  }

  /** After a completion of this model. */
  schedule(session: EngineSession, { format }: LoadedModel): void {
    this.#cancel();
    if (this.#asked.has(session) || !this.#works) return;
    if (format.orderFrom !== 'family' || format.markers === 'none') return;
    this.#cancel = this.#options.timers.after(this.#options.idleMs, () => {
      // After another completion it is asked again.
      if (!this.#options.may()) return;
      this.#asked.add(session);
      this.#run(session).catch((error: unknown) => {
        const { code, message } = asEngineError(error);
        // A test that takes the process down would do so again, after every completion.
        if (code !== 'stopped') this.#works = false;
        this.#options.log('debug', `No self-test: ${message}`);
      });
    });
  }

  async #run(session: EngineSession): Promise<void> {
    const reply = await session.request('selfTest', {}, { priority: 'warm-up', deadlineMs: 0 });
    await this.#options.found(session, reply);
  }
}
