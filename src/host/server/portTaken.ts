import type { Egress } from '../../remote/egress.ts';
import { parsed } from '../../core/text/json.ts';
import { health } from './server.ts';

const patienceMs = 2_000;
const mostBytes = 1_000;

/** Whether it is a server of Hearth that listens at a port of this machine. It is sent no token. */
export async function isHearthAt(egress: Pick<Egress, 'request'>, port: number): Promise<boolean> {
  try {
    const answer = await egress.request({
      purpose: 'server',
      address: `http://127.0.0.1:${port}/health`,
      redirects: 0,
      connectMs: patienceMs,
      idleMs: patienceMs,
    });
    const said = parsed(await answer.text(mostBytes)) as { readonly server?: unknown } | null | undefined;
    return said?.server === health.server;
  } catch {
    return false;
  }
}
