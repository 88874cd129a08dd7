import * as vscode from 'vscode';
import { withLog } from '../host/network/withLog.ts';
import { Egress } from '../remote/egress.ts';
import type { EgressError } from '../remote/egressError.ts';
import type { EgressLedger, EgressOptions } from '../remote/egressTypes.ts';

export interface EgressHostParts {
  readonly log: vscode.LogOutputChannel;
  readonly version: string;
  readonly ledger: EgressLedger;
  readonly guard: NonNullable<EgressOptions['guard']>;
}

/**
 * The one door for sockets, with VS Code's settings about the network, and another one after they changed: what it
 * found out about certificates holds as long as they do. Each request is written to the ledger and to the log.
 */
export function createEgress(parts: EgressHostParts): Pick<Egress, 'request' | 'listen' | 'stop'> {
  const { version, guard } = parts;
  let key = '';
  let egress: Egress | null = null;
  /** Those before it may still have requests under way. */
  const all: Egress[] = [];
  const present = (): Egress => {
    const options = networkOptions();
    if (egress === null || key !== JSON.stringify(options)) {
      egress = new Egress({ ...options, ...withLog(parts), guard, userAgent: `Hearth/${version}` });
      all.push(egress);
      key = JSON.stringify(options);
    }
    return egress;
  };
  return {
    request: (request) => present().request(request),
    listen: (options) => present().listen(options),
    stop: (error: EgressError) => {
      for (const one of all) one.stop(error);
    },
  };
}

function networkOptions(): Pick<
  EgressOptions,
  'proxy' | 'strictSSL' | 'systemCertificates' | 'certificateFiles'
> {
  const http = vscode.workspace.getConfiguration('http');
  const authorization = http.get<string | null>('proxyAuthorization');
  const noProxy = http.get<string[]>('noProxy');
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return {
    proxy: {
      address: http.get<string>('proxy') ?? '',
      environment: process.env,
      ...(authorization == null ? {} : { authorization }),
      ...(noProxy === undefined ? {} : { noProxy }),
    },
    strictSSL: http.get<boolean>('proxyStrictSSL') ?? true,
    systemCertificates: http.get<boolean>('systemCertificates') ?? true,
    certificateFiles: extra === undefined || extra === '' ? [] : [extra],
  };
}
