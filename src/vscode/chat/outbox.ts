import type { ToPage } from '../../core/chat/view.ts';
import type { Timers } from '../timers.ts';

/** Least time between two deliveries: a display shows no more. */
const frameMs = 33;

/** Messages of which only the newest of their kind counts. */
const onlyNewest: ReadonlySet<ToPage['type']> = new Set([
  'busy',
  'chips',
  'model',
  'abilities',
  'suggestions',
  'history',
  'show',
  'routes',
  'consent',
]);

/**
 * What the page is to be told, put together: text that is written token by token goes in one piece a frame, and what a
 * later message makes pointless is not sent at all.
 */
export class Outbox {
  readonly #timers: Timers;
  readonly #post: (message: ToPage) => void;
  #queue: ToPage[] = [];
  #last = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, post: (message: ToPage) => void) {
    this.#timers = timers;
    this.#post = post;
  }

  send(message: ToPage): void {
    this.#queue = withMessage(this.#queue, message);
    const wait = Math.max(0, this.#last + frameMs - this.#timers.now());
    this.#cancel ??= this.#timers.after(wait, () => this.#deliver());
  }

  /** Forgets what was not delivered yet. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#queue = [];
  }

  #deliver(): void {
    const queue = this.#queue;
    this.clear();
    this.#last = this.#timers.now();
    for (const message of queue) this.#post(message);
  }
}

/** The messages that say the same as `queue` and then `message`. */
function withMessage(queue: readonly ToPage[], message: ToPage): ToPage[] {
  const { type } = message;
  if (onlyNewest.has(type)) return [...queue.filter((queued) => queued.type !== type), message];
  if (type === 'conversation') return [...queue.filter((queued) => aboutOf(queued) === null), message];
  if (type === 'message') return replaced(queue, message);
  if (type === 'wrote') return appended(queue, message);
  if (type !== 'prefill') return [...queue, message];
  return [...queue.filter((queued) => queued.type !== type || queued.id !== message.id), message];
}

/** Id of the message that it is about, '' for all; null where it is about something else. */
function aboutOf(message: ToPage): string | null {
  if (message.type === 'conversation') return '';
  if (message.type === 'message') return message.message.id;
  return message.type === 'wrote' || message.type === 'prefill' ? message.id : null;
}

/** A whole message takes the place of what was said of it, and stays where it stood among the others. */
function replaced(queue: readonly ToPage[], message: Extract<ToPage, { type: 'message' }>): ToPage[] {
  const { id } = message.message;
  const first = queue.findIndex((queued) => queued.type === 'message' && queued.message.id === id);
  const others = queue.filter((queued, index) => index === first || aboutOf(queued) !== id);
  if (first === -1) return [...others, message];
  return others.map((queued) => (queued.type === 'message' && queued.message.id === id ? message : queued));
}

function appended(queue: readonly ToPage[], message: Extract<ToPage, { type: 'wrote' }>): ToPage[] {
  // What is about other messages may stand between: it changes nothing in this one.
  const last = queue.findLastIndex((queued) => ['', message.id].includes(aboutOf(queued) ?? '-'));
  const before = queue[last];
  if (before?.type !== 'wrote' || before.kind !== message.kind) return [...queue, message];
  return queue.with(last, { ...before, text: before.text + message.text });
}
