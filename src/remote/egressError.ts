import { sentenceOf } from '../core/text/sentence.ts';
/** What went wrong with a request, for programs. */
export type EgressErrorCode =
  /** The address is none that Hearth can ask, or a plain http one outside this machine. */
  | 'invalid-address'
  /** Whoever guards the door refused, for example because Hearth is set to stay offline. */
  | 'forbidden'
  | 'dns'
  | 'refused'
  | 'unreachable'
  /** The server is not who it says, or nobody known vouches for it. */
  | 'certificate'
  | 'tls'
  | 'proxy'
  | 'timeout'
  /** A redirect that is not followed: too many, to plain http, into this machine, or with a body to another host. */
  | 'redirect'
  /** An answer that is no success; `status` says which. */
  | 'status'
  /** The connection was cut, or what came over it was no HTTP. */
  | 'broken'
  | 'too-large'
  | 'aborted';

/** A failed request, with one sentence for people that names the host but never the path, a query or a key. */
export class EgressError extends Error {
  readonly code: EgressErrorCode;
  /** The HTTP status, of `status` and some `proxy` errors. */
  readonly status: number | null;
  /** The system's own code, `ECONNREFUSED` for example. */
  readonly systemCode: string | null;
  /** How long the server asks to wait before the next request, where it says so. */
  readonly retryAfterMs: number | null;

  constructor(
    code: EgressErrorCode,
    message: string,
    more: { status?: number; systemCode?: string | null; retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.name = 'EgressError';
    this.code = code;
    this.status = more.status ?? null;
    this.systemCode = more.systemCode ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** The request was given up by whoever made it. */
export function abortedRequest(): EgressError {
  return new EgressError('aborted', 'The request was stopped.');
}

/** Nobody known vouches for the certificate; one's own authorities may. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof EgressError && untrusted.has(error.systemCode ?? '');
}

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Any failure of a connection to `host` (a name with a port) as an EgressError. */
export function connectionError(error: unknown, host: string): EgressError {
  if (error instanceof EgressError) return error;
  const systemCode = codeOf(error);
  const more = { systemCode };
  const say = (code: EgressErrorCode, sentence: string): EgressError => new EgressError(code, sentence, more);
  switch (systemCode ?? '') {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return say('dns', `The name ${host} can't be looked up: check the address and the network connection.`);
    case 'ECONNREFUSED':
      return say('refused', `${host} refuses the connection: check that a server runs there.`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EPERM':
      return say(
        'unreachable',
        `${host} can't be reached (${systemCode}): check the network connection and the firewall.`,
      );
    case 'ETIMEDOUT':
      return say('timeout', `${host} does not answer: check the network connection, or try again later.`);
    case 'ENOENT':
      return say('refused', `There is no socket ${host}: check that a server runs there.`);
    default:
      return certificateError(systemCode, host) ?? brokenError(error, systemCode, host);
  }
}

function certificateError(systemCode: string | null, host: string): EgressError | null {
  if (systemCode === null) return null;
  const say = (why: string): EgressError =>
    new EgressError('certificate', `The certificate of ${host} ${why}`, { systemCode });
  if (untrusted.has(systemCode)) {
    return say(
      'is signed by nobody whom this machine trusts: if your network inspects traffic or the server is your own, ' +
        "add its authority to the system's certificates, or to the file that NODE_EXTRA_CA_CERTS names.",
    );
  }
  if (systemCode === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return say('is made out to another name: check the address.');
  }
  if (systemCode === 'CERT_HAS_EXPIRED' || systemCode === 'CERT_NOT_YET_VALID') {
    return say("is not valid today: check this machine's clock, else tell whoever runs the server.");
  }
  if (systemCode.includes('CERT') && !systemCode.startsWith('ERR_SSL')) {
    return say(`was refused (${systemCode}): tell whoever runs the server.`);
  }
  if (!systemCode.startsWith('ERR_SSL') && systemCode !== 'EPROTO') return null;
  return new EgressError(
    'tls',
    `${host} does not speak TLS as it should: check that the address begins with the right one of http and https.`,
    { systemCode },
  );
}

function brokenError(error: unknown, systemCode: string | null, host: string): EgressError {
  const cut = systemCode === 'ECONNRESET' || systemCode === 'EPIPE' || systemCode === 'ECONNABORTED';
  if (cut) return new EgressError('broken', `${host} cut the connection: try again.`, { systemCode });
  const why = systemCode ?? sentenceOf(error);
  return new EgressError('broken', `The connection to ${host} failed (${why}): try again.`, { systemCode });
}

/** The same failure where it was a proxy that was asked. */
export function proxyError(error: unknown, proxy: string): EgressError {
  const cause = connectionError(error, `the proxy ${proxy}`);
  if (cause.code === 'proxy' || cause.code === 'aborted' || cause.code === 'certificate') return cause;
  if (cause.code === 'dns') {
    const sentence = `The name of the proxy ${proxy} can't be looked up: check the proxy setting and the network.`;
    return new EgressError('proxy', sentence, { systemCode: cause.systemCode });
  }
  const sentence = cause.message.replace('check that a server runs there', 'check the proxy setting');
  return new EgressError('proxy', `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, {
    systemCode: cause.systemCode,
  });
}

/** What a sentence about an answer needs of it. */
interface FailedAnswer {
  readonly status: number;
  readonly host: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An answer that is no success, as an error. */
export function statusError(response: FailedAnswer): EgressError {
  const { status, host, headers } = response;
  const wait = retryAfterMs(headers);
  const what = `${host} ${statusMeaning(status)} (HTTP ${status})${advice(status, wait)}.`;
  return new EgressError('status', what, { status, retryAfterMs: wait });
}

/** `Retry-After` in either of its forms; a date counts from the server's own `Date`, since clocks differ. */
function retryAfterMs(headers: FailedAnswer['headers']): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '');
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

function statusMeaning(status: number): string {
  if (status === 401) return 'asks for a key or a login';
  if (status === 403) return 'does not allow this';
  if (status === 404 || status === 410) return 'has nothing at this address';
  if (status === 407) return 'is reached through a proxy that asks for a name and password';
  if (status === 429) return 'was asked too often';
  if (status >= 500) return 'has a problem of its own';
  return 'did not give what was asked for';
}

function advice(status: number, waitMs: number | null): string {
  if (status === 401) return ': give one that is valid';
  if (status === 403) return ': check that you accepted its terms, and that your key is valid';
  if (status === 404 || status === 410) return ': check the address';
  if (status === 407) return ': put them in the proxy setting';
  if (status !== 429 && status < 500) return ': check the address';
  return waitMs === null ? ': try again later' : `: try again in ${inWords(waitMs)}`;
}

function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : null;
}
