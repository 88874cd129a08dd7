import * as vscode from 'vscode';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { hostOf } from '../../host/endpoints/address.ts';
import { rolesText } from '../../host/endpoints/endpointText.ts';
import type { Egress } from '../../remote/egress.ts';
import { attempt, say } from '../models/attempt.ts';
import { AddEndpoint } from './addEndpoint.ts';
import { askKey } from './askKey.ts';
import { endpointDescription, endpointIcon, type EndpointRow } from './endpointRow.ts';
import type { EndpointsHost } from './endpointsHost.ts';
import { FindLocal } from './findLocal.ts';
import { importSetUp } from './importSetUp.ts';
import { testEndpoint } from './testEndpoint.ts';
import { removeEntry } from './writeSetting.ts';

/** Registers the commands for endpoints. None of them asks a server but the one that a person named or looks for. */
export function registerEndpointCommands(
  host: EndpointsHost,
  egress: Pick<Egress, 'request'>,
): vscode.Disposable {
  const commands = new EndpointCommands(host);
  const find = new FindLocal(host, egress);
  const handlers: Readonly<Record<string, (argument: unknown) => unknown>> = {
    'hearth.endpoints.add': () => new AddEndpoint(host, () => find.run(true)).run(),
    'hearth.endpoints.findLocal': () => find.run(false),
    'hearth.endpoints.import': () => importSetUp(host),
    'hearth.endpoints.edit': () => commands.edit(),
    'hearth.endpoints.test': (argument) => commands.test(argument),
    'hearth.endpoints.setKey': (argument) => commands.setKey(argument),
    'hearth.endpoints.removeKey': (argument) => commands.removeKey(argument),
    'hearth.endpoints.remove': (argument) => commands.remove(argument),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
  );
}

/** What a person does with an endpoint that is there. An argument is a row of the list of models, or a name. */
class EndpointCommands {
  readonly #host: EndpointsHost;

  constructor(host: EndpointsHost) {
    this.#host = host;
  }

  /**
   * Opens the file with the settings of the user's own machine and of all profiles, where settings of the application
   * stand, at the endpoints: the page of settings can't edit them.
   */
  async edit(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.openApplicationSettingsJson', {
      revealSetting: { key: 'hearth.endpoints', edit: true },
    });
  }

  async test(argument: unknown): Promise<EndpointAbility | null> {
    const endpoint = await this.#choose(argument, 'Test Endpoint');
    if (endpoint === undefined) return null;
    const help = {
      setKey: (of: Endpoint) => this.#askKey(of),
      edit: () => this.edit(),
    };
    return testEndpoint(this.#host, endpoint, help);
  }

  async setKey(argument: unknown): Promise<void> {
    const endpoint = await this.#choose(argument, 'Set Key of Endpoint');
    if (endpoint !== undefined) await this.#askKey(endpoint);
  }

  async removeKey(argument: unknown): Promise<void> {
    const endpoint = await this.#choose(argument, 'Remove Key of Endpoint', ({ key }) => key !== 'none');
    if (endpoint === undefined) return;
    const removed = await attempt(async () => {
      await this.#host.keys.delete(endpoint);
      return true;
    });
    if (removed === true) say(`The key of ${endpoint.name} was removed.`);
  }

  /** Takes an endpoint out of the settings, and its key out of the storage, after a question. */
  async remove(argument: unknown): Promise<void> {
    const endpoint = await this.#choose(argument, 'Remove Endpoint');
    if (endpoint === undefined) return;
    const roles = endpoint.roles.filter((role) => role !== 'hard');
    const used = roles.length === 0 ? '' : ` The local model takes over ${rolesText(roles)}.`;
    const answer = await vscode.window.showWarningMessage(
      `Remove ${endpoint.name}?`,
      {
        modal: true,
        detail: `It is taken out of your settings, and its key is deleted. Nothing is changed at ${hostOf(endpoint.address)}.${used}`,
      },
      'Remove',
    );
    if (answer !== 'Remove') return;
    const removed = await attempt(async () => {
      await removeEntry(endpoint.name);
      await this.#host.keys.delete(endpoint);
      return true;
    });
    if (removed === true) say(`${endpoint.name} was removed.`);
  }

  async #askKey(endpoint: Endpoint): Promise<void> {
    const key = await askKey(endpoint);
    if (key === undefined) return;
    const kept = await attempt(async () => {
      await this.#host.keys.set(endpoint, key);
      return true;
    });
    if (kept === true) say(`The key of ${endpoint.name} was set.`);
  }

  /** The endpoint of an argument, or one that is picked; undefined where there is none, or none was picked. */
  async #choose(
    argument: unknown,
    title: string,
    fits: (row: EndpointRow) => boolean = () => true,
  ): Promise<Endpoint | undefined> {
    const name: unknown =
      typeof argument === 'object' && argument !== null && 'name' in argument ? argument.name : argument;
    if (typeof name === 'string') return this.#host.endpoints.byName(name) ?? undefined;
    const rows = this.#host.rows().filter(fits);
    if (rows.length === 0) {
      const none =
        this.#host.endpoints.list.length === 0 ? 'There is no endpoint.' : 'None of them has a key.';
      void vscode.window.showInformationMessage(`Hearth: ${none}`);
      return undefined;
    }
    const items = rows.map((row) => ({
      label: row.endpoint.name.replaceAll('$(', '$ ('),
      description: endpointDescription(row),
      iconPath: new vscode.ThemeIcon(endpointIcon(row).id),
      endpoint: row.endpoint,
    }));
    return (await vscode.window.showQuickPick(items, { title: `Hearth: ${title}` }))?.endpoint;
  }
}
