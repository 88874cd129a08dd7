import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility, EndpointRole } from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** What became of the last request to an endpoint; nobody asks one to find out. */
export type EndpointState =
  | { readonly kind: 'unknown' }
  /** `ability` is null where an answer came before anyone asked what it can do. */
  | { readonly kind: 'answers'; readonly ability: EndpointAbility | null }
  | { readonly kind: 'failed'; readonly sentence: string };

const unknown: EndpointState = { kind: 'unknown' };

interface Held {
  readonly endpoint: Endpoint;
  client: EndpointClient | null;
  state: EndpointState;
}

/** The endpoints that the user configured, the client of each, and what is known of them. */
export class Endpoints {
  readonly #create: (endpoint: Endpoint) => EndpointClient;
  readonly #listeners = new Set<() => void>();
  #held: readonly Held[] = [];

  /** `create` makes the client of an endpoint, when it is first needed; it asks nothing by itself. */
  constructor(create: (endpoint: Endpoint) => EndpointClient) {
    this.#create = create;
  }

  /** Takes the configuration as it is now. An endpoint that is as before keeps its client and what is known of it. */
  set(endpoints: readonly Endpoint[]): void {
    const before = this.#held;
    this.#held = endpoints.map((endpoint) => {
      const same = before.find((held) => JSON.stringify(held.endpoint) === JSON.stringify(endpoint));
      return same ?? { endpoint, client: null, state: unknown };
    });
    // What was kept for one that is gone is of no use any more.
    for (const held of before) if (!this.#held.includes(held)) held.client?.forget();
    const changed = this.#held.length !== before.length || this.#held.some((held, at) => held !== before[at]);
    if (changed) this.#tell();
  }

  /** All, in the user's order. */
  get list(): readonly Endpoint[] {
    return this.#held.map(({ endpoint }) => endpoint);
  }

  byName(name: string): Endpoint | null {
    return this.list.find((endpoint) => endpoint.name === name) ?? null;
  }

  /** The first that has a role; null: the local model has it. */
  forRole(role: EndpointRole): Endpoint | null {
    return this.list.find(({ roles }) => roles.includes(role)) ?? null;
  }

  /** The client of an endpoint of the list, the same one for as long as its entry stays as it is. */
  client(endpoint: Pick<Endpoint, 'name'>): EndpointClient {
    const held = this.#find(endpoint.name);
    if (held === undefined) {
      throw new EndpointError(
        'not-offered',
        `There is no endpoint "${endpoint.name}" any more: look at the setting hearth.endpoints.`,
      );
    }
    return (held.client ??= this.#watched(held));
  }

  state(name: string): EndpointState {
    return this.#find(name)?.state ?? unknown;
  }

  /** Takes nothing for known any more of an endpoint, for example as its key has changed. */
  forget(name: string): void {
    const held = this.#find(name);
    if (held === undefined) return;
    held.client?.forget();
    this.#note(held, unknown);
  }

  /** Calls back when the list, or what is known of one of them, has changed. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #find(name: string): Held | undefined {
    return this.#held.find(({ endpoint }) => endpoint.name === name);
  }

  /** A client that tells what came of each request. */
  #watched(held: Held): EndpointClient {
    const client = this.#create(held.endpoint);
    const watch = async <T>(
      asked: Promise<T>,
      ability: (answer: T) => EndpointAbility | null,
    ): Promise<T> => {
      try {
        const answer = await asked;
        const known = held.state.kind === 'answers' ? held.state.ability : null;
        this.#note(held, { kind: 'answers', ability: ability(answer) ?? known });
        return answer;
      } catch (error) {
        if (!saysNothing(error)) this.#note(held, { kind: 'failed', sentence: sentenceOf(error) });
        throw error;
      }
    };
    const none = (): null => null;
    return {
      endpoint: held.endpoint,
      ability: (signal) => watch(client.ability(signal), (ability) => ability),
      chat: (query, call) => watch(client.chat(query, call), none),
      infill: (query, call) => watch(client.infill(query, call), none),
      countTokens: (texts, signal) => client.countTokens(texts, signal),
      forget: () => client.forget(),
    };
  }

  #note(held: Held, state: EndpointState): void {
    const before = held.state;
    held.state = state;
    if (!isSame(before, state)) this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isSame(one: EndpointState, other: EndpointState): boolean {
  if (one.kind === 'answers' && other.kind === 'answers') return one.ability === other.ability;
  if (one.kind === 'failed' && other.kind === 'failed') return one.sentence === other.sentence;
  return one.kind === other.kind;
}

/** What was stopped or refused, by the user's own choice or by what was asked, is no news of the endpoint. */
function saysNothing(error: unknown): boolean {
  return error instanceof EndpointError && ['cancelled', 'forbidden', 'refused'].includes(error.code);
}
