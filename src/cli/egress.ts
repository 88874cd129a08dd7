import path from 'node:path';
import { networkGuard } from '../host/network/networkGuard.ts';
import { NetworkLedger } from '../host/network/networkLedger.ts';
import { Egress } from '../remote/egress.ts';
import type { EgressOptions } from '../remote/egressTypes.ts';
import { printNote } from './output.ts';

declare const HEARTH_VERSION: string;

export interface CliEgressOptions {
  /** Whether `--offline` was given. */
  readonly offline: boolean;
  readonly stateFolder: string;
  /** The folder that the command works in, as an address; null for none. */
  readonly workspace: string | null;
  /** What else is refused, by a sentence. */
  readonly guard?: NonNullable<EgressOptions['guard']>;
}

/**
 * The command line's one door for sockets: with the proxies of the environment, refused whole by `--offline` or
 * HEARTH_OFFLINE, and with a ledger in the state folder (`network`).
 */
export function openEgress({ offline, stateFolder, workspace, guard }: CliEgressOptions): Egress {
  const ledger = new NetworkLedger({
    folder: path.join(stateFolder, 'network'),
    log: printNote,
    workspace: () => workspace,
  });
  const general = networkGuard({
    offline: () =>
      isOffline(offline) ? 'leave out --offline, and HEARTH_OFFLINE in the environment.' : null,
    // The command line knows no trust: it works where it is told to.
    trusted: () => true,
  });
  return new Egress({
    proxy: { environment: process.env },
    userAgent: `Hearth/${HEARTH_VERSION}`,
    log: printNote,
    ledger: ledger.record,
    guard: (request) => guard?.(request) ?? general(request),
  });
}

/** Whether no connection may be opened, by the option or the environment. */
export function isOffline(option: boolean): boolean {
  return option || !['', '0', 'false'].includes(process.env['HEARTH_OFFLINE'] ?? '');
}
