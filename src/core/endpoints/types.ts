/**
 * What an endpoint may be used for. `hard`: questions that the local model could not answer, when the user says so; the
 * others make it the engine of that role, in the place of the local model.
 */
export const endpointRoles = ['completion', 'chat', 'refactor', 'hard'] as const;
export type EndpointRole = (typeof endpointRoles)[number];

/** The interfaces that Hearth speaks. */
export const endpointApis = ['openai', 'anthropic', 'ollama', 'llama-server'] as const;
export type EndpointApi = (typeof endpointApis)[number];

/**
 * Where an endpoint stands, which decides what consent it needs: on this machine (none), on one's own network (once for
 * a workspace), or anywhere else (each time, or once for a workspace).
 */
export type EndpointClass = 'local' | 'own-network' | 'cloud';

/** US dollars for a million tokens. */
export interface EndpointPrice {
  readonly input: number;
  readonly output: number;
}

/** A server that answers instead of the local model, as the user configured it. Its key is kept elsewhere. */
export interface Endpoint {
  /** Names it for people, in settings, and as a chat's route; unique, never `local`. */
  readonly name: string;
  /** Base address: http or https, without a name, password, query or fragment, no `/` at its end. */
  readonly address: string;
  /** `auto`: found out by asking it. */
  readonly api: EndpointApi | 'auto';
  /** The model's name there; '': the only one, or the one that is loaded. */
  readonly model: string;
  readonly roles: readonly EndpointRole[];
  readonly class: EndpointClass;
  /** Tokens of prompt and answer, where that is less than what the server says, or it says nothing. */
  readonly contextTokens: number | null;
  readonly price: EndpointPrice | null;
  /** Minutes for which Ollama keeps the model loaded after a request; null: as it is set there. */
  readonly keepAliveMinutes: number | null;
}

/** How an endpoint can complete code between a prefix and a suffix. */
export type InfillForm =
  /** The server lays out the prompt of a prefix and a suffix. */
  | 'suffix'
  /** Hearth lays it out with the markers of the model's family. */
  | 'raw'
  /** The model has no way that is known. */
  | 'none';

/** What an endpoint said it can do, when it was asked. */
export interface EndpointAbility {
  readonly api: EndpointApi;
  /** As it calls itself, for people: `Ollama 0.12.3`; null where it does not. */
  readonly product: string | null;
  /** Names of all its models. */
  readonly models: readonly string[];
  /** The one that is used. */
  readonly model: string;
  /** Tokens of prompt and answer; null where it does not say. */
  readonly contextTokens: number | null;
  readonly chat: boolean;
  readonly tools: boolean;
  /** Whether what it thinks comes apart from what it answers. */
  readonly thinking: boolean;
  /** Whether an answer can be made to begin with a given text. */
  readonly prefill: boolean;
  readonly infill: InfillForm;
  /** The family of `raw`: its id in `fimFamilies`; null for none. */
  readonly family: string | null;
  /** Whether it counts tokens when asked. */
  readonly counts: boolean;
  readonly embeddings: boolean;
}
