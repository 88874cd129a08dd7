import type { SentAway } from '../chat/types.ts';

/** Why an endpoint gave no answer. */
export type EndpointErrorCode =
  /** No connection: name, refusal, time-out, certificate, proxy; the sentence says which. */
  | 'unreachable'
  /** 401 or 403, or there is no key although it wants one. */
  | 'unauthorized'
  /** 429; `retryAfterMs` where the server says it. */
  | 'rate-limited'
  /** 5xx, or an error that came in the middle of an answer. */
  | 'server'
  /** 402, or a quota that is used up. */
  | 'payment'
  /** It answered what is no answer of its interface: another content type, malformed events, a redirect. */
  | 'bad-answer'
  /** The prompt does not fit into its window. */
  | 'too-long'
  /** It has no model of that name, or none at all. */
  | 'no-model'
  /** It can't do what was asked: tools, a suffix. */
  | 'not-offered'
  /** 400 and its kind: it did not take the request. */
  | 'bad-request'
  /** The connection broke, or nothing came for too long, in the middle of an answer. */
  | 'broken'
  /** The model, or a filter at the server, refuses to answer this. */
  | 'refused'
  /** By the user's choice nothing is sent there: offline, no consent, a deny list, an untrusted workspace. */
  | 'forbidden'
  | 'cancelled';

/** Whether nobody is there at present who could answer: another model may be asked, where none has begun to. */
export function isOutOfReach(code: EndpointErrorCode): boolean {
  return code === 'unreachable' || code === 'server' || code === 'broken';
}

/** Whether the local model may do what no person sent to an endpoint: nobody is there, or nothing may be sent there. */
export function leavesRoom(code: EndpointErrorCode): boolean {
  return isOutOfReach(code) || code === 'forbidden';
}

/** A failed request to an endpoint, with one sentence that names it, says what is wrong and what to do; never a key. */
export class EndpointError extends Error {
  readonly code: EndpointErrorCode;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Of `no-model`: the names of those that it has, where one of them must be chosen. */
  readonly models: readonly string[];
  /** What left this machine before the failure, estimated; written by whoever sent it, and left out where nothing did. */
  sent?: SentAway;

  constructor(
    code: EndpointErrorCode,
    message: string,
    more: {
      readonly status?: number | null;
      readonly retryAfterMs?: number | null;
      readonly models?: readonly string[];
    } = {},
  ) {
    super(message);
    this.name = 'EndpointError';
    this.code = code;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.models = more.models ?? [];
  }
}
