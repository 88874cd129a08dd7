import { reachOf } from '../../core/endpoints/reach.ts';
import type { EndpointClass } from '../../core/endpoints/types.ts';

/** What people paste from a server's documentation: the client adds these by itself. */
const pastedEnds = /\/(chat\/completions|completions|messages|responses|models)$/;

/** An address as an endpoint has it, or why it can't be used, as the end of a sentence that begins with "the address". */
export type AddressRead = { readonly address: string } | { readonly problem: string };

/**
 * Reads a base address: without a `/` at its end, without a path that is `/v1` alone, and without that of one function of
 * the interface. What could be a key in it is refused, and never repeated.
 */
export function readAddress(text: string): AddressRead {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'is empty: write one such as http://127.0.0.1:11434' };
  const url = /^https?:\/\//i.test(trimmed) && URL.canParse(trimmed) ? new URL(trimmed) : null;
  if (url === null) {
    return { problem: 'is none: write it whole, with http:// or https:// in front' };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'has a name or password in it: take it out, and set it as the key' };
  }
  if (url.search !== '' || url.hash !== '' || /[?#]$/.test(trimmed)) {
    return { problem: 'has a "?" or "#" in it: give the base address alone, and set a key as the key' };
  }
  // Servers print where they listen: every address of the machine, which none can be asked at.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const path = url.pathname.replace(/\/+$/, '').replace(pastedEnds, '').replace(/\/+$/, '');
  // Below a longer path it is not known whether the interface begins there without it.
  return { address: `${url.origin}${path === '/v1' ? '' : path}` };
}

/** An address as people type it, with the scheme that they left out. */
export function completeAddress(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.includes('://')) return trimmed;
  const host = URL.canParse(`http://${trimmed}`) ? new URL(`http://${trimmed}`).hostname : '';
  return `${reachOf(host) === 'internet' ? 'https' : 'http'}://${trimmed}`;
}

/** Where the server of an address stands; `own`: its user says that it is in their own network. */
export function classOf(address: string, own: boolean): EndpointClass {
  const reach = reachOf(new URL(address).hostname);
  if (reach === 'loopback') return 'local';
  return reach === 'private' || own ? 'own-network' : 'cloud';
}

/** Scheme, name and port: what a key belongs to. */
export function originOf(address: string): string {
  return new URL(address).origin;
}

/** Name and port, as people see them. */
export function hostOf(address: string): string {
  return new URL(address).host;
}
