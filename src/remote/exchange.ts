import type { Readable } from 'node:stream';
import { abortedRequest, connectionError, EgressError, type EgressErrorCode } from './egressError.ts';
import type {
  EgressClosed,
  EgressHeaders,
  EgressHop,
  EgressOpened,
  EgressRequest,
  EgressResponse,
} from './egressTypes.ts';
import type { Timers } from './timers.ts';
import { Watch } from './watch.ts';

/** What can be ended with an error, which it then tells whoever waits for it. */
interface Endable {
  destroy(error?: Error): unknown;
  on(event: 'error', listener: () => void): unknown;
}

/** The head of an answer, and its body as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: EgressHeaders;
  readonly address: string;
  readonly body: Readable;
}

/**
 * One request to one host from before its socket opens to its end: gives up when it is aborted or takes too long,
 * and tells the ledger once how it ended. Opens nothing itself.
 */
export class Exchange {
  readonly #host: string;
  readonly #timers: Timers;
  readonly #began: number;
  readonly #tell: (closed: EgressClosed) => void;
  readonly #watch: Watch;
  readonly #signal: AbortSignal | undefined;
  readonly #aborted = (): void => this.#giveUp(abortedRequest());
  #held: Endable | null = null;
  #error: EgressError | null = null;
  #closed = false;
  #status: number | null = null;
  #received = 0;
  #isConnected = false;
  /** Bytes of the request's body. They count as sent, all of them, from the moment the connection stands. */
  bodyBytes = 0;

  constructor(
    opened: EgressOpened,
    request: EgressRequest,
    options: { timers: Timers; tell: (closed: EgressClosed) => void },
  ) {
    this.#host = opened.host;
    this.#timers = options.timers;
    this.#began = options.timers.now();
    this.#tell = options.tell;
    const { connectMs = 20_000, idleMs = 30_000 } = request;
    this.#watch = new Watch({ timers: options.timers, connectMs, idleMs, host: opened.host }, (error) =>
      this.#giveUp(error),
    );
    this.#signal = request.signal;
    this.#signal?.addEventListener('abort', this.#aborted);
    if (this.#signal?.aborted === true) this.#giveUp(abortedRequest());
  }

  /**
   * Makes what is to be ended when this is given up. Throws EgressError, and makes nothing, if it was given up already.
   */
  hold<T extends Endable>(make: () => T): T {
    if (this.#error !== null) throw this.#error;
    const held = make();
    // A failure that comes when nobody listens any more has been told of already.
    held.on('error', () => undefined);
    this.#held = held;
    return held;
  }

  /** The connection stands, and an answer is waited for. */
  connected(): void {
    this.#isConnected = true;
    if (!this.#closed) this.#watch.waiting();
  }

  /** Ends the exchange by an error, and returns what to throw. */
  fail(error: unknown): EgressError {
    const cause = this.#error ?? connectionError(error, this.#host);
    this.#error = cause;
    this.#close(outcomeOf(cause.code, this.#held !== null));
    this.#held?.destroy();
    return cause;
  }

  /** Gives it up: whoever waits for it gets this error. */
  stop(error: EgressError): void {
    this.#giveUp(error);
  }

  /** Ends an exchange whose answer only says where to go on. */
  redirect(answer: Answer): void {
    this.#status = answer.status;
    this.#close('redirected');
    answer.body.destroy();
  }

  /** The answer as whoever asked gets it. */
  response(answer: Answer, hops: readonly EgressHop[]): EgressResponse {
    this.#status = answer.status;
    const body = this.#read(answer.body);
    const discard = (): void => {
      this.#close('stopped');
      answer.body.destroy();
    };
    return {
      status: answer.status,
      headers: answer.headers,
      address: answer.address,
      host: this.#host,
      hops,
      body,
      discard,
      text: (mostBytes) => this.#text(body, mostBytes),
    };
  }

  async *#read(body: Readable): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        this.#received += chunk.length;
        // While the reader is busy, a silent server is not to blame.
        this.#watch.rest();
        yield chunk;
        if (!this.#closed) this.#watch.waiting();
      }
      if (this.#error !== null) throw this.#error;
      this.#close('answered');
    } catch (error) {
      throw this.fail(error);
    } finally {
      this.#close('stopped');
      body.destroy();
    }
  }

  async #text(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > mostBytes) {
        throw new EgressError('too-large', `The answer of ${this.#host} is too large: use another address.`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #giveUp(error: EgressError): void {
    if (this.#closed) return;
    this.#error ??= error;
    this.#held?.destroy(error);
  }

  #close(outcome: EgressClosed['outcome']): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.rest();
    this.#signal?.removeEventListener('abort', this.#aborted);
    this.#tell({
      outcome,
      status: this.#status,
      error: this.#error?.code ?? null,
      sent: this.#isConnected ? this.bodyBytes : 0,
      received: this.#received,
      milliseconds: this.#timers.now() - this.#began,
    });
  }
}

/** What is forbidden while a socket is open is stopped. */
function outcomeOf(code: EgressErrorCode, held: boolean): EgressClosed['outcome'] {
  if (code === 'aborted') return 'stopped';
  if (code !== 'forbidden') return 'failed';
  return held ? 'stopped' : 'refused';
}
