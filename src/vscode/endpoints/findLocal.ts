import * as vscode from 'vscode';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointAbility } from '../../core/endpoints/types.ts';
import { hostOf } from '../../host/endpoints/address.ts';
import { rolesText } from '../../host/endpoints/endpointText.ts';
import type { Egress } from '../../remote/egress.ts';
import { findLocalServers, type FoundServer } from '../../remote/endpoints/discovery.ts';
import { attempt } from '../models/attempt.ts';
import { showModels } from '../models/modelActions.ts';
import { readSettings } from '../settings.ts';
import { askKey } from './askKey.ts';
import type { EndpointsHost } from './endpointsHost.ts';
import { foundChoices, foundEndpoint, foundEntry, type FoundUse } from './foundServers.ts';
import { pickOne, type Answer } from './steps.ts';
import { withStop } from './testEndpoint.ts';
import { addEntries, removeEntry } from './writeSetting.ts';

/** Looks for servers at the usual ports of this machine, and uses the one that is picked for all that it can do. */
export class FindLocal {
  readonly #host: EndpointsHost;
  readonly #egress: Pick<Egress, 'request'>;

  constructor(host: EndpointsHost, egress: Pick<Egress, 'request'>) {
    this.#host = host;
    this.#egress = egress;
  }

  /** `back`: whether there is a question to go back to, which what is resolved with may say. */
  async run(back: boolean): Promise<'back' | 'end'> {
    if (readSettings().settings.offline) {
      void vscode.window.showInformationMessage(
        'Hearth: Offline, no server is asked, those of this machine neither. "Hearth: Work Offline or Online" ends that.',
      );
      return 'end';
    }
    const servers = await withStop('Hearth: Looking for servers on this machine', async (signal) => {
      const found = await findLocalServers(this.#egress, signal);
      return signal.aborted ? null : found;
    });
    if (servers === null) return 'end';
    if (servers.length === 0) {
      void this.#sayNone();
      return 'end';
    }
    const answer = await this.#pick(servers, back);
    if (typeof answer === 'string') return answer;
    const use = answer.value;
    if (use?.kind === 'show') await showModels();
    if (use?.kind === 'use') await this.#use(use.server, use.model);
    return 'end';
  }

  async #sayNone(): Promise<void> {
    const add = 'Add Endpoint…';
    const said = await vscode.window.showInformationMessage(
      'Hearth: No server answers at the usual ports of this machine. Start one, or add it by its address.',
      add,
    );
    if (said === add) await vscode.commands.executeCommand('hearth.endpoints.add');
  }

  #pick(servers: readonly FoundServer[], back: boolean): Promise<Answer<FoundUse | null>> {
    const { Default, Separator } = vscode.QuickPickItemKind;
    const items = foundChoices(servers, this.#host.endpoints.list).map(({ use, ...texts }) => ({
      ...{ ...texts, value: use, kind: use === null ? Separator : Default },
    }));
    const placeholder = 'What you pick is used for all that it can do';
    return pickOne({ title: 'Hearth: Servers on This Machine', placeholder, back }, items);
  }

  async #use(server: FoundServer, model: string): Promise<void> {
    const key = server.wantsKey ? await askKey({ name: server.product, address: server.address }) : null;
    if (key === undefined) return;
    const asked = await this.#ask(server, model, key);
    if (asked === null) return;
    const { ability } = asked;
    const entry = foundEntry(server, asked.model, { ability, others: this.#host.endpoints.list });
    const written = await attempt(async () => {
      if (key !== null) await this.#host.keys.set(entry, key);
      await addEntries([entry]);
      return true;
    });
    if (written === true)
      void this.#say(entry.name, `${entry.name} (${hostOf(entry.address)})`, entry.roles ?? []);
  }

  /** What it can do with a model, or with one that is picked where it has several; null where nobody knows. */
  async #ask(
    server: FoundServer,
    model: string,
    key: string | null,
  ): Promise<{ ability: EndpointAbility; model: string } | null> {
    const client = this.#host.trial(foundEndpoint(server, model), key);
    const asked = await attempt(async () => {
      client.forget();
      try {
        const title = `Hearth: Asking ${server.product} what it can do`;
        return await withStop(title, (signal) => client.ability(signal));
      } catch (error) {
        if (!(error instanceof EndpointError)) throw error;
        if (error.code === 'cancelled') return null;
        if (error.models.length > 0) return error.models;
        throw error;
      }
    });
    if (asked == null) return null;
    if ('chat' in asked) return { ability: asked, model };
    // They were not known before it had its key.
    const picked = await vscode.window.showQuickPick([...asked], {
      title: `Hearth: Which Model of ${server.product}?`,
    });
    return picked === undefined ? null : this.#ask(server, picked, key);
  }

  async #say(name: string, who: string, roles: Parameters<typeof rolesText>[0]): Promise<void> {
    const undo = 'Undo';
    const edit = 'Edit Endpoints…';
    const what =
      roles.length === 0 ? 'can do nothing that Hearth needs' : `is used for ${rolesText(roles)} now`;
    const said = await vscode.window.showInformationMessage(`Hearth: ${who} ${what}.`, undo, edit);
    if (said === edit) await vscode.commands.executeCommand('hearth.endpoints.edit');
    if (said !== undo) return;
    await attempt(async () => {
      await removeEntry(name);
      await this.#host.keys.delete({ name });
    });
  }
}
