import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a token. */
const tokenBytes = 32;

/** A new secret: who knows it may ask the server. */
export function newToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** Compares in a time that says nothing about either, not even how long it is. */
export function sameToken(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
