import type { ChatEvent } from '../types.ts';
import type { CallText } from './callText.ts';

/** Takes text in pieces and gives what it says. */
export interface AnswerReader {
  push(text: string): void;
  end(): void;
}

/** The events of one piece of an answer: text of one kind is put together. */
export class Collected {
  readonly #newCallId: () => string;
  #events: ChatEvent[] = [];

  constructor(newCallId: () => string) {
    this.#newCallId = newCallId;
  }

  write(kind: 'text' | 'reasoning', text: string): void {
    if (text === '') return;
    const last = this.#events.at(-1);
    if (last?.kind !== kind) this.#events.push({ kind, text });
    else this.#events[this.#events.length - 1] = { kind, text: last.text + text };
  }

  call(call: CallText): void {
    const { id = this.#newCallId(), name } = call;
    this.#events.push({ kind: 'tool-call', call: { id, name, arguments: call.arguments } });
  }

  /** What has come since this was asked last. */
  take(): readonly ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
