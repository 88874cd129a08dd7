import type { ChatCall } from '../../src/core/chat/ports.ts';
import type { ChatQuery } from '../../src/core/chat/types.ts';
import type { StoredConsent } from '../../src/core/endpoints/consent.ts';
import type { ConsentAnswer, Outgoing } from '../../src/core/endpoints/outgoing.ts';
import type { EndpointCall, EndpointClient } from '../../src/core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../src/core/endpoints/types.ts';
import { OutgoingGate, type GateRedactor } from '../../src/host/endpoints/gate.ts';
import { ScriptedModel } from './chatPorts.ts';

/** An endpoint on the internet, but for what a test says. */
export function madeUpEndpoint(more: Partial<Endpoint> = {}): Endpoint {
  return {
    ...{ name: 'Cloud', address: 'https://api.example', api: 'openai', model: 'large', roles: ['hard'] },
    ...{ class: 'cloud', contextTokens: null, price: null, keepAliveMinutes: null },
    ...more,
  };
}

export const madeUpAbility: EndpointAbility = {
  ...{ api: 'openai', product: null, models: ['large'], model: 'large', contextTokens: 32_768 },
  ...{ chat: true, tools: true, thinking: false, prefill: false, infill: 'none', family: null },
  ...{ counts: false, embeddings: false },
};

/** An endpoint that answers by a script and keeps what it was sent. */
export class ScriptedEndpoint implements EndpointClient {
  readonly model = new ScriptedModel();
  readonly calls: EndpointCall[] = [];
  readonly endpoint: Endpoint;
  can: EndpointAbility = madeUpAbility;
  /** What asking what it can do rejects with; null: it tells. */
  failure: Error | null = null;
  counts: (texts: readonly string[]) => readonly number[] | null = () => null;

  constructor(endpoint: Endpoint = madeUpEndpoint()) {
    this.endpoint = endpoint;
  }

  get asked(): readonly ChatQuery[] {
    return this.model.asked;
  }

  ability(): Promise<EndpointAbility> {
    return this.failure === null ? Promise.resolve(this.can) : Promise.reject(this.failure);
  }

  chat(query: ChatQuery, call: EndpointCall): ReturnType<EndpointClient['chat']> {
    this.calls.push(call);
    const { signal, onEvent = () => undefined } = call;
    return this.model.answer(query, { signal, onEvent } satisfies ChatCall);
  }

  infill(): ReturnType<EndpointClient['infill']> {
    return Promise.reject(new Error('It does not complete.'));
  }

  countTokens(texts: readonly string[]): Promise<readonly number[] | null> {
    return Promise.resolve(this.counts(texts));
  }

  forget(): void {}
}

/** Takes `SECRET` and a digit out of texts: made up, so that a test sees what left. */
export const madeUpRedactor: GateRedactor = {
  redact: (text) => {
    const count = text.match(/SECRET\d/g)?.length ?? 0;
    const found = count === 0 ? [] : [{ kind: 'key', label: 'made-up key', count }];
    return Promise.resolve({ text: text.replaceAll(/SECRET(\d)/g, 'HELD_$1_'), found });
  },
  restore: (text) => text.replaceAll(/HELD_(\d)_/g, 'SECRET$1'),
  restoreJson: (text) => text.replaceAll(/HELD_(\d)_/g, 'SECRET$1'),
  restorer: () => {
    let kept = '';
    return {
      push: (chunk) => {
        kept += chunk;
        return '';
      },
      end: () => madeUpRedactor.restore(kept),
    };
  },
};

/** A gate whose user says what a test says, and what was shown to that user. */
export class MadeUpGate {
  readonly shown: Outgoing[] = [];
  readonly stored = new Map<string, 'always' | 'never'>();
  answer: ConsentAnswer = 'once';
  trusted = true;
  offline: string | null = null;
  deny: readonly string[] = [];
  redactor: GateRedactor = madeUpRedactor;
  readonly gate = new OutgoingGate({
    redactor: {
      redact: (text) => this.redactor.redact(text),
      restore: (text) => this.redactor.restore(text),
      restoreJson: (text) => this.redactor.restoreJson(text),
      restorer: () => this.redactor.restorer(),
    },
    consents: {
      get: ({ name }): StoredConsent => this.stored.get(name) ?? null,
      set: ({ name }, consent) => Promise.resolve(void this.stored.set(name, consent)),
    },
    ask: (outgoing) => {
      this.shown.push(outgoing);
      return Promise.resolve(this.answer);
    },
    trusted: () => this.trusted,
    offline: () => this.offline,
    deny: () => this.deny,
  });
}
