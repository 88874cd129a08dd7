import * as vscode from 'vscode';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import {
  endpointRoles,
  type Endpoint,
  type EndpointAbility,
  type EndpointRole,
} from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { classOf, completeAddress, hostOf, readAddress } from '../../host/endpoints/address.ts';
import { nameProblem, type EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import { possibleRoles } from '../../host/endpoints/endpointText.ts';
import { keyProblem } from '../../host/endpoints/environmentKeys.ts';
import { attempt, say } from '../models/attempt.ts';
import type { EndpointsHost } from './endpointsHost.ts';
import { freeName, proposedRoles } from './entries.ts';
import { presets, type Preset } from './presets.ts';
import { askText, pickOne, pickSome, waitFor, type Answer, type PickItem } from './steps.ts';
import { walk, type Move } from './walk.ts';
import { addEntries } from './writeSetting.ts';

const title = 'Hearth: Add Endpoint';

/** What a role means for whoever gives it. */
const roleDetails: Readonly<Record<EndpointRole, string>> = {
  chat: 'It answers the chat in the place of the local model',
  refactor: 'It makes refactors in the place of the local model',
  completion: 'It completes code as you type in the place of the local model',
  hard: 'It is asked when you say so, by a rule, or when the local model could not answer',
};
const roleLabels: Readonly<Record<EndpointRole, string>> = {
  chat: 'Chat',
  refactor: 'Refactor',
  completion: 'Completion',
  hard: 'Hard Questions',
};

/**
 * The questions after which an endpoint is in the user's settings: what kind of server, where, with which key; then it
 * is asked what it can do, and the user picks its model and roles.
 */
export class AddEndpoint {
  readonly #host: EndpointsHost;
  readonly #findLocal: () => Promise<void>;
  #preset: Preset | 'find' | null = null;
  #address = '';
  #own = false;
  #key: string | null = null;
  /** What it said of the model that is used; null: nobody knows. */
  #ability: EndpointAbility | null = null;
  #models: readonly string[] = [];
  #model = '';
  #roles: readonly EndpointRole[] | null = null;
  #name = '';

  /** `findLocal` looks for servers on this machine instead. */
  constructor(host: EndpointsHost, findLocal: () => Promise<void>) {
    this.#host = host;
    this.#findLocal = findLocal;
  }

  async run(): Promise<void> {
    const kind = await this.#askKind();
    if (kind === 'find') return this.#findLocal();
    if (kind === null) return;
    const done = await walk([
      (forward) => (forward ? Promise.resolve('next') : this.#askKindAgain()),
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

  async #askKind(): Promise<'preset' | 'find' | null> {
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
    const answer = await pickOne({ title, placeholder, back: false }, items);
    if (typeof answer === 'string') return null;
    this.#preset = answer.value;
    if (answer.value === 'find') return 'find';
    this.#address = answer.value.address;
    return 'preset';
  }

  async #askKindAgain(): Promise<Move> {
    const kind = await this.#askKind();
    if (kind === 'find') await this.#findLocal();
    return kind === 'preset' ? 'next' : 'end';
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
      if ('address' in read) this.#address = read.address;
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
        detail: 'You agree once for a workspace before something of it is sent there',
        value: true,
        picked: this.#own,
      },
      {
        label: 'Elsewhere',
        detail: 'You see what would be sent each time, until you say "always" for a workspace',
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
    const proposed = this.#roles ?? proposedRoles(this.#endpoint, this.#ability);
    const items = possibleRoles(this.#ability).map((role) => ({
      label: roleLabels[role],
      detail: roleDetails[role],
      value: role,
      picked: proposed.includes(role),
    }));
    const placeholder = `What is ${this.#ability?.product ?? hostOf(this.#address)} to be used for?`;
    const answer = await pickSome({ title, placeholder, back: true }, items);
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
    const entry: EndpointEntry = {
      ...{ name: this.#name, address: this.#address, api: this.#endpoint.api, model: this.#model },
      roles: [...(this.#roles ?? [])],
      ...(this.#own ? { network: 'own' } : {}),
    };
    const key = this.#key;
    const written = await attempt(async () => {
      // First: what is in the settings may be used at once.
      if (key !== null) await this.#host.keys.set(entry, key);
      await addEntries([entry]);
      return true;
    });
    if (written === true) say(`${entry.name} was added.`);
  }

  /**
   * Asks what it can do with a model ('': the one that it uses, or else its models are found out), and what to do where it
   * fails: `change` leads back.
   */
  async #ask(placeholder: string, model: string, change: string): Promise<Asked | 'back' | 'end'> {
    const client = this.#host.trial({ ...this.#endpoint, model }, this.#key);
    for (;;) {
      const answer = await waitFor({ title, placeholder, back: true }, (signal) => ability(client, signal));
      if (typeof answer === 'string') return answer;
      const { value } = answer;
      if (!('failure' in value)) return value;
      client.forget();
      const retry = 'Try Again';
      const leave = 'Add It As It Is';
      const choices = [retry, change, leave];
      const said = await vscode.window.showWarningMessage(value.failure, { modal: true }, ...choices);
      if (said === leave) return { ability: null, models: [] };
      if (said !== retry) return said === change ? 'back' : 'end';
    }
  }

  get #given(): Preset {
    const preset = this.#preset;
    if (preset === null || preset === 'find') throw new Error('No kind of server was picked yet.');
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

/** What it said, or its models where one of them must be chosen first; `ability` is null where nobody knows. */
interface Asked {
  readonly ability: EndpointAbility | null;
  readonly models: readonly string[];
}

async function ability(
  client: EndpointClient,
  signal: AbortSignal,
): Promise<Asked | { readonly failure: string }> {
  try {
    const said = await client.ability(signal);
    return { ability: said, models: said.models };
  } catch (error) {
    const models = error instanceof EndpointError ? error.models : [];
    return models.length > 0 ? { ability: null, models } : { failure: sentenceOf(error) };
  }
}

function heading(label: string, kind: Preset['kind']): PickItem<Preset>[] {
  const some = presets.filter((preset) => preset.kind === kind);
  const [first] = some;
  if (first === undefined) return [];
  const separator = { label, kind: vscode.QuickPickItemKind.Separator, value: first };
  return [separator, ...some.map((preset) => ({ label: preset.name, detail: preset.detail, value: preset }))];
}
