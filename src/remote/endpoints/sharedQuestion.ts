import { EndpointError } from '../../core/endpoints/errors.ts';

interface Asked<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  value: T | null;
  waiting: number;
}

/**
 * A question that is asked once for all who want to know, and again only after it failed or was forgotten. One who gives
 * up waits no longer; when nobody waits any more, the question itself is given up.
 */
export class SharedQuestion<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  #asked: Asked<T> | null = null;

  constructor(ask: (signal: AbortSignal) => Promise<T>) {
    this.#ask = ask;
  }

  /** The answer; rejects with EndpointError (`cancelled`) when `signal` aborts first, and as the question does. */
  async answer(signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw stopped();
    const asked = this.#asked ?? this.#begin();
    asked.waiting += 1;
    let stop = (): void => undefined;
    const given = new Promise<never>((_, reject) => {
      stop = () => reject(stopped());
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([asked.answer, given]);
    } finally {
      signal.removeEventListener('abort', stop);
      asked.waiting -= 1;
      if (asked.waiting === 0 && asked.value === null) this.#end(asked);
    }
  }

  /** Takes the answer for known no more: any, or only the one that is given, if it is still the last. */
  forget(answer?: T): void {
    if (answer !== undefined && this.#asked?.value !== answer) return;
    this.#asked = null;
  }

  #begin(): Asked<T> {
    const controller = new AbortController();
    const answer = this.#ask(controller.signal);
    const asked: Asked<T> = { answer, controller, value: null, waiting: 0 };
    this.#asked = asked;
    answer.then(
      (value) => (asked.value = value),
      () => this.#end(asked),
    );
    return asked;
  }

  #end(asked: Asked<T>): void {
    if (this.#asked === asked) this.#asked = null;
    asked.controller.abort();
  }
}

function stopped(): EndpointError {
  return new EndpointError('cancelled', 'The request was stopped.');
}
