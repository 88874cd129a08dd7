import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointKeys, SentAbout } from '../../core/endpoints/ports.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { parsed } from '../../core/text/json.ts';
import type { Egress } from '../egress.ts';
import type { EgressPurpose, EgressResponse } from '../egressTypes.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { badAnswer, brokenAnswer, connectionFailure, refusalOf, reportedError } from './failures.ts';
import { linesOf, ServerEvents, type ServerEvent } from './serverEvents.ts';
import { pause } from './pause.ts';

/** What an endpoint's requests go through, and how they are signed. */
export interface EndpointHttpOptions {
  readonly egress: Pick<Egress, 'request'>;
  readonly endpoint: Pick<Endpoint, 'name' | 'address' | 'class'>;
  readonly keys: EndpointKeys;
  /** Headers that an interface wants, the key among them (null: there is none). Default: `bearer`. */
  readonly headers?: (key: string | null) => Readonly<Record<string, string>>;
  readonly timers?: Timers;
}

/** Who may stop a request, and what it is for. */
export interface EndpointHttpCall {
  readonly signal: AbortSignal;
  readonly about: SentAbout;
  readonly purpose: Extract<EgressPurpose, 'endpoint' | 'endpoint-probe' | 'discovery'>;
  /** Longest time without a byte. Default: 10 minutes. */
  readonly idleMs?: number;
}

/** The key as most servers want it. */
export function bearer(key: string | null): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** A server that runs does not take longer to take a connection, and whoever types waits for no more than 15 s. */
const connectMs = 8_000;

/** A server may load its model and evaluate a long prompt, or think unseen, before it sends anything. */
const idleMs = 10 * 60_000;

/** Most bytes of an answer in one piece, of an error's, of a stream, and most characters of one event or line of it. */
const mostJson = 16 * 1024 * 1024;
const mostError = 64 * 1024;
const mostStream = 64 * 1024 * 1024;
const mostEvent = 4 * 1024 * 1024;

/** A stream may bring signs of life this long without an event: some servers send them while a question waits. */
const longestSilence = 15 * 60_000;

/** The longest wait that a server may ask for before the one repeat. */
const longestWait = 5000;

/** Keys are sent as they are: what can't stand in a header is none. */
const possibleKey = /^[\x21-\x7e]+$/;

/**
 * Requests to one endpoint: JSON there, JSON or a stream of it back. Whatever goes wrong is an EndpointError with the
 * endpoint's name, and without its key. Redirects are not followed. One request that is refused with 429 or 503 and a
 * wait of at most 5 s is sent once more; nothing else is repeated.
 */
export class EndpointHttp {
  readonly #options: EndpointHttpOptions;

  constructor(options: EndpointHttpOptions) {
    this.#options = options;
  }

