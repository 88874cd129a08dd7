import * as vscode from 'vscode';
import {
  endpointRoles,
  type Endpoint,
  type EndpointAbility,
  type EndpointRole,
} from '../../core/endpoints/types.ts';
import { classOf, completeAddress, hostOf, originOf, readAddress } from '../../host/endpoints/address.ts';
import { nameProblem, type EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import { keyProblem } from '../../host/endpoints/environmentKeys.ts';
import { attempt } from '../models/attempt.ts';
import { addedSentence, canBeAsked } from './addedText.ts';
import { askRoles } from './askRoles.ts';
import type { EndpointsHost } from './endpointsHost.ts';
import { freeName, proposedRoles } from './entries.ts';
import { presets, type Preset } from './presets.ts';
import { askText, pickOne, type Answer, type PickItem } from './steps.ts';
import { askAbility, type Asked } from './trial.ts';
import { walk, type Move } from './walk.ts';
import { addEntries } from './writeSetting.ts';

const title = 'Hearth: Add Endpoint';

/**
 * The questions after which an endpoint is in the user's settings: what kind of server, where, with which key; then it
 * is asked what it can do, and the user picks its model and roles.
 */
export class AddEndpoint {
  readonly #host: EndpointsHost;
  readonly #findLocal: () => Promise<'back' | 'end'>;
  #preset: Preset | null = null;
  #address = '';
  #own = false;
  #key: string | null = null;
  /** What it said of the model that is used; null: nobody knows. */
  #ability: EndpointAbility | null = null;
  #models: readonly string[] = [];
  #model = '';
  #roles: readonly EndpointRole[] | null = null;
  #name = '';

  /** `findLocal` looks for servers on this machine instead, and may lead back. */
  constructor(host: EndpointsHost, findLocal: () => Promise<'back' | 'end'>) {
    this.#host = host;
    this.#findLocal = findLocal;
  }

  async run(): Promise<void> {
    const done = await walk([
      () => this.#askKind(),
      () => this.#askAddress(),
      () => this.#askNetwork(),
      () => this.#askKey(),
      (forward) => (forward ? this.#askAbility() : Promise.resolve('skip')),
      () => this.#askModel(),
      () => this.#askRoles(),
      () => this.#askName(),
    ]);
    if (done) await this.#write();
  }

  async #askKind(): Promise<Move> {
    const items: PickItem<Preset | 'find'>[] = [
      {
        label: '$(search) Find Local Servers',
        detail: 'Asks the usual ports of this machine',
        value: 'find',
      },
      ...heading('Servers', 'own'),
      ...heading('Services', 'usual'),
    ];
    const placeholder = 'Which server, or which service?';
    for (;;) {
      const answer = await pickOne({ title, placeholder, back: false }, items);
      if (typeof answer === 'string') return 'end';
      if (answer.value !== 'find') {
        if (answer.value !== this.#preset) this.#begin(answer.value);
        return 'next';
      }
      if ((await this.#findLocal()) === 'end') return 'end';
    }
  }

  /** What was answered for another server is none of this one's. */
  #begin(preset: Preset): void {
    this.#preset = preset;
    this.#moveTo(preset.address);
    this.#model = '';
    this.#roles = null;
    this.#name = '';
  }

  /** A key that was typed for one server is not proposed to be sent to another. */
  #moveTo(address: string): void {
    if (this.#address === '' || address === '' || originOf(address) !== originOf(this.#address))
      this.#key = null;
    this.#address = address;
  }

  async #askAddress(): Promise<Move> {
    if (this.#given.kind === 'usual') return 'skip';
    const answer = await askText({
      ...{ title, back: true, value: this.#address, placeholder: 'http://127.0.0.1:8080' },
      prompt: `The address of ${this.#given.name}. Nothing is sent there before you have answered the next question.`,
      problem: (text) => {
        const read = readAddress(completeAddress(text));
        return 'problem' in read ? `The address ${read.problem}.` : null;
      },
    });
    return this.#take(answer, (text) => {
      const read = readAddress(completeAddress(text));
      if ('address' in read) this.#moveTo(read.address);
    });
  }

  /** Where a name does not tell, the user does: it decides what is asked before something is sent. */
  async #askNetwork(): Promise<Move> {
    this.#own &&= this.#given.kind === 'own';
    if (this.#given.kind === 'usual' || classOf(this.#address, false) !== 'cloud') return 'skip';
    const plain = this.#address.startsWith('http:');
    const items: PickItem<boolean>[] = [
      {
        label: 'In My Own Network',
        detail: 'It may be asked by plain http, and it is proposed for every role that it can have',
        value: true,
        picked: this.#own,
      },
      {
        label: 'Elsewhere',
        detail: 'It is asked by https only, and it is proposed for hard questions',
        value: false,
      },
    ];
    const question = { title, placeholder: `Where does ${hostOf(this.#address)} stand?`, back: true };
    const answer = await pickOne(question, items);
    if (typeof answer === 'object' && !answer.value && plain) {
      await vscode.window.showWarningMessage(`Hearth can't use ${hostOf(this.#address)} by plain http.`, {
        modal: true,
        detail: 'Everyone on the way could read your code and the key: use an address with https://.',
      });
      return 'back';
    }
    return this.#take(answer, (own) => (this.#own = own));
  }

  async #askKey(): Promise<Move> {
    const needed = this.#given.kind === 'usual';
    const answer = await askText({
      ...{ title, back: true, password: true, value: this.#key ?? '' },
      placeholder: needed ? '' : 'Empty: none',
      prompt:
        `The key for ${hostOf(this.#address)}${needed ? '' : ', if it wants one'}. It is kept in the editor's ` +
        `secret storage, and sent there only. Enter asks ${hostOf(this.#address)} what it can do.`,
      problem: (text) => {
        if (text.trim() === '' && !needed) return null;
        const problem = keyProblem(text);
        return problem === null ? null : `The key ${problem}.`;
      },
    });
    return this.#take(answer, (key) => (this.#key = key === '' ? null : key));
  }

  async #askAbility(): Promise<Move> {
    const host = hostOf(this.#address);
    this.#models = [];
    this.#ability = null;
    const asked = await this.#ask(`Asking ${host} what it can do…`, '', 'Change Address or Key');
    if (typeof asked === 'string') return asked;
    this.#ability = asked.ability;
    this.#models = asked.models;
    return 'next';
  }

  async #askModel(): Promise<Move> {
    if (this.#ability !== null && this.#models.length < 2) {
      // The only one needs no name, and another may take its place.
      this.#model = '';
      return 'skip';
    }
    const host = hostOf(this.#address);
    if (this.#models.length === 0) {
      const answer = await askText({
        ...{ title, back: true, value: this.#model, placeholder: 'Empty: its only one' },
        prompt: `The name of the model at ${host}.`,
        problem: () => null,
      });
      return this.#take(answer, (model) => (this.#model = model));
    }
    const wanted = this.#model === '' ? this.#ability?.model : this.#model;
    const items = this.#models.map((model) => ({
      label: model.replaceAll('$(', '$ ('),
      value: model,
      picked: model === wanted,
    }));
    for (;;) {
      const answer = await pickOne({ title, placeholder: `Which model of ${host}?`, back: true }, items);
      if (typeof answer === 'string') return answer;
      this.#model = answer.value;
      if (this.#model === this.#ability?.model) return 'next';
      const asked = await this.#ask(
        `Asking ${host} about ${this.#model}…`,
        this.#model,
        'Pick Another Model',
      );
      if (asked === 'end') return asked;
      if (asked === 'back') continue;
      this.#ability = asked.ability;
      return 'next';
    }
  }

  async #askRoles(): Promise<Move> {
    const ability = this.#ability;
    const proposed = this.#roles ?? proposedRoles(this.#endpoint, ability);
    const who = ability?.product ?? hostOf(this.#address);
    const answer = await askRoles({ title, who, ability, proposed });
    return this.#take(answer, (roles) => (this.#roles = roles));
  }

  async #askName(): Promise<Move> {
    const others = this.#host.endpoints.list;
    const own = this.#given.address === '' ? new URL(this.#address).hostname : this.#given.name;
    const answer = await askText({
      ...{ title, back: true, value: this.#name === '' ? freeName(own, others) : this.#name },
      prompt: 'What do you call it?',
      problem: (text) => {
        if (text.trim() === '' || text.trim().length > 60) return 'Enter a name of at most 60 characters.';
        const problem = nameProblem(text, others);
        return problem === null ? null : `This name can't be given: ${problem}.`;
      },
    });
    return this.#take(answer, (name) => (this.#name = name));
  }

  async #write(): Promise<void> {
    const roles = this.#roles ?? [];
    const entry: EndpointEntry = {
      ...{ name: this.#name, address: this.#address, api: this.#endpoint.api, model: this.#model },
      roles: [...roles],
      ...(this.#own ? { network: 'own' } : {}),
    };
    const key = this.#key;
    const before = this.#host.endpoints.list;
    const written = await attempt(async () => {
      // First: what is in the settings may be used at once.
      if (key !== null) await this.#host.keys.set(entry, key);
      await addEntries([entry]);
      return true;
    });
    if (written !== true) return;
    // It completes nothing before that.
    if (roles.includes('completion') && this.#endpoint.class !== 'local')
      await vscode.commands.executeCommand('hearth.outgoing.allow', entry.name);
    await sayAdded({ name: entry.name, roles }, before);
  }

  /** Asks what it can do with a model ('': the one that it uses, or else its models are found out); `change` leads back. */
  #ask(placeholder: string, model: string, change: string): Promise<Asked | 'back' | 'end'> {
    const client = this.#host.trial({ ...this.#endpoint, model }, this.#key);
    return askAbility(client, { title, placeholder, change });
  }

  get #given(): Preset {
    const preset = this.#preset;
    if (preset === null) throw new Error('No kind of server was picked yet.');
    return preset;
  }

  get #endpoint(): Endpoint {
    return {
      // It has no name yet: what goes wrong is said of its host.
      ...{ name: hostOf(this.#address), address: this.#address, api: this.#given.api, model: this.#model },
      // All, since some is found out only where a role needs it.
      ...{ roles: endpointRoles, class: classOf(this.#address, this.#own) },
      ...{ contextTokens: null, price: null, keepAliveMinutes: null },
    };
  }

  #take<T>(answer: Answer<T>, use: (value: T) => void): Move {
    if (answer === 'back' || answer === 'end') return answer;
    use(answer.value);
    return 'next';
  }
}

/** Says what it does now, or how it is asked; an endpoint for hard questions does nothing by itself. */
async function sayAdded(
  added: Pick<Endpoint, 'name' | 'roles'>,
  others: readonly Pick<Endpoint, 'name' | 'roles'>[],
): Promise<void> {
  const ask = 'Ask Hearth';
  const said = await vscode.window.showInformationMessage(
    `Hearth: ${addedSentence(added, others)}`,
    ...(canBeAsked(added) ? [ask] : []),
  );
  if (said === ask) await vscode.commands.executeCommand('hearth.chat.ask');
}

function heading(label: string, kind: Preset['kind']): PickItem<Preset>[] {
  const some = presets.filter((preset) => preset.kind === kind);
  const [first] = some;
  if (first === undefined) return [];
  const separator = { label, kind: vscode.QuickPickItemKind.Separator, value: first };
  return [separator, ...some.map((preset) => ({ label: preset.name, detail: preset.detail, value: preset }))];
}
