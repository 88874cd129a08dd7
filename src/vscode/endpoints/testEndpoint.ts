import * as vscode from 'vscode';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { hostOf } from '../../host/endpoints/address.ts';
import { abilityText } from '../../host/endpoints/endpointText.ts';
import { signalOf } from '../cancellation.ts';
import type { EndpointsHost } from './endpointsHost.ts';

/** What to do about a failure. */
export interface TestHelp {
  readonly setKey: (endpoint: Endpoint) => Promise<void>;
  readonly edit: () => Promise<void>;
}

/**
 * Asks an endpoint anew what it can do, and says it, or what is wrong. Resolves with what it said as soon as that is
 * known, null where it failed or was stopped.
 */
export async function testEndpoint(
  host: EndpointsHost,
  endpoint: Endpoint,
  help: TestHelp,
): Promise<EndpointAbility | null> {
  host.endpoints.forget(endpoint.name);
  try {
    const ability = await withStop(
      `Hearth: Asking ${endpoint.name} (${hostOf(endpoint.address)})`,
      (signal) => host.endpoints.client(endpoint).ability(signal),
    );
    void vscode.window.showInformationMessage(`Hearth: ${abilityText(endpoint, ability)}`);
    return ability;
  } catch (error) {
    if (!(error instanceof EndpointError && error.code === 'cancelled')) {
      void sayFailure(host, endpoint, { error, help });
    }
    return null;
  }
}

async function sayFailure(
  host: EndpointsHost,
  endpoint: Endpoint,
  { error, help }: { readonly error: unknown; readonly help: TestHelp },
): Promise<void> {
  const retry = 'Retry';
  const setKey = 'Set Key…';
  const edit = 'Edit Endpoints…';
  const noKey = error instanceof EndpointError && error.code === 'unauthorized';
  const said = await vscode.window.showErrorMessage(
    `Hearth: ${sentenceOf(error)}`,
    ...[retry, noKey ? setKey : edit],
  );
  if (said === setKey) await help.setKey(endpoint);
  if (said === edit) await help.edit();
  // Setting a key is done to see whether it works now.
  if (said === retry || said === setKey) await testEndpoint(host, endpoint, help);
}

/** Shows that something goes on, with a way to stop it. */
export function withStop<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) =>
      work(signalOf(token)),
    ),
  );
}
