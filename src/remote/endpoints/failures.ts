import { EndpointError, type EndpointErrorCode } from '../../core/endpoints/errors.ts';
import { isObject } from '../../core/text/json.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { EgressError, statusError } from '../egressError.ts';
import type { EgressResponse } from '../egressTypes.ts';
import { serverText, withoutKeys } from './serverText.ts';

/** An error that a server reported, with all that it said: to find out which field it does not take. Not for people. */
export class ServerRefusal extends EndpointError {
  readonly said: string;

  constructor(
    code: EndpointErrorCode,
    message: string,
    more: { readonly status: number | null; readonly retryAfterMs: number | null; readonly said: string },
  ) {
    super(code, message, more);
    this.said = more.said;
  }
}

/** Where the user can mend what is wrong with an endpoint's entry, in the editor and in a file for the command line. */
const checkEntry = 'check "address" and "api" of its entry in hearth.endpoints';

/** An answer that is none of the interface; `why` is a clause. */
export function badAnswer(name: string, why: string): EndpointError {
  return new EndpointError(
    'bad-answer',
    `${name} gave no answer that Hearth can read (${why}): ${checkEntry}.`,
  );
}

/** An answer that ended before its end; `why` is a clause. */
export function brokenAnswer(name: string, why: string): EndpointError {
  return new EndpointError('broken', `${name} broke off its answer (${why}): ask again.`);
}

/** A failed connection, before the head of an answer came or after it. */
export function connectionFailure(error: unknown, name: string, when: 'asked' | 'answered'): EndpointError {
  if (!(error instanceof EgressError)) {
    return new EndpointError('broken', `${name} can't be asked (${sentenceOf(error)}): try again.`);
  }
  const { code } = error;
  if (code === 'aborted') return new EndpointError('cancelled', 'The request was stopped.');
  if (code === 'forbidden') {
    return new EndpointError('forbidden', `${name} is not asked, because ${lowerFirst(error.message)}`);
  }
  if (code === 'redirect') {
    return new EndpointError(
      'bad-answer',
      `${name} sends on to another address, which is not followed: if you trust that one, set it as the address.`,
    );
  }
  if (code === 'too-large') return badAnswer(name, 'its answer has no end');
  if (code === 'invalid-address') {
    return new EndpointError('unreachable', `The address of ${name} can't be asked (${inBrackets(error)}`);
  }
  if (error.systemCode?.startsWith('HPE_') === true && when === 'asked') {
    return badAnswer(name, 'what answers there does not speak HTTP');
  }
  return when === 'asked'
    ? new EndpointError('unreachable', `${name} can't be reached (${inBrackets(error)}`)
    : new EndpointError('broken', `${name} broke off its answer (${inBrackets(error)}`);
}

