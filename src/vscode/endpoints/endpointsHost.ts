import * as vscode from 'vscode';
import type { EndpointClient, EndpointKeys } from '../../core/endpoints/ports.ts';
import type { RouteRule } from '../../core/endpoints/routing.ts';
import type { Endpoint, EndpointRole } from '../../core/endpoints/types.ts';
import { readEndpoints } from '../../host/endpoints/endpointConfig.ts';
import { Endpoints } from '../../host/endpoints/registry.ts';
import { joinDenied, readRules } from '../../host/endpoints/routingConfig.ts';
import type { Egress } from '../../remote/egress.ts';
import { createEndpointClient } from '../../remote/endpoints/client.ts';
import type { EndpointRow } from './endpointRow.ts';
import { KeyStore, type KeyState } from './keyStore.ts';

export interface EndpointsHostParts {
  readonly secrets: vscode.SecretStorage;
  readonly log: vscode.LogOutputChannel;
  readonly egress: Pick<Egress, 'request'>;
}

/** The endpoints as the settings have them now, their keys, and what rules and deny list say. Nothing is asked here. */
export class EndpointsHost implements vscode.Disposable {
  readonly endpoints: Endpoints;
  readonly keys: KeyStore;
  readonly #parts: EndpointsHostParts;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when the list, its keys, the rules, the deny list, or what is known of an endpoint changed. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #rules: readonly RouteRule[] = [];
  #denied: readonly string[] = [];
  #problems: readonly string[] = [];
  #keyed: ReadonlyMap<string, KeyState> = new Map();
  /** The last look at the keys; a slower one before it is too late. */
  #looks = 0;

  constructor(parts: EndpointsHostParts) {
    this.#parts = parts;
    this.keys = new KeyStore(parts.secrets);
    this.endpoints = new Endpoints((endpoint) => this.#client(endpoint, this.keys));
    const stop = this.endpoints.onChange(() => this.#changed.fire());
    const keys = this.keys.onChange((isOf) => this.#keyChanged(isOf));
    this.#subscriptions = [
      this.#changed,
      new vscode.Disposable(stop),
      new vscode.Disposable(() => keys.dispose()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const ours = ['hearth.endpoints', 'hearth.routing'];
        if (ours.some((section) => event.affectsConfiguration(section))) this.#read();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#read()),
    ];
    this.#read();
  }

  /** The rules that can be used. */
  get rules(): readonly RouteRule[] {
    return this.#rules;
  }

  /** Globs of what never leaves this machine: the user's, and those that the workspace adds. */
  get denied(): readonly string[] {
    return this.#denied;
  }

  /** One sentence for each entry of the settings that can't be used. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** The endpoint that is the engine of a role; null: the local model is. */
  endpointFor(role: EndpointRole): Endpoint | null {
    return this.endpoints.forRole(role);
  }

  /** A client for an endpoint that is not in the settings yet, with a key that was typed; null: without. */
  trial(endpoint: Endpoint, key: string | null): EndpointClient {
    return this.#client(endpoint, { get: () => Promise.resolve(key) });
  }

  /** As the list of models shows them. */
  rows(): readonly EndpointRow[] {
    return this.endpoints.list.map((endpoint) => ({
      endpoint,
      state: this.endpoints.state(endpoint.name),
      key: this.#keyed.get(endpoint.name) ?? 'none',
    }));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A client that asks nothing by itself. */
  #client(endpoint: Endpoint, keys: EndpointKeys): EndpointClient {
    const { egress, log } = this.#parts;
    return createEndpointClient(endpoint, { egress, keys, log: (message) => log.info(message) });
  }

  #read(): void {
    const { endpoints, problems } = readEndpoints(usersOwn('endpoints'));
    const rules = readRules(usersOwn('routing.rules'), endpoints);
    const denied = readDenied();
    const before = this.#problems;
    this.#problems = [...problems, ...rules.problems, ...denied.problems];
    for (const problem of this.#problems) if (!before.includes(problem)) this.#parts.log.warn(problem);
    this.#rules = rules.rules;
    this.#denied = denied.globs;
    this.endpoints.set(endpoints);
    this.#changed.fire();
    void this.#lookForKeys();
  }

  #keyChanged(isOf: (name: string) => boolean): void {
    for (const { name } of this.endpoints.list) if (isOf(name)) this.endpoints.forget(name);
    void this.#lookForKeys();
  }

  async #lookForKeys(): Promise<void> {
    const look = (this.#looks += 1);
    const { list } = this.endpoints;
    // Where the system's storage of secrets can't be used, requests say so.
    const keyed = await Promise.all(
      list.map(async (endpoint): Promise<[string, KeyState]> => {
        return [endpoint.name, await this.keys.state(endpoint).catch((): KeyState => 'none')];
      }),
    );
    if (look !== this.#looks) return;
    this.#keyed = new Map(keyed);
    this.#announce();
    this.#changed.fire();
  }

  /** Tells the palette which commands have something to work on. */
  #announce(): void {
    const set = (key: string, value: boolean): void =>
      void vscode.commands.executeCommand('setContext', key, value);
    set('hearth.endpoints', this.endpoints.list.length > 0);
    set(
      'hearth.endpointKeys',
      [...this.#keyed.values()].some((state) => state !== 'none'),
    );
  }
}

/** What the user's settings say; a workspace has no say in it. */
function usersOwn(key: string): unknown {
  const inspected = vscode.workspace.getConfiguration('hearth').inspect<unknown>(key);
  return inspected?.globalValue ?? inspected?.defaultValue;
}

/** The user's deny list, and what the workspace and its folders add to it. */
function readDenied(): { readonly globs: readonly string[]; readonly problems: readonly string[] } {
  const at = (folder?: vscode.WorkspaceFolder) =>
    vscode.workspace.getConfiguration('hearth', folder?.uri).inspect<unknown>('routing.deny');
  const everywhere = at();
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => at(folder)?.workspaceFolderValue);
  return joinDenied({
    defaults: (everywhere?.defaultValue ?? []) as readonly string[],
    // The settings of a remote machine count as the user's, and a repository's container may write them.
    users: vscode.env.remoteName === undefined ? everywhere?.globalValue : undefined,
    added: [
      ...(vscode.env.remoteName === undefined ? [] : [everywhere?.globalValue]),
      ...[everywhere?.workspaceValue, ...folders],
    ],
  });
}
