import type { ChatEvent } from '../core/chat/types.ts';
import { systemTimers, type Timers } from './timers.ts';

/** Least time between two messages: sixty a second are as many as anybody sees. */
const everyMs = 16;

/** Gathers what comes in of an answer, so that a fast model does not send a message for each token. */
export class EventBatch {
  readonly #send: (events: ChatEvent[]) => void;
  readonly #timers: Timers;
  #events: ChatEvent[] = [];
  #sentAt = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(send: (events: ChatEvent[]) => void, timers: Timers = systemTimers) {
    this.#send = send;
    this.#timers = timers;
  }

  /** Takes an event; it is sent at once where none was a moment ago. */
  push(event: ChatEvent): void {
    this.#add(event);
    const wait = this.#sentAt + everyMs - this.#timers.now();
    if (wait <= 0) this.flush();
    else this.#cancel ??= this.#timers.after(wait, () => this.flush());
  }

  /** Sends what is there. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#sentAt = this.#timers.now();
    this.#send(events);
  }

  #add(event: ChatEvent): void {
    const last = this.#events.at(-1);
    if (last === undefined || last.kind !== event.kind || event.kind === 'tool-call') {
      this.#events.push(event);
    } else if (event.kind === 'prefill') {
      this.#events[this.#events.length - 1] = event;
    } else if (last.kind === event.kind) {
      this.#events[this.#events.length - 1] = { kind: event.kind, text: last.text + event.text };
    }
  }
}