/** `why: what to do.` as `why): what to do.` */
function inBrackets({ message }: EgressError): string {
  const at = message.indexOf(': ');
  return at === -1
    ? `${message.replace(/\.$/, '')}): try again.`
    : `${message.slice(0, at)})${message.slice(at)}`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !text.startsWith('Hearth')
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

interface Asked {
  readonly name: string;
  readonly key: string | null;
}

/** An answer that is no success; `said` is its body. */
export function refusalOf(
  response: Pick<EgressResponse, 'status' | 'host' | 'headers'>,
  said: string,
  asked: Asked,
): ServerRefusal {
  const { status, headers } = response;
  const milliseconds = Number(headers['retry-after-ms'] ?? '');
  const retryAfterMs = milliseconds > 0 ? milliseconds : statusError(response).retryAfterMs;
  return refusal(codeOf(status, said), { status, retryAfterMs, said }, asked);
}

/** An error in an answer that began as a success: `{"error": …}` in one of its shapes. */
export function reportedError(value: unknown, asked: Asked): ServerRefusal {
  const said = JSON.stringify(value).slice(0, mostSaid);
  const status = statusIn(value);
  const code = status === null ? codeOf(500, said) : codeOf(status, said);
  return refusal(code, { status, retryAfterMs: null, said }, asked);
}

const mostSaid = 64 * 1024;

/** HTTP statuses of the types of errors that stand in streams. */
const statuses: Readonly<Record<string, number>> = {
  authentication_error: 401,
  permission_error: 403,
  billing_error: 402,
  insufficient_quota: 402,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  invalid_request_error: 400,
  BadRequestError: 400,
  exceed_context_size_error: 400,
  overloaded_error: 529,
  api_error: 500,
};

function statusIn(value: unknown): number | null {
  if (!isObject(value)) return null;
  const inner = isObject(value['error']) ? value['error'] : value;
  for (const name of ['code', 'status', 'type']) {
    const said = inner[name];
    const status = typeof said === 'number' ? said : (statuses[String(said)] ?? Number(said));
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  return null;
}

const tooLong =
  /context[ _-]?(?:length|window|size|limit|overflow)|exceed_context|prompt is too long|input is too long|too many (?:input )?tokens|(?:prompt|input|request|messages)[^.]{0,60}exceeds?[^.]{0,60}(?:context|tokens|length)|reduce the length|maximum (?:prompt|input|model) length/i;
const noMoney =
  /insufficient_quota|insufficient_credits|insufficient (?:balance|funds)|exceeded your current quota|credit balance|billing_hard_limit|out of credits/i;
const filtered = /content_filter|content management policy|ResponsibleAIPolicyViolation/i;
const noModel =
  /model_not_found|no models? (?:is |are )?loaded|model[^.{}]{0,80}(?:not (?:be )?found|does not exist|doesn't exist|is not available)|(?:unknown|invalid|no such) model|could not find real modelid|DeploymentNotFound/i;

function codeOf(status: number, said: string): EndpointErrorCode {
  if (/unexpected endpoint/i.test(said)) return 'bad-answer';
  if (status === 402 || noMoney.test(said)) return 'payment';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate-limited';
  if (tooLong.test(said) || status === 413) return 'too-long';
  if (filtered.test(said)) return 'refused';
  if (status === 404 && /(?<![/\w])model\b/i.test(serverText(said, null))) return 'no-model';
  if (noModel.test(said) && status < 500) return 'no-model';
  if (status === 404 || status === 405 || status === 410 || status === 501 || status < 400)
    return 'bad-answer';
  if (status >= 500 || status === 408) return 'server';
  return status === 407 ? 'unreachable' : 'bad-request';
}

interface Refused {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly said: string;
}

function refusal(code: EndpointErrorCode, refused: Refused, { name, key }: Asked): ServerRefusal {
  const text = serverText(refused.said, key);
  const details = [
    ...(refused.status === null ? [] : [`HTTP ${refused.status}`]),
    ...(text === '' ? [] : [`“${text}”`]),
  ].join(', ');
  const [what, advice] = meaning(code, refused, key !== null);
  return new ServerRefusal(
    code,
    `${name} ${what}${details === '' ? '' : ` (${details})`}: ${advice}.`,
    // A server may repeat the key that it was given, and an error may be shown whole in a log.
    { ...refused, said: withoutKeys(refused.said, key) },
  );
}

/** What is wrong, and what to do. */
const meanings: Readonly<Partial<Record<EndpointErrorCode, readonly [what: string, advice: string]>>> = {
  payment: ['wants to be paid first', 'check your plan and credit there'],
  'too-long': ["can't hold all of this in its window", 'ask for less, or with less context'],
  'no-model': [
    'does not have that model',
    'load it there, or name one that it has as "model" of its entry in hearth.endpoints',
  ],
  unreachable: ['is behind a proxy that wants a name and password', 'put them in the proxy setting'],
  'bad-answer': ['has nothing at this address', checkEntry],
  'bad-request': ['did not take the request', 'check "model" and "api" of its entry in hearth.endpoints'],
  refused: ['refuses to answer this', 'ask in other words, or ask another model'],
};

/** How a key is set in the editor, and on the command line. */
const byCommand = 'by "Hearth: Set Key of Endpoint…", or on the command line in HEARTH_KEY_NAME';

function meaning(
  code: EndpointErrorCode,
  { status, retryAfterMs }: Refused,
  hasKey: boolean,
): readonly [string, string] {
  const later = retryAfterMs === null ? 'try again later' : `try again in ${inWords(retryAfterMs)}`;
  if (code === 'rate-limited') return ['was asked too often', later];
  if (code === 'unauthorized') {
    if (!hasKey) return ['wants a key', `set it ${byCommand}`];
    return status === 403
      ? ['does not allow this', 'check at the server what its key may do']
      : ['does not take its key', `set a valid one ${byCommand}`];
  }
  return meanings[code] ?? ['has a problem of its own', later];
}

function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
}
