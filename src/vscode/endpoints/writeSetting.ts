import * as vscode from 'vscode';
import type { EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import { withEntry, withoutEntry } from './entries.ts';

/** Adds entries to the user's setting; what is there stays as it is. Rejects where the settings can't be written. */
export async function addEntries(entries: readonly EndpointEntry[]): Promise<void> {
  await change((value) => entries.reduce<unknown>(withEntry, value));
}

/** Takes the endpoint of a name out of the user's setting. Rejects where the settings can't be written. */
export async function removeEntry(name: string): Promise<void> {
  await change((value) => withoutEntry(value, name));
}

async function change(to: (value: unknown) => unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('hearth');
  const value = to(configuration.inspect('endpoints')?.globalValue);
  await configuration.update('endpoints', value, vscode.ConfigurationTarget.Global);
}
