import type { Place } from '../chat/context.ts';
import type { ChatAnswer, ChatEvent, ChatQuery } from '../chat/types.ts';
import type { Endpoint, EndpointAbility } from './types.ts';

/** What the ledger is to say of a request beside where it went. */
export interface SentAbout {
  /** The endpoint's name. */
  readonly endpoint: string;
  readonly purpose: 'completion' | 'chat' | 'refactor' | 'probe' | 'count';
  /** Files and lines of the workspace whose text is in it. */
  readonly places: readonly Place[];
  /** Of the prompt, counted or estimated. */
  readonly tokens: number;
  /** How many secrets were replaced in it. */
  readonly redactions: number;
}

/** Who hears of an answer as it comes, may stop it, and what the ledger says of it. */
export interface EndpointCall {
  readonly signal: AbortSignal;
  readonly about: SentAbout;
  readonly onEvent?: (event: ChatEvent) => void;
}

/** What is to be written between a prefix and a suffix. */
export interface InfillQuery {
  readonly prefix: string;
  readonly suffix: string;
  /** Path of the file, and other files' text, for servers that lay out the prompt themselves. */
  readonly path: string | null;
  readonly repository: string | null;
  readonly extra: readonly { readonly path: string; readonly text: string }[];
  /** With `raw`: the whole prompt, laid out; prefix and suffix stand in it. */
  readonly prompt: string | null;
  readonly maxTokens: number;
  /** The answer ends before the first of these texts. */
  readonly stops: readonly string[];
  /** Left out: the likeliest text. Other numbers may give other texts. */
  readonly seed?: number;
}

export interface InfillCall {
  readonly signal: AbortSignal;
  readonly about: SentAbout;
  /** Ends the request with what came so far. */
  readonly enough?: AbortSignal;
  /** All text so far. */
  readonly onText?: (text: string) => void;
}

export interface InfillAnswer {
  readonly text: string;
  readonly stopReason: 'end' | 'max-tokens' | 'stop' | 'enough';
  /** As the server counted; null where it does not say. `reused`: found in its KV cache. */
  readonly tokens: {
    readonly prompt: number | null;
    readonly reused: number | null;
    readonly generated: number | null;
  };
}

/**
 * Speaks with one endpoint. It sends what it is given: who may send what is decided before. All methods reject with
 * EndpointError. Nothing is repeated by itself but one request that was refused with 429 or 503 and a wait of at most
 * some seconds, as long as no text has come.
 */
export interface EndpointClient {
  readonly endpoint: Endpoint;
  /** What it can do; asked once, and again after a failure or `forget`. */
  ability(signal: AbortSignal): Promise<EndpointAbility>;
  /**
   * Answers. `answerStart` is honoured where the ability says `prefill`, else left out; `stops` and `schema` always hold
   * or the answer is rejected as `bad-answer`. Tokens the server does not count are estimated.
   */
  chat(query: ChatQuery, call: EndpointCall): Promise<ChatAnswer>;
  /** Completes; only where the ability's `infill` is not `none`. */
  infill(query: InfillQuery, call: InfillCall): Promise<InfillAnswer>;
  /** Tokens of each text; null where the server can't count. */
  countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | null>;
  /** Takes nothing for known any more. */
  forget(): void;
}

/** A key for an endpoint: it belongs to the origin that it was typed for, and goes nowhere else. */
export interface EndpointKeys {
  get(endpoint: Pick<Endpoint, 'name' | 'address'>): Promise<string | null>;
}
