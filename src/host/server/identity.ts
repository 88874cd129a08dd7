import { createHmac, randomBytes } from 'node:crypto';
import { sameToken } from './token.ts';

/** What `/health` answers. Anybody may say it: who the server is says its proof. */
export const health = { status: 'ok', server: 'hearth' } as const;

/** The part of the query of `/health` that asks for a proof. */
const parameter = 'challenge';
/** Long enough that no answer is ever of use twice, short enough for an address. */
const challengeText = /^[\w-]{16,128}$/;

/** A text that nobody has asked with before. */
export function newChallenge(): string {
  return randomBytes(32).toString('base64url');
}

/** The address at which the server of a port of this machine is asked who it is. */
export function challengeAddress(port: number, challenge: string): string {
  return `http://127.0.0.1:${port}/health?${parameter}=${challenge}`;
}

/** The challenge of a request's address; null where it has none that can be answered. */
export function challengeOf(url: string): string | null {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const challenge = new URLSearchParams(query).get(parameter);
  return challenge !== null && challengeText.test(challenge) ? challenge : null;
}

/**
 * What only a server with this token, at this port, can answer to a challenge: the HMAC-SHA256 of `PORT:CHALLENGE` with
 * the token as key, in hexadecimal digits. The port is in it, lest a program passes the question on to a server of Hearth
 * at another port.
 */
export function proofOf(token: string, port: number, challenge: string): string {
  return createHmac('sha256', token).update(`${port}:${challenge}`).digest('hex');
}

/** Whether an answer of `/health` proves that the server of this port has the token. */
export function isProven(
  answer: unknown,
  { token, port, challenge }: { readonly token: string; readonly port: number; readonly challenge: string },
): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { server, proof } = answer as { readonly server?: unknown; readonly proof?: unknown };
  return (
    server === health.server && typeof proof === 'string' && sameToken(proof, proofOf(token, port, challenge))
  );
}
