import { EgressError } from './egressError.ts';
import type { EgressHeaders, EgressRequest } from './egressTypes.ts';
import { basicAuthorization } from './proxy.ts';
import { reachOf } from '../core/endpoints/reach.ts';

/** What is sent to one host: a request without its redirects. */
export interface Target {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  readonly socketPath: string | null;
}

/** Whether the answer sends us elsewhere. */
export function isRedirect(status: number, headers: EgressHeaders): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers['location'] !== undefined;
}

/** Name and port, as people see it. */
export function hostOf(target: Pick<Target, 'url' | 'socketPath'>): string {
  if (target.socketPath !== null) return target.socketPath;
  const { url } = target;
  return `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
}

/** The first target of a request. Throws EgressError (`invalid-address`). */
export function firstTarget(request: EgressRequest, userAgent: string): Target {
  const url = parsed(request.address);
  const socketPath = request.socketPath ?? null;
  checkScheme(url, request, socketPath);
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : (request.body ?? null);
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const authorization = basicAuthorization(url);
  if (authorization !== null) headers['authorization'] ??= authorization;
  if (body !== null) headers['content-length'] = String(body.length);
  return { url: bare(url), method: request.method ?? 'GET', headers, body, socketPath };
}

function parsed(address: string | URL): URL {
  if (!URL.canParse(String(address))) {
    throw new EgressError('invalid-address', 'The address is none: write it whole, with https:// in front.');
  }
  const url = new URL(address);
  if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  throw new EgressError(
    'invalid-address',
    `Addresses that begin with ${url.protocol} can't be asked: use one that begins with https://.`,
  );
}

function checkScheme(url: URL, request: EgressRequest, socketPath: string | null): void {
  const plain = url.protocol === 'http:' && socketPath === null && reachOf(url.hostname) !== 'loopback';
  if (!plain || request.allowHttp === true) return;
  throw new EgressError(
    'invalid-address',
    `Plain http to ${url.host} could be read and changed on the way: use https://.`,
  );
}

/** Headers that say nothing about who asks, and may go to another host than the one they were meant for. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'range',
  'user-agent',
]);

/**
 * Where a redirect of `from` leads. Never from https to http, never from another machine into this one or its network, never
 * a body to another host; what could identify the user stays with the first host. Throws EgressError (`redirect`).
 */
export function redirected(from: Target, status: number, location: string, request: EgressRequest): Target {
  const host = hostOf(from);
  const refuse = (why: string): EgressError =>
    new EgressError('redirect', `${host} redirects ${why}, which is not followed: use another address.`);
  if (!URL.canParse(location, from.url.href)) throw refuse('to something that is no address');
  const url = new URL(location, from.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(`to ${url.protocol}`);
  if (url.protocol === 'http:' && from.url.protocol === 'https:') throw refuse('from https to plain http');
  const home = reachOf(url.hostname) === 'loopback';
  if (home && from.socketPath === null && reachOf(from.url.hostname) !== 'loopback') {
    throw refuse('into this machine');
  }
  if (reachOf(url.hostname) === 'private' && reachOf(from.url.hostname) === 'internet') {
    throw refuse('into the network of this machine');
  }
  const same = url.origin === from.url.origin;
  if (!same && from.socketPath !== null) throw refuse('to another host');
  checkScheme(url, request, from.socketPath);
  // As browsers do: 303 always, and 301 and 302 for what posts, go on as GET and without the body.
  const drops = status === 303 || (status < 303 && from.method !== 'HEAD');
  const body = drops ? null : from.body;
  if (body !== null && !same) throw refuse('what was to be sent to another host');
  const headers = Object.fromEntries(
    Object.entries(from.headers).filter(([name]) =>
      same ? body !== null || !name.startsWith('content-') : harmless.has(name),
    ),
  );
  const method = drops && from.method !== 'HEAD' ? 'GET' : from.method;
  return { url: bare(url), method, headers, body, socketPath: from.socketPath };
}

/** The address without name, password and fragment, which are not sent as part of it. */
function bare(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  copy.hash = '';
  return copy;
}
