import { isAway } from '../../core/network/ledger.ts';
import type { EgressOptions, EgressPurpose } from '../../remote/egressTypes.ts';

/** What decides whether a socket may be opened; asked for each request. */
export interface GuardParts {
  /** How to end it where Hearth is set to stay offline, as the end of a sentence; null: it is not. */
  readonly offline: () => string | null;
  /** Whether the workspace is trusted. */
  readonly trusted: () => boolean;
}

/** Requests that take something of the user's along, or a key. */
const sends: ReadonlySet<EgressPurpose> = new Set(['endpoint', 'endpoint-probe']);

/**
 * The last word on each request: offline, none is let through, servers on this machine included; in a workspace that is
 * not trusted, none to an endpoint on another machine. Whoever asks checks this before; this is what can't be forgotten.
 */
export function networkGuard({ offline, trusted }: GuardParts): NonNullable<EgressOptions['guard']> {
  return ({ host, reach, purpose }) => {
    const end = offline();
    if (end !== null) return `Hearth is offline and opens no connection to ${host}: ${end}`;
    if (isAway(reach) && sends.has(purpose) && !trusted()) {
      return `This workspace is not trusted, so nothing is sent to ${host}: trust it first, if you know who made it.`;
    }
    return null;
  };
}
