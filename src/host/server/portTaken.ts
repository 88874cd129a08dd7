import type { Egress } from '../../remote/egress.ts';
import { parsed } from '../../core/text/json.ts';
import { challengeAddress, isProven, newChallenge } from './identity.ts';

const patienceMs = 2_000;
const mostBytes = 1_000;

/**
 * Whether it is a server of Hearth with this token that listens at a port of this machine. It has to prove that it has
 * the token, and is not sent it: any program may have taken the port.
 */
export async function isHearthAt(
  egress: Pick<Egress, 'request'>,
  port: number,
  token: string,
): Promise<boolean> {
  const challenge = newChallenge();
  try {
    const answer = await egress.request({
      purpose: 'server',
      address: challengeAddress(port, challenge),
      redirects: 0,
      connectMs: patienceMs,
      idleMs: patienceMs,
    });
    return isProven(parsed(await answer.text(mostBytes)), { token, port, challenge });
  } catch {
    return false;
  }
}
