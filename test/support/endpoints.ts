import type { ChatEvent, ChatQuery } from '../../src/core/chat/types.ts';
import type {
  EndpointCall,
  EndpointKeys,
  InfillCall,
  InfillQuery,
  SentAbout,
} from '../../src/core/endpoints/ports.ts';
import type { Endpoint } from '../../src/core/endpoints/types.ts';
import { Egress } from '../../src/remote/egress.ts';
import type { EgressOptions, EgressResponse } from '../../src/remote/egressTypes.ts';
import { EndpointHttp, type EndpointHttpOptions } from '../../src/remote/endpoints/transport.ts';

/** An endpoint as a user may have configured it. */
export function endpointAt(address: string, more: Partial<Endpoint> = {}): Endpoint {
  return {
    name: 'team',
    address,
    api: 'openai',
    model: '',
    roles: ['chat'],
    class: 'local',
    contextTokens: null,
    price: null,
    keepAliveMinutes: null,
    ...more,
  };
}

/** The key of all endpoints. */
export function keysOf(key: string | null): EndpointKeys {
  return { get: () => Promise.resolve(key) };
}

/** Requests to an endpoint through a door of their own. */
export function httpTo(
  endpoint: Endpoint,
  {
    key = null,
    egress = {},
    ...more
  }: {
    key?: string | null;
    egress?: EgressOptions;
  } & Pick<EndpointHttpOptions, 'timers'> = {},
): EndpointHttp {
  return new EndpointHttp({ egress: new Egress(egress), endpoint, keys: keysOf(key), ...more });
}

/** Requests that are all answered with this body, in these pieces, without a network. */
export function httpThatAnswers(
  endpoint: Endpoint,
  pieces: readonly Uint8Array[],
  type: string,
): EndpointHttp {
  // A generator of promises, as a socket's chunks are.
  const body = async function* (): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      await Promise.resolve();
      yield piece;
    }
  };
  const response: EgressResponse = {
    status: 200,
    headers: { 'content-type': type },
    address: endpoint.address,
    host: 'made.up:1',
    hops: [],
    body: body(),
    text: () => Promise.resolve(Buffer.concat(pieces).toString()),
    discard: () => undefined,
  };
  const egress = { request: () => Promise.resolve(response) };
  return new EndpointHttp({ egress, endpoint, keys: keysOf(null) });
}

export const about: SentAbout = {
  endpoint: 'team',
  purpose: 'chat',
  places: [{ path: 'src/a.ts', startLine: 0, endLine: 4 }],
  tokens: 12,
  redactions: 1,
};

/** A call that collects its events. */
export function chatCall(
  signal = new AbortController().signal,
): EndpointCall & { readonly events: ChatEvent[] } {
  const events: ChatEvent[] = [];
  return { signal, about, events, onEvent: (event) => events.push(event) };
}

export function infillCall(more: Partial<InfillCall> = {}): InfillCall & { readonly texts: string[] } {
  const texts: string[] = [];
  const signal = new AbortController().signal;
  return {
    signal,
    about: { ...about, purpose: 'completion' },
    texts,
    onText: (text) => texts.push(text),
    ...more,
  };
}

/** A question, as short as it can be. */
export function question(more: Partial<ChatQuery> = {}): ChatQuery {
  return {
    messages: [
      { role: 'system', content: 'You are brief.' },
      { role: 'user', content: 'What is it?' },
    ],
    tools: [],
    maxTokens: 200,
    temperature: 0,
    seed: 1,
    thinking: false,
    ...more,
  };
}

export function gap(more: Partial<InfillQuery> = {}): InfillQuery {
  return {
    prefix: 'const a = ',
    suffix: ';\n',
    path: 'src/a.ts',
    repository: null,
    extra: [],
    prompt: null,
    maxTokens: 40,
    stops: [],
    ...more,
  };
}

/** Events with text of one kind put together: how a stream was cut does not show in them. */
export function joined(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const all: ChatEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    const same = last !== undefined && last.kind === event.kind && 'text' in last && 'text' in event;
    if (same) all[all.length - 1] = { ...last, text: last.text + event.text };
    else all.push(event);
  }
  return all;
}

/** Bytes cut in two, at each of their boundaries. */
export function* cutInTwo(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (let at = 0; at <= bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Bytes in pieces of several sizes, begun at each place: every boundary is cut in each size, among other cuts. */
export function* cutInPieces(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  for (const size of [1, 2, 3, 7, 31]) {
    for (let first = 1; first <= size; first += 1) {
      const pieces = [bytes.subarray(0, first)];
      for (let at = first; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      yield pieces;
    }
  }
}
