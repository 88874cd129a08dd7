import * as vscode from 'vscode';
import { Egress } from '../remote/egress.ts';
import type { EgressOptions } from '../remote/egressTypes.ts';

/**
 * The one door for sockets, with VS Code's settings about the network, and another one after they changed: what it
 * found out about certificates holds as long as they do. Each request is written to the log.
 */
export function createEgress(log: vscode.LogOutputChannel, version: string): Pick<Egress, 'request'> {
  let key = '';
  let egress: Egress | null = null;
  return {
    request: (request) => {
      const options = networkOptions();
      if (egress === null || key !== JSON.stringify(options)) {
        egress = new Egress({ ...options, ...logged(log), userAgent: `Hearth/${version}` });
        key = JSON.stringify(options);
      }
      return egress.request(request);
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

function logged(log: vscode.LogOutputChannel): Pick<EgressOptions, 'log' | 'ledger'> {
  return {
    log: (message) => log.info(message),
    ledger: ({ purpose, method, host, proxy }) => {
      const through = proxy === null ? '' : ` through ${proxy}`;
      log.info(`Network: ${method} ${host}${through} (${purpose}).`);
      return ({ outcome, status }) => log.debug(`Network: ${host} ${outcome} (${status ?? 'no answer'}).`);
    },
  };
}
