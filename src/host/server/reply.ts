import type { ServedReply } from '../../remote/listenTypes.ts';
import type { Timers } from '../../remote/timers.ts';
import { asRefusal } from './refusal.ts';

type Headers = Readonly<Record<string, string>>;

const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The answer to one request: JSON at once, or events as they come. */
export class Reply {
  readonly #reply: ServedReply;
  readonly #timers: Timers;
  readonly #stallMs: number;
  readonly #gone = new AbortController();
  /** Ends the wait for a client that reads nothing; null where nothing waits for it. */
  #notStalled: (() => void) | null = null;
  #headers: Headers = {};
  #status = 0;

  /** `stallMs`: how long a client may read nothing of what waits for it. */
  constructor(
    reply: ServedReply,
    { timers, stallMs }: { readonly timers: Timers; readonly stallMs: number },
  ) {
    this.#reply = reply;
    this.#timers = timers;
    this.#stallMs = stallMs;
    for (const event of ['drain', 'finish'] as const) reply.on(event, () => this.#read());
    reply.on('close', () => {
      this.#read();
      if (!reply.writableFinished) this.#gone.abort();
    });
    // The client went away: the signal says it.
    reply.on('error', () => undefined);
  }

  /** Aborted when the client went away before it had the whole answer. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** The status that was sent; 0 before. */
  get status(): number {
    return this.#status;
  }

  /** Adds headers to whatever the answer will be. */
  add(headers: Headers): void {
    this.#headers = { ...this.#headers, ...headers };
  }

  /** Answers with headers alone. */
  empty(status: number, headers: Headers): void {
    this.#head(status, headers);
    this.#end('');
  }

  /** Answers with an object. */
  json(status: number, value: object, headers: Headers = {}): void {
    const text = JSON.stringify(value);
    const length = String(Buffer.byteLength(text));
    this.#head(status, {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': length,
    });
    this.#end(text);
  }

  /** Sends an event; the first one sends the head of the answer too. */
  event(value: object): void {
    if (!this.#reply.headersSent) this.#head(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (this.#reply.destroyed || this.#reply.writableEnded) return;
    if (!this.#reply.write(eventText(value))) this.#wait();
  }

  /** All events were sent. */
  done(): void {
    this.#end('data: [DONE]\n\n');
  }

  /** Says what went wrong, as a status where that is still to be sent, else as the last event. */
  fail(error: unknown): void {
    const refusal = asRefusal(error);
    if (!this.#reply.headersSent) return this.json(refusal.status, refusal.body, refusal.headers);
    if (this.#reply.writableEnded) return;
    this.#end(eventText(refusal.body));
  }

  #head(status: number, headers: Headers): void {
    this.#status = status;
    this.#reply.writeHead(status, { ...always, ...this.#headers, ...headers });
  }

  #end(text: string): void {
    this.#reply.end(text);
    if (!this.#reply.writableFinished) this.#wait();
  }

  #wait(): void {
    this.#notStalled ??= this.#timers.after(this.#stallMs, () => this.#reply.destroy());
  }

  #read(): void {
    this.#notStalled?.();
    this.#notStalled = null;
  }
}

function eventText(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
