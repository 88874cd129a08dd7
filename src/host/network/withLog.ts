import type { EgressLedger, EgressOptions } from '../../remote/egressTypes.ts';

/** Where Hearth's log gets its lines. */
export interface NetworkLog {
  info(message: string): void;
  debug(message: string): void;
}

/** A ledger whose requests are told in the log besides: with method, host and purpose, never an address's path. */
export function withLog({
  log,
  ledger,
}: {
  readonly log: NetworkLog;
  readonly ledger: EgressLedger;
}): Pick<EgressOptions, 'log' | 'ledger'> {
  return {
    log: (message) => log.info(message),
    ledger: async (opened) => {
      const { purpose, method, host, proxy } = opened;
      const through = proxy === null ? '' : ` through ${proxy}`;
      log.info(`Network: ${method} ${host}${through} (${purpose}).`);
      const end = await ledger(opened);
      return (closed) => {
        log.debug(`Network: ${host} ${closed.outcome} (${closed.status ?? 'no answer'}).`);
        end(closed);
      };
    },
  };
}
