import type { ServedRequest } from '../../remote/listenTypes.ts';
import { Refusal } from './refusal.ts';
import { sameToken } from './token.ts';

/** Who may ask. */
export interface DoorRules {
  /** Null: nobody. */
  readonly token: string | null;
  /** Origins of web pages that may ask, as browsers name them (`http://localhost:3000`). */
  readonly allowedOrigins: readonly string[];
}

/** A request that was let in. */
export interface Entrance {
  /** Path without query. */
  readonly path: string;
  readonly method: string;
}

/** Says whether the server lives, and proves that it has the token: the one path that needs none. */
export const healthPath = '/health';
/** How this machine calls itself. A page under another name that leads here is an attack (DNS rebinding). */
const ownNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Lets a request of this machine in by the names it was sent to and from; gives what a browser must read in the answer,
 * whatever that is. Throws Refusal.
 */
export function checkOrigin(
  { headers }: Pick<ServedRequest, 'headers'>,
  { allowedOrigins }: Pick<DoorRules, 'allowedOrigins'>,
): Readonly<Record<string, string>> {
  checkHost(one(headers['host']));
  const origin = one(headers['origin']);
  if (origin === undefined) return {};
  if (allowedOrigins.includes(origin)) return { 'access-control-allow-origin': origin, vary: 'origin' };
  throw new Refusal(
    403,
    'Web pages may not ask this server: to allow one, add its origin to the setting hearth.server.allowedOrigins.',
    { type: 'permission_error', code: 'origin_not_allowed' },
  );
}

/** Headers that answer a browser which asks whether it may ask; null for any other request. */
export function preflight({ method, headers }: ServedRequest): Readonly<Record<string, string>> | null {
  if (method !== 'OPTIONS') return null;
  if (headers['origin'] === undefined) throw notAllowed('GET, POST');
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '600',
  };
}

/** Lets a request in by its token, before its body is read; throws Refusal. */
export function enter(request: ServedRequest, { token }: Pick<DoorRules, 'token'>): Entrance {
  const { method = '', url = '', headers } = request;
  if (!url.startsWith('/')) throw new Refusal(400, 'The address of the request has no path: ask for a path.');
  const path = pathOf(url);
  if (path !== healthPath) checkToken(one(headers['authorization']), token);
  return { path, method };
}

/** An address without its query. */
export function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Another method than those of a path. */
export function notAllowed(allow: string): Refusal {
  return new Refusal(405, `This method is not offered here: use ${allow}.`, { headers: { allow } });
}

function checkHost(host: string | undefined): void {
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  if (ownNames.has(name)) return;
  throw new Refusal(403, 'This server answers to 127.0.0.1 and localhost only: use one of these names.', {
    type: 'permission_error',
    code: 'host_not_allowed',
  });
}

function checkToken(authorization: string | undefined, token: string | null): void {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (given !== undefined && token !== null && sameToken(given, token)) return;
  const what = given === undefined ? 'The request has no token' : 'The token is not the one of this server';
  throw new Refusal(
    401,
    `${what}: send "Authorization: Bearer TOKEN" with the token that "Hearth: Copy Server Address and Token" gives, or that "hearth serve" was started with.`,
    { type: 'authentication_error', code: 'invalid_api_key', headers: { 'www-authenticate': 'Bearer' } },
  );
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
