import * as vscode from 'vscode';
import type { CompletionPorts } from '../../core/completion/ports.ts';
import type { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { completionGate, type CompletionGateParts } from '../../host/endpoints/completionGate.ts';
import { completeRouted } from '../../host/endpoints/completionRoutes.ts';
import type { OutgoingGate } from '../../host/endpoints/gate.ts';
import { EndpointCompletions } from '../../host/endpoints/endpointCompletions.ts';
import { readSettings } from '../settings.ts';
import type { EndpointsHost } from './endpointsHost.ts';

export interface CompletionHostParts extends Pick<CompletionGateParts, 'redactor'> {
  readonly endpoints: EndpointsHost;
  readonly gate: CompletionGateParts['gate'] & Pick<OutgoingGate, 'asks'>;
  /** Completions are others from now on: somebody else makes them. */
  readonly changed: () => void;
}

/** Who completes, where that is not the local engine. */
export interface EndpointStatus {
  readonly failed: boolean;
  /** One sentence: who completes, or why nobody does. */
  readonly sentence: string;
}

/** Window of a server that does not say its own, in tokens. */
const usualContext = 4096;

/** Completions of the endpoint that has the role, in the editor; of the local engine where none has, or none is there. */
export class CompletionHost implements vscode.Disposable {
  readonly #parts: CompletionHostParts;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when somebody else completes, or fails to. */
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #completions: EndpointCompletions | null = null;
  /** Why the local engine completes in the place of the endpoint: it can't be reached, or nothing may be sent there. */
  #fallen: EndpointError | null = null;

  constructor(parts: CompletionHostParts) {
    this.#parts = parts;
    // What was refused may be let in with another key.
    const keys = parts.endpoints.keys.onChange((isOf) => {
      const { endpoint } = this;
      if (endpoint !== null && isOf(endpoint.name)) this.#completions?.forget();
    });
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      parts.endpoints.onDidChange(() => this.refresh()),
      new vscode.Disposable(() => keys.dispose()),
    );
    this.#completions = this.#make(this.#wanted);
  }

  /** The endpoint that has the role; null: the local engine completes. */
  get endpoint(): Endpoint | null {
    return this.#completions?.client.endpoint ?? null;
  }

  /** The endpoint that completes nothing here before the user allows it; null for none. */
  get waiting(): Endpoint | null {
    const { endpoint } = this;
    return endpoint !== null && this.#parts.gate.asks(endpoint) ? endpoint : null;
  }

  /** Tokens that a prompt and its answer have room for; null: as many as the local model has. */
  get contextTokens(): number | null {
    const { endpoint } = this;
    if (endpoint === null || this.#fallen !== null) return null;
    const state = this.#parts.endpoints.endpoints.state(endpoint.name);
    const said = state.kind === 'answers' ? (state.ability?.contextTokens ?? null) : null;
    const known = [endpoint.contextTokens, said].filter((tokens) => tokens !== null);
    return known.length === 0 ? usualContext : Math.min(...known);
  }

  /** What there is to say of the endpoint; null where the local engine has the role. */
  get status(): EndpointStatus | null {
    const { endpoint } = this;
    if (endpoint === null) return null;
    if (this.#fallen !== null) {
      return { failed: false, sentence: `${this.#fallen.message} So the local model completes.` };
    }
    const error = this.#completions?.error ?? null;
    return error === null
      ? { failed: false, sentence: `${endpoint.name} completes.` }
      : { failed: true, sentence: error.message };
  }

  /** The port of completions, with `local` where no endpoint has the role, or it is out of reach. */
  routed(local: CompletionPorts['complete']): CompletionPorts['complete'] {
    return completeRouted({
      endpoint: () => this.#completions,
      local,
      onFallback: (error) => {
        // Answers that are known stay: the request that found this out is still to be answered.
        this.#fallen = error;
        this.#changed.fire();
      },
    });
  }

  /** Looks again who has the role: the configuration changed, or Hearth was turned on or off, online or offline. */
  refresh(): void {
    const next = this.#wanted;
    if (next === this.endpoint) return;
    this.#fallen = null;
    this.#completions = this.#make(next);
    this.#parts.changed();
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  get #wanted(): Endpoint | null {
    const { enable, offline } = readSettings().settings;
    return enable && !offline ? this.#parts.endpoints.endpointFor('completion') : null;
  }

  #make(endpoint: Endpoint | null): EndpointCompletions | null {
    const { endpoints, gate, redactor } = this.#parts;
    if (endpoint === null) return null;
    return new EndpointCompletions({
      client: endpoints.endpoints.client(endpoint),
      clear: completionGate({ gate, redactor, deny: () => endpoints.denied }, endpoint),
      onState: () => this.#changed.fire(),
    });
  }
}