  /** The same with other headers. */
  withHeaders(headers: EndpointHttpOptions['headers'] & {}): EndpointHttp {
    return new EndpointHttp({ ...this.#options, headers });
  }

  get endpoint(): EndpointHttpOptions['endpoint'] {
    return this.#options.endpoint;
  }

  get timers(): Timers {
    return this.#options.timers ?? systemTimers;
  }

  /**
   * An answer in one piece, of at most 16 MiB. `path` begins with `/` and stands behind the endpoint's address; without
   * a `body` it is asked for with GET.
   */
  async json(path: string, body: unknown, call: EndpointHttpCall): Promise<unknown> {
    const response = await this.#open(path, body, call);
    const text = await this.#text(response, mostJson);
    const value = parsed(text);
    if (value === undefined) throw badAnswer(this.endpoint.name, wrongContent(response));
    return value;
  }

  /**
   * Server-sent events. An answer of JSON in one piece is given as its only event: some servers don't stream. To stop
   * reading closes the connection.
   */
  async *events(path: string, body: unknown, call: EndpointHttpCall): AsyncGenerator<ServerEvent, void> {
    const response = await this.#open(path, body, call);
    const type = typeOf(response);
    if (/\bjson\b/.test(type) && !type.includes('stream')) {
      yield { event: null, data: await this.#text(response, mostJson) };
      return;
    }
    if (type !== '' && !/event-stream|text\/plain|octet-stream/.test(type)) {
      response.discard();
      throw badAnswer(this.endpoint.name, wrongContent(response));
    }
    const reader = new ServerEvents(mostEvent);
    yield* this.#stream(response, (text) => reader.read(text));
  }

  /** JSON values, one on each line. To stop reading closes the connection. */
  async *lines(path: string, body: unknown, call: EndpointHttpCall): AsyncGenerator<unknown, void> {
    const response = await this.#open(path, body, call);
    if (typeOf(response).includes('html')) {
      response.discard();
      throw badAnswer(this.endpoint.name, wrongContent(response));
    }
    const reader = linesOf(mostEvent);
    for await (const line of this.#stream(response, (text) => reader(text))) {
      const value = parsed(line);
      if (value === undefined) throw badAnswer(this.endpoint.name, 'a line of its answer is no JSON');
      yield value;
    }
  }

  /** The error that an answer of success reports in the midst of it (`{"error": …}`), for people and without the key. */
  async reported(value: unknown): Promise<EndpointError> {
    return reportedError(value, { name: this.endpoint.name, key: await this.#key() });
  }

  /** Reads a stream to its end; `read` gives what is whole by now, and what is left at the end (null). */
  async *#stream<T>(
    response: EgressResponse,
    read: (text: string | null) => readonly T[] | 'too-long',
  ): AsyncGenerator<T, void> {
    const { name } = this.endpoint;
    const decoder = new TextDecoder();
    let size = 0;
    let heard = this.timers.now();
    const whole = (text: string | null): readonly T[] => {
      const items = read(text);
      if (items === 'too-long') throw badAnswer(name, 'one event of its answer has no end');
      return items;
    };
    try {
      for await (const chunk of response.body) {
        size += chunk.length;
        if (size > mostStream) throw badAnswer(name, 'its answer has no end');
        const items = whole(decoder.decode(chunk, { stream: true }));
        if (items.length > 0) heard = this.timers.now();
        else if (this.timers.now() - heard > longestSilence) {
          throw brokenAnswer(name, `it sent no more of its answer for ${longestSilence / 60_000} minutes`);
        }
        yield* items;
      }
      yield* whole(decoder.decode());
      yield* whole(null);
    } catch (error) {
      throw this.#failed(error, 'answered');
    } finally {
      response.discard();
    }
  }

  async #text(response: EgressResponse, most: number): Promise<string> {
    try {
      return await response.text(most);
    } catch (error) {
      throw this.#failed(error, 'answered');
    }
  }

  /** An answer of success, its body unread. */
  async #open(path: string, body: unknown, call: EndpointHttpCall): Promise<EgressResponse> {
    const first = await this.#ask(path, body, call);
    if (!(first instanceof EndpointError)) return first;
    const busy = first.code === 'rate-limited' || (first.code === 'server' && first.status === 503);
    if (!busy || first.retryAfterMs === null || first.retryAfterMs > longestWait) throw first;
    await pause(first.retryAfterMs, call.signal, this.timers);
    const second = await this.#ask(path, body, call);
    if (second instanceof EndpointError) throw second;
    return second;
  }

  /** One request; an answer that is no success is given as its error. */
  async #ask(path: string, body: unknown, call: EndpointHttpCall): Promise<EgressResponse | EndpointError> {
    const { egress, endpoint, headers = bearer } = this.#options;
    const key = await this.#key();
    let response: EgressResponse;
    try {
      response = await egress.request({
        purpose: call.purpose,
        address: `${endpoint.address}${path}`,
        method: body === null ? 'GET' : 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...headers(key),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: call.signal,
        about: call.about,
        // Whoever typed the address of a server of one's own network meant it.
        allowHttp: endpoint.class !== 'cloud',
        redirects: 0,
        connectMs,
        idleMs: call.idleMs ?? idleMs,
      });
    } catch (error) {
      throw this.#failed(error, 'asked');
    }
    if (response.status >= 200 && response.status < 300) return response;
    // What the server says is worth reading, but not worth failing for in another way.
    const said = await response.text(mostError).catch(() => '');
    if (call.signal.aborted) throw new EndpointError('cancelled', 'The request was stopped.');
    return refusalOf(response, said, { name: endpoint.name, key });
  }

  async #key(): Promise<string | null> {
    const { keys, endpoint } = this.#options;
    const key = await keys.get(endpoint);
    if (key === null || key === '') return null;
    if (possibleKey.test(key)) return key;
    throw new EndpointError(
      'unauthorized',
      `The key of ${endpoint.name} has characters that no key has, blanks or line ends perhaps: set it again.`,
    );
  }

  #failed(error: unknown, when: 'asked' | 'answered'): EndpointError {
    return error instanceof EndpointError ? error : connectionFailure(error, this.endpoint.name, when);
  }
}

function typeOf(response: EgressResponse): string {
  return response.headers['content-type']?.toLowerCase() ?? '';
}

function wrongContent(response: EgressResponse): string {
  const type = typeOf(response).split(';')[0] ?? '';
  if (type.includes('html')) return 'it answers with a web page, a login perhaps';
  return type === '' || type.includes('json') ? 'what it answers is no JSON' : `it answers with ${type}`;
}
